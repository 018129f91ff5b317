"""The demo's tickets as data."""

from pathlib import Path

import pytest
import yaml

from domain.errors import InvalidInput, WorkspaceError
from runtime.demo.scenarios import choose, load_scenarios

ROOT = Path(__file__).parents[4]

SHIPPED = load_scenarios()


def test_the_shipped_tickets_are_sound() -> None:
    """Each has a name of its own, and a customer whom the shipped shop has a story for."""
    names = [scenario.name for scenario in SHIPPED]
    assert len(set(names)) == len(names) >= 9
    people = yaml.safe_load((ROOT / "examples/shop/store/people.yaml").read_text())
    known = {(tenant, person["id"]) for tenant, persons in people.items() for person in persons}
    assert {(scenario.tenant, scenario.customer) for scenario in SHIPPED} <= known


def test_they_show_every_kind_of_ending() -> None:
    """Settled alone, after approval, with a person, waiting for the customer; with and without an action."""
    ends = {scenario.steps[-1].then.value for scenario in SHIPPED}
    assert ends == {"solved", "open", "pending"}
    assert any(step.approve for scenario in SHIPPED for step in scenario.steps)
    assert any(len(scenario.outcome.performed) > 1 for scenario in SHIPPED)
    assert any(scenario.outcome.handed_off for scenario in SHIPPED)
    assert any(scenario.outcome.is_cited for scenario in SHIPPED)


def test_tickets_are_chosen_by_name_in_the_demos_order() -> None:
    """All of them where none is named; an unknown name is told with those that exist."""
    assert choose(SHIPPED, []) == SHIPPED
    chosen = choose(SHIPPED, [SHIPPED[2].name, SHIPPED[0].name])
    assert chosen == (SHIPPED[0], SHIPPED[2])
    with pytest.raises(InvalidInput, match=SHIPPED[0].name):
        choose(SHIPPED, ["nonsense"])


@pytest.mark.parametrize(
    "steps",
    [
        "[]",
        "[{approve: true, then: solved}]",
        "[{say: Hello, decline: No, then: solved}]",
        "[{then: solved}]",
        "[{say: Hello, then: happy}]",
        "[{say: Hello, then: solved, wait: 3}]",
        "[{say: Hello",
    ],
)
def test_a_ticket_that_cannot_be_played_is_refused(steps: str, tmp_path: Path) -> None:
    """No steps, a decision before any words, two things at once, nothing, an unknown status or field, no YAML."""
    file = tmp_path / "scenarios.yaml"
    file.write_text(f"- {{name: a, title: A, about: B, tenant: t, customer: c, called: C, steps: {steps}}}")
    with pytest.raises(WorkspaceError, match=str(file)):
        load_scenarios(file)
