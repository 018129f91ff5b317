"""A choice tells what the customer needs to pick it, and nothing else."""

import pytest

from domain.choice import choice_text
from domain.slot import Choice, SlotSpec
from tests.unit.domain.customers import (
    DELIVERED,
    GIFT,
    HEADPHONES,
    HOME,
    SHOE_VARIANTS,
    VISA,
    customer,
    handle,
    mara,
    subscription,
)


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        (DELIVERED.handle, "10042: Wireless Headphones and Desk Lamp, 3 November 2026, delivered"),
        (HEADPHONES.handle, "Wireless Headphones (black), €54.00, order 10042"),
        (handle("refund", "r1"), "€54.00, Visa ending 4242, failed, order 10042"),
        (handle("payment", "10042"), "€93.90, Visa ending 4242, 3 November 2026, order 10042"),
        (VISA.handle, "Visa ending 4242"),
        (GIFT.handle, "Gift card (€25.00)"),
        (HOME.handle, "5 Castle Road, 8010 Graz, Austria"),
        (SHOE_VARIANTS[0].handle, "8, black, €97.00"),
        ("no_longer_needed", "no longer needed"),
    ],
)
def test_how_a_choice_reads(choice: str, text: str) -> None:
    """Each kind of record has its own line; an unknown label reads as its words."""
    assert choice_text(choice, mara()) == text


def test_a_label_reads_as_the_slot_or_the_title_says() -> None:
    """Declared choices and intents have words of their own."""
    slot = SlotSpec(kind="choice", ask="ask", choices=(Choice(label="now", shown="today"),))
    assert choice_text("now", mara(), slot=slot) == "today"
    assert choice_text("late_refund", mara(), titles={"late_refund": "a late refund"}) == "a late refund"


def test_a_subscription_reads_as_its_plan_and_price() -> None:
    """A plan is told with what it costs and how often."""
    context = customer(subscriptions=(subscription("Team"),))
    assert choice_text(handle("subscription", "Team"), context) == "Team, $49.00 a month"
