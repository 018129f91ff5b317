"""Contradictions: pairs written by hand in free words, and the rules that keep other cases apart."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.contradictions.detector import contradictions
from adapters.contradictions.quantities import differ, plain, take_quantities
from adapters.contradictions.scope import Text, same_scope
from adapters.contradictions.statements import statements_of
from domain.conflict import ConflictKind

WORDINGS = Path(__file__).parents[3] / "wordings"


def kind_of(one: str, other: str, title: str = "Returns", other_title: str | None = None) -> ConflictKind | None:
    """In what two passages contradict each other, if they do."""
    found = contradictions(Text(title, title, one), Text(other_title or title, other_title or title, other))
    return found[0].kind if found else None


def pairs(name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pairs of a file that contradict each other, and those that are both right."""
    held = yaml.safe_load((WORDINGS / name).read_text(encoding="utf-8"))
    return held["contradict"], held["both_right"]


def found_in(pair: dict[str, Any]) -> ConflictKind | None:
    """What is found in a pair, whichever of the two is asked about first."""
    (title, one), (other_title, other) = pair["one"], pair["other"]
    kind = kind_of(one, other, title, other_title)
    assert kind_of(other, one, other_title, title) is kind, pair
    return kind


@pytest.mark.parametrize(("file", "least"), [("contradictions.yaml", 31), ("contradictions_unseen.yaml", 16)])
def test_free_wordings(file: str, least: int) -> None:
    """As many as on the day of writing are found, each with its kind; none that is no contradiction."""
    contradict, both_right = pairs(file)
    assert sum(found_in(pair) == pair["differs"] for pair in contradict) >= least
    assert [pair for pair in both_right if found_in(pair) is not None] == []


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("- Annual fee: $95", "- Annual fee: $120", ConflictKind.amount),
        ("| Item | Value |\n| --- | --- |\n| Annual fee | $95 |", "The annual fee: USD 120.", ConflictKind.amount),
        ("It costs $15 for SWIFT and $5 for SEPA.", "It costs $5 for SWIFT and $15 for SEPA.", ConflictKind.amount),
        ("Linked account required: Yes", "Linked account required: No", ConflictKind.negation),
        ("We pay refunds\nback within 5 days.", "We pay refunds back within 9 days.", ConflictKind.duration),
        ("1. Verify the customer.\n2. Wait 3 days.", "* Verify the customer\n* Wait three days", None),
        ("## Gold\n- Fee: $5", "## Platinum\n- Fee: $9", None),
        ("The fee is $5. The fee for SMS is $1.", "The fee is $5.", None),
        ("```\nretries: 3 times a day\n```", "```\nretries: 5 times a day\n```", None),
        ("No.", "Yes.", None),
        ("", "Refunds take 5 days.", None),
    ],
)
def test_forms_of_statements(one: str, other: str, kind: ConflictKind | None) -> None:
    """Lists, tables, wrapped lines and headings are read as what they say."""
    assert kind_of(one, other) is kind


def test_names_in_titles_make_another_thing() -> None:
    """The same sentence about another product, or of a product that only one title names, contradicts nothing."""
    gold, silver = "Gold Rewards Card: Fees", "Silver Rewards Card: Fees"
    assert kind_of("The annual fee is $95.", "The annual fee is $0.", gold, silver) is None
    assert kind_of("The annual fee is $95.", "The annual fee is $0.", gold, "Fees") is None
    assert kind_of("The annual fee is $95.", "The annual fee is $0.", gold, f"FAQ: {gold}") is ConflictKind.amount
    with_products = [Text("Fees", "", "", frozenset({name})) for name in ("gold", "silver")]
    assert not same_scope(*with_products)


@pytest.mark.parametrize(
    ("one", "other", "is_different"),
    [
        ("thirty days", "30 days", False),
        ("two weeks", "14 days", False),
        ("one month", "30 days", False),
        ("28 days", "30 days", True),
        ("5 business days", "one week", False),
        ("5 business days", "3 weeks", True),
        ("$1.5k", "1,500 dollars", False),
        ("€5", "$5", False),  # another currency is another price, not another claim
        ("2.50%", "2.5 percent", False),
        ("3 May 2026", "2026-05-03", False),
        ("May 3", "4 May", True),
        ("5 pm", "17:00", False),
        ("two thousand five hundred points", "2500 points", False),
    ],
)
def test_figures_are_compared_by_what_they_measure(one: str, other: str, *, is_different: bool) -> None:
    """Spelling, units and formats make no difference; values do."""
    ((a,), (b,)) = (take_quantities(plain(text))[1] for text in (one, other))
    assert differ(a, b) is is_different


def test_a_figure_of_a_thousand_digits_is_no_trouble() -> None:
    """What no one compares is passed over."""
    assert statements_of(f"It takes {'9' * 1000} days and costs ${'9' * 1000}.")
