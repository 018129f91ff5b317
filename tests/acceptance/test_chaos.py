"""A short cut of `setright chaos`, on a real stack: kills under load, crash points, and a checker that finds plants."""

import sys

import pytest

from runtime.chaos.plan import Plan
from runtime.chaos.run import played
from runtime.chaos.self_test import try_plants
from runtime.chaos.verdict import judge
from runtime.verify.places import Places
from tests.support.servers import VECTORS

FAULTS = ("kill_worker", "tear_postgres", "provider_answer_lost", "provider_unreached")
POINTS = ("perform_action.sent", "api.decision_committed")


@pytest.mark.timeout(420)
async def test_nothing_is_lost_or_done_twice_and_the_checker_would_have_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some tickets while processes die; every invariant holds; each of the planted faults is then found by name."""
    monkeypatch.setenv("SETRIGHT_VECTOR_CACHE", str(VECTORS))
    plan = Plan(tickets=25, seed=20261123, only=FAULTS, calm=(1.0, 3.0), points=POINTS)
    async with played(plan, lambda text: print(text, file=sys.stderr)) as (driver, ended):  # noqa: T201 - shown if it fails
        report = await judge(driver, ended, lambda _: None)
        places = Places(driver.stack.database, driver.stack.temporal.address)
        planted = await try_plants(driver.stack.settings, places)
    assert report.violations == (), report.notes
    assert (report.lost, report.duplicated, report.stuck) == (0, 0, 0)
    assert report.effects > 0
    assert report.attempts_over_one > 0
    assert set(report.faults) <= {*FAULTS, "crash_point"}
    assert report.crash_points_hit == len(POINTS)
    assert [result.name for result in planted if not result.is_found] == []
    assert len(planted) > 12
