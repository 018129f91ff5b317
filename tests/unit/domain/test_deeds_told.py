"""What a reply tells as done, in whatever words, and what it only says in general."""

from datetime import UTC, datetime

import pytest

from domain.claims import Evidence, Ground
from domain.deeds_told import gives_money, told_in
from domain.grounding import check_reply
from domain.money import Money

CANCELLING = (
    "We refund the whole amount the way you paid, at once: 5 to 7 business days to a card, 3 to 5 to\nPayPal,"
    " immediately to a gift card. If the order is cancelled, the bank releases it. A cancelled order stays cancelled;"
    " please order again. Refunds are paid within 5 days. We always refund the fee that was paid."
)
WORTH = Money(amount=7900, currency="EUR")


def found(text: str, *actions: str, paid: Money | None = None, written: tuple[str, ...] = ()) -> set[str]:
    """The checks that a draft fails when it cites the article on cancelling, after these actions."""
    passage = Evidence(text=CANCELLING, passage_id=1)
    told = [Evidence(text=f"{name.replace('_', ' ')} {WORTH}", action_id="T-00000001/a1") for name in actions]
    ground = Ground(written=written, quotable=[passage], cited=[passage], actions=told, has_names=False)
    checked = check_reply(
        text,
        sources=[CANCELLING],
        facts_text=["€79.00", "€54.00", "10042"],
        performed=frozenset(actions),
        paid=[paid] if paid else [],
        ground=ground,
    )
    return {finding.check for finding in checked.findings}


@pytest.mark.parametrize(
    "text",
    ["I have refunded EUR 79.00.", "Your EUR 79.00 has been refunded.", "We have refunded EUR 79.00 to PayPal."],
)
def test_a_return_is_no_refund(text: str) -> None:
    """A registered return has the amount in its row and has paid nobody; only a refund makes these true."""
    assert "promise_not_done" in found(text, "return_items")
    assert "promise_not_done" not in found(text, "issue_refund", paid=WORTH)
    assert found("I have refunded EUR 79.00.", "issue_refund", paid=WORTH) == set()
    assert "promise_not_done" in found(text, "issue_refund", paid=Money(amount=5400, currency="EUR"))


@pytest.mark.parametrize(
    "text",
    [
        "The whole amount is refunded to your card.",
        "The whole amount was refunded the way you paid, immediately.",
        "Your order is cancelled.",
        "The order is cancelled",  # cut out of a sentence of the article
        "I understand that your refund was approved by our manager and is paid.",
        "Please let us know if the refund that we sent yesterday has not arrived.",
        "Did you know that your refund of EUR 54.00 was paid to your card yesterday?",
        "I've gone ahead and cancelled the order.",
        "You've been refunded.",
        "It's cancelled.",
        "Order 10042 cancelled.",
        "Your order is cancelled, and we will write when the money is refunded.",
        "**Refund processed.**",
        "Our billing team has refunded you.",
        "I have issued a full refund.",
        "EUR 54.00 was sent to your card.",
        "Your refund is on its way.",
        "Your address was updated.",
        "I understand that your refund went through yesterday.",
        "The refund is done.",
        "Refunded!",
        "A replacement was sent yesterday.",
        "Ihre Bestellung ist storniert.",
        "Ich habe Ihnen EUR 79.00 erstattet.",
        "Der Betrag wurde Ihrer Karte gutgeschrieben.",
        "Wussten Sie, dass Ihre Erstattung gestern überwiesen wurde?",
    ],
)
def test_what_is_told_as_done_needs_the_deed_or_the_teams_word(text: str) -> None:
    """No article knows what became of this ticket; a template that says it does."""
    assert {"promise_not_done", "ungrounded_claim"} <= found(text)
    assert "promise_not_done" not in found(text, written=(text,)) or text.startswith(("I've", "I have"))


@pytest.mark.parametrize(
    "text",
    [
        "Refunds are paid within 5 days.",
        "A cancelled order stays cancelled; please order again.",
        "We always refund the fee that was paid.",  # word for word the article's
        "The shipping fee is refunded if you return the whole order.",
        "If you cancel in time, the whole amount is refunded.",
        "Your order was not cancelled.",
        "Your refund has not been paid yet.",
        "Please check whether your order was cancelled.",
        "Once your order is cancelled, I can't bring it back.",
        "I'm sorry to hear that your refund has not arrived.",
        "Has your refund been paid?",
        "I can't tell yet whether the refund went through.",
        "Your money will be refunded within 5 days.",
        "It was cancelled by you.",
        "Shall I cancel it?",
        "Ihre Bestellung ist noch nicht storniert.",
        "Wenn die Bestellung storniert ist, erstatten wir den Betrag.",
        "Ich kann die Bestellung noch stornieren.",
    ],
)
def test_rules_denials_questions_and_offers_tell_of_no_deed(text: str) -> None:
    """What the shop does in general, and what has not happened, needs no action."""
    assert "promise_not_done" not in found(text)


def test_a_cancellation_is_believed_from_the_ledger() -> None:
    """What the action did may be said in other words, and no more than it did."""
    assert found("Your order is cancelled.", "cancel_order") == set()
    assert "promise_not_done" in found("Your order is cancelled and the money is refunded.", "cancel_order")
    assert "promise_not_done" not in found(
        "Your order is cancelled and the money is refunded.", "cancel_order", paid=WORTH
    )


def test_only_amounts_that_reach_the_customer_are_given() -> None:
    """What a return is worth, and nothing at all, is no payment."""
    assert gives_money("cancel_order", WORTH)
    assert not gives_money("return_items", WORTH)
    assert not gives_money("cancel_order", Money(amount=0, currency="EUR"))
    assert not gives_money("issue_refund", None)


def test_a_long_sentence_is_read_in_no_time() -> None:
    """Patterns with gaps stay linear enough: the longest reply of the worst words takes less than a second."""
    began = datetime.now(UTC)
    told_in("your the refund is was " * 260)
    told_in("ich habe die Erstattung ist der " * 180)
    assert (datetime.now(UTC) - began).total_seconds() < 1
