"""Passages found for one question: figures are compared in freer words, and other cases are left alone."""

from itertools import combinations

import pytest

from adapters.contradictions.asked import contradictions_asked
from adapters.contradictions.detector import contradictions
from adapters.contradictions.scope import Text
from adapters.workspace.loader import load_workspace
from evals.contradiction_set.free import free_pairs
from tests.unit.adapters.workspace.conftest import TENANTS


def is_found(one: str, other: str, title: str = "Help") -> bool:
    """Whether two passages under one title contradict each other, whichever is asked about first."""
    a, b = Text(title, title, one), Text(title, title, other)
    assert bool(contradictions_asked(a, b)) == bool(contradictions_asked(b, a))
    return bool(contradictions_asked(a, b))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A gift card is valid for 3 years from the day it was bought.", "Gift cards expire 1 year after purchase."),
        ("Standard shipping costs EUR 4.90 per order.", "We charge EUR 5.90 for standard shipping."),
        ("Every product has a warranty of 24 months.", "Our products are covered by a 12-month guarantee."),
        (
            "A refund takes 5 to 7 business days to a card, and 3 to 5 business days to PayPal.",
            "A refund to PayPal is there after 10 business days.",
        ),
    ],
)
def test_figures_contradict_each_other_in_free_words(one: str, other: str) -> None:
    """Neither has more than a word that the other has not; when articles are compared, that is too little."""
    assert is_found(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Standard shipping costs €4.90 per order.", "Express shipping costs €12.90 per order."),
        ("Shipping costs €4.90 per order.", "Shipping to Norway costs €14.90 per order."),
        ("You can return an item within 30 days.", "Plus members can return an item within 60 days."),
        ("A refund to a card takes 5 to 7 business days.", "A refund to PayPal takes 3 to 5 business days."),
        (
            "A repair takes 10 business days.",
            "If a repair is not done after 20 business days, you get a new one.",
        ),
        ("You can return an item within 30 days.", "Most returns take 3 to 5 days to reach us."),
    ],
)
def test_another_case_is_no_contradiction(one: str, other: str) -> None:
    """Another way, place or person, a condition, another thing that lasts: both can be right."""
    assert not is_found(one, other)


def test_the_free_pairs_are_found_as_on_the_day_of_writing() -> None:
    """Of both halves at least as many, and none of those that are both right."""
    for cases, least in zip(free_pairs(), (9, 8), strict=True):
        found = [case for case in cases if contradictions_asked(case.one, case.other)]
        assert sum(case.kind is not None for case in found) >= least
        assert [case for case in found if case.kind is None] == []


def test_the_shops_own_articles_hold_nothing_back() -> None:
    """No two of their sections contradict each other, however leniently they are compared."""
    for tenant in load_workspace(TENANTS).tenants.values():
        sections = [Text(it.title, section.heading, section.text) for it in tenant.articles for section in it.sections]
        for one, other in combinations(sections, 2):
            assert not contradictions_asked(one, other), (one.section, other.section)


def test_what_is_found_among_articles_is_found_when_asked_too() -> None:
    """The lenient comparison begins with the strict one."""
    a, b = Text("Fees", "Fees", "- Annual fee: $95"), Text("Fees", "Fees", "- Annual fee: $120")
    assert contradictions_asked(a, b) == contradictions(a, b) != ()
