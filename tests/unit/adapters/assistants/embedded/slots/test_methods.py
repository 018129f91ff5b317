"""Payment methods are named by kind, brand or last digits; silence means the way the order was paid."""

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled
from domain.customer import PaymentMethod
from domain.slot import HandleValue
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, handles, spec
from tests.unit.domain.customers import AMEX, DELIVERED, GIFT, PAYPAL, VISA, customer

METHOD = spec("payment_method")
OF_ORDER = {"order": HandleValue(handle=DELIVERED.handle)}


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("refund it, please", VISA),
        ("to my PayPal", PAYPAL),
        ("put it on the gift card", GIFT),
        ("use my credit card", VISA),
        ("the card ending in 4242", VISA),
        ("back to the original payment method", VISA),
        ("I paid with PayPal once, please refund me", VISA),
        ("PayPal instead of my card", PAYPAL),
        ("to my PayPal, otherwise the card", PAYPAL),
        ("visa please", VISA),
    ],
)
def test_the_method_that_is_meant(words: str, method: PaymentMethod) -> None:
    """The method asked for is taken; one that was only paid with is not."""
    assert handles(filled_by(METHOD, words, slots=OF_ORDER)) == (method.handle,)


def test_a_method_that_is_not_on_file_is_a_question() -> None:
    """What is named and not there leaves those that are to choose from."""
    assert filled_by(METHOD, "to my amex please", slots=OF_ORDER) == Ask((VISA.handle, PAYPAL.handle, GIFT.handle))


def test_two_cards_are_told_apart_or_asked() -> None:
    """With two cards on file "my card" is a question; brand or digits answer it."""
    context = customer(DELIVERED, methods=(VISA, AMEX))
    assert isinstance(filled_by(METHOD, "to my credit card", context=context, slots=OF_ORDER), Ask)
    assert handles(filled_by(METHOD, "to my amex", context=context, slots=OF_ORDER)) == (AMEX.handle,)
    assert handles(filled_by(METHOD, "the other card", context=context, slots=OF_ORDER)) == (AMEX.handle,)
    answered = filled_by(
        METHOD, "to my card", context=context, slots=OF_ORDER, answer="0005", choices=(VISA.handle, AMEX.handle)
    )
    assert handles(answered) == (AMEX.handle,)


def test_a_closed_method_is_never_taken() -> None:
    """A method that no longer takes money is no choice, and no silent default."""
    closed = VISA.model_copy(update={"status": "closed"})
    outcome = filled_by(
        METHOD, "refund it", context=customer(DELIVERED, methods=(closed, PAYPAL, GIFT)), slots=OF_ORDER
    )
    assert outcome == Ask((PAYPAL.handle, GIFT.handle))


def test_without_an_order_silence_is_a_question() -> None:
    """The original method is known only when the order is."""
    assert isinstance(filled_by(METHOD, "change how I pay"), Ask)


def test_a_condition_that_excludes_the_original() -> None:
    """For a change of method the way it was paid is no answer, and the only other one is."""
    other = spec("payment_method", where=f"it.handle != '{VISA.handle}'")
    outcome = filled_by(other, "pay another way", context=customer(DELIVERED, methods=(VISA, PAYPAL)), slots=OF_ORDER)
    assert outcome == Filled(HandleValue(handle=PAYPAL.handle))
