"""The planted faults: enough, distinct, and at least one for every invariant."""

from runtime.chaos.plants import load_plants
from runtime.chaos.self_test import IN_TEMPORAL
from runtime.verify.violation import INVARIANTS


def test_every_invariant_has_a_planted_fault() -> None:
    """A check that nothing is ever planted for may be asleep."""
    _, plants = load_plants()
    assert {plant.invariant for plant in plants} | {found for found, _ in IN_TEMPORAL.values()} == set(INVARIANTS)


def test_there_are_at_least_twelve_and_no_two_alike() -> None:
    """By name and by what they change."""
    _, plants = load_plants()
    assert len(plants) >= 12
    assert len({plant.name for plant in plants}) == len(plants)
    assert all(plant.changes.strip() for plant in plants)
