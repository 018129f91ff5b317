"""Keeping the heads: when they have moved, by several processes at once, after a torn line, and on a bad disk."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.chain import Head
from runtime.audit.heads_file import Kept, append, heads_to_find, read, signing_key
from runtime.audit.keeper import INTERVAL, HeadKeeper
from runtime.audit.replay import missing
from runtime.audit.restored import note_restored
from runtime.database import open_pools
from store.audit import TenantHead
from store.erasure import Forgotten
from store.pools import Pools
from tests.integration.runtime.audit.conftest import TENANTS, Record

KEY = b"a key of a test"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def head(number: int, tenant: str = "meridian", kind: str = "head") -> Kept:
    """A line about a made-up chain."""
    kept = {"kind": kind, "tenant": tenant, "at": NOW, "head": Head(number=number, hash=f"{number:064x}")}
    return Kept.model_validate(kept)


@pytest.fixture
async def pools(record: Record) -> AsyncIterator[Pools]:
    """The product's pools on the record's database."""
    pools = await open_pools(record.settings)
    yield pools
    await pools.close()


async def test_heads_are_written_once_until_they_move(record: Record, pools: Pools, tmp_path: Path) -> None:
    """A quiet night adds no line; every process writes once when it starts."""
    path = tmp_path / "new" / "heads.jsonl"
    settings = record.settings.model_copy(update={"audit_heads": path})
    keeper = HeadKeeper(pools, settings)
    assert await keeper.keep(NOW) == len(TENANTS)
    assert await keeper.keep(NOW + INTERVAL) == 0
    assert await HeadKeeper(pools, settings).keep(NOW) == len(TENANTS)
    assert len(path.read_text().splitlines()) == 2 * len(TENANTS)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_the_relay_keeps_them_when_they_are_due(record: Record, pools: Pools, tmp_path: Path) -> None:
    """At once after the start, and then every half minute: at least once a minute."""
    path = tmp_path / "heads.jsonl"
    keeper = HeadKeeper(pools, record.settings.model_copy(update={"audit_heads": path}))
    await keeper.keep_if_due(NOW)
    path.unlink()
    keeper._kept.clear()
    await keeper.keep_if_due(NOW + INTERVAL / 2)
    assert not path.exists()
    await keeper.keep_if_due(NOW + INTERVAL)
    assert path.exists()


async def test_a_disk_that_refuses_stops_nobody(record: Record, pools: Pools, tmp_path: Path) -> None:
    """The relay goes on delivering, and the heads are kept as soon as there is room."""
    path = tmp_path / "heads.jsonl"
    path.mkdir()
    keeper = HeadKeeper(pools, record.settings.model_copy(update={"audit_heads": path}))
    assert await keeper.keep(NOW) == 0
    path.rmdir()
    assert await keeper.keep(NOW) == len(TENANTS)


def test_several_processes_write_one_sound_file(tmp_path: Path) -> None:
    """Lines are signed over one another whoever writes them, so writers take turns."""
    path = tmp_path / "heads.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append(path, KEY, [head(number), head(number)]), range(1, 41)))
    kept, problems = read(path, KEY)
    assert (len(kept), problems) == (80, [])


def test_a_line_that_a_power_cut_tore_is_written_again(tmp_path: Path) -> None:
    """Half a line was never finished, so nothing follows it and it is replaced."""
    path = tmp_path / "heads.jsonl"
    append(path, KEY, [head(1)])
    with path.open("ab") as file:
        file.write(b'{"kept":{"kind":"he')
    append(path, KEY, [head(2)])
    kept, problems = read(path, KEY)
    assert ([line.head for line in kept], problems) == ([head(1).head, head(2).head], [])


def test_a_restored_backup_excuses_what_came_after_it_and_nothing_else(tmp_path: Path) -> None:
    """The chain goes on from the backup's link; heads up to it, and those after the restoring, must still be there."""
    path = tmp_path / "heads.jsonl"
    append(path, KEY, [head(3), head(3, "aurora"), head(9), head(5, kind="restored"), head(6)])
    kept, problems = read(path, KEY)
    assert problems == []
    wanted = {tenant: [one.number for one in heads] for tenant, heads in heads_to_find(kept).items()}
    assert wanted == {"meridian": [3, 5, 6], "aurora": [3]}


def test_the_lines_do_not_verify_under_another_key(tmp_path: Path) -> None:
    """Whoever lacks the key cannot write a line that passes."""
    path = tmp_path / "heads.jsonl"
    append(path, b"the intruder's own key", [head(1), head(2)])
    _, problems = read(path, KEY)
    assert [problem.seq for problem in problems] == [1, 2]


def forgotten(customer_id: str, at: datetime) -> Kept:
    """A line about somebody who was forgotten."""
    return Kept(kind="forgotten", tenant="meridian", at=at, customer_id=customer_id)


def row(number: int, customer_id: str, at: datetime) -> Forgotten:
    """The same as the database has it."""
    return Forgotten(id=number, tenant="meridian", customer_id=customer_id, at=at)


def test_whom_a_restored_database_does_not_know_is_forgotten_again() -> None:
    """Neither those it knows of, nor those whom it has forgotten once more since."""
    kept = [head(1), forgotten("c-1", NOW), forgotten("c-2", NOW), forgotten("c-3", NOW), forgotten("c-1", NOW)]
    present = [row(1, "c-2", NOW), row(2, "c-3", NOW + INTERVAL), row(3, "c-4", NOW)]
    assert missing(kept, present) == [("meridian", "c-1")]
    assert missing(kept, []) == [("meridian", f"c-{number}") for number in (1, 2, 3)]
    assert missing([], present) == []


async def test_a_restored_backup_is_noted_where_it_took_something_back(record: Record, tmp_path: Path) -> None:
    """Only for the tenant whose chain is shorter than what was kept of it, and only where anything was kept."""
    path = tmp_path / "heads.jsonl"
    settings = record.settings.model_copy(update={"audit_heads": path})
    at = [TenantHead(tenant=tenant, number=5, hash=f"{5:064x}") for tenant in ("aurora", "meridian")]
    assert note_restored(settings, at, NOW) == []
    assert not path.exists()
    key = signing_key(settings)
    assert key is not None
    append(path, key, [head(5, "aurora"), head(9)])
    assert note_restored(settings, at, NOW) == ["meridian"]
    assert note_restored(settings, at, NOW) == []
    kept, problems = read(path, key)
    assert problems == []
    assert {tenant: heads[-1].number for tenant, heads in heads_to_find(kept).items()} == {"aurora": 5, "meridian": 5}
