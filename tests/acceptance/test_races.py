"""Approve x decline x withdraw x close x expire: one of them wins, and everybody is told what is so."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from adapters.assistants.port import Assistant
from adapters.backends.shop.generate.copies import fill_with_copies
from domain.ids import TenantId
from tests.support.harness import Harness
from tests.support.racing import draw, impatient_workspace, run_races
from tests.support.servers import WORKSPACE, Servers, harness

RACES, SEED, LANES = 40, 20261123, 10


@pytest.fixture
async def impatient(
    servers: Servers, assistants: Mapping[TenantId, Assistant], tmp_path: Path
) -> AsyncIterator[Harness]:
    """A shop whose approvals expire within seconds, with a worker."""
    workspace = impatient_workspace(WORKSPACE, tmp_path)
    async with harness(servers, assistants, workspace=workspace) as shop, shop.worker():
        yield shop


@pytest.mark.timeout(240)
async def test_whoever_wins_everybody_is_told_what_is_so(impatient: Harness) -> None:
    """In none of the races is somebody told what the provider's own log does not show, and each party wins some."""
    races = draw(RACES, SEED)
    customers = await fill_with_copies(impatient.superuser_address(), ["cus_dan"] * RACES)
    await run_races(impatient, impatient.superuser_address(), races, customers, LANES)
    assert sum(race.is_void for race in races) < RACES / 4  # on a machine that is too slow nothing is shown
    assert {race.number: race.wrong for race in races if race.wrong} == {}
    won = Counter(race.winner for race in races)
    assert set(won) >= {"approved", "declined", "withdrawn", "expired"}, won
    assert won["approved"] == sum(race.effects for race in races)
