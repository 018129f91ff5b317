"""What a run does is worked out from its seed."""

from itertools import islice

import pytest

from domain.errors import InvalidInput
from runtime.chaos.faults import FAULTS
from runtime.chaos.names import chosen, names
from runtime.chaos.plan import Plan
from runtime.chaos.plays import KINDS


def test_the_same_seed_is_the_same_run() -> None:
    """Kinds of tickets and order of faults, both."""
    one, same, other = Plan(tickets=60, seed=7), Plan(tickets=60, seed=7), Plan(tickets=60, seed=8)
    known = sorted(FAULTS)
    assert one.kinds() == same.kinds() != other.kinds()
    assert list(islice(one.faults(known), 50)) == list(islice(same.faults(known), 50))


def test_every_kind_of_ticket_and_every_fault_comes_before_any_comes_again() -> None:
    """Chance leaves nothing out."""
    plan = Plan(tickets=len(KINDS), seed=3)
    assert sorted(plan.kinds()) == sorted(KINDS)
    assert sorted(islice(plan.faults(sorted(FAULTS)), len(FAULTS))) == sorted(FAULTS)


def test_only_means_only() -> None:
    """A run may be kept to some faults, or to none."""
    assert set(islice(Plan(tickets=1, seed=1, only=("kill_api",)).faults(sorted(FAULTS)), 5)) == {"kill_api"}
    assert list(Plan(tickets=1, seed=1, has_faults=False).faults(sorted(FAULTS))) == []


def test_a_name_that_there_is_not_is_refused() -> None:
    """With the names that there are."""
    assert chosen("faults", ["kill_api"]) == ("kill_api",)
    assert chosen("crash_points", []) == tuple(names()["crash_points"])
    with pytest.raises(InvalidInput, match="kill_worker"):
        chosen("faults", ["kill_wrker"])
