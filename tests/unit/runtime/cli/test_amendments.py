"""`--set NAME=VALUE`."""

import pytest
from pydantic import JsonValue

from domain.errors import BadMoney, InvalidInput
from runtime.cli.amendments import amended_arguments

ARGS: dict[str, JsonValue] = {
    "amount": {"kind": "money", "money": {"amount": 129_900, "currency": "EUR"}},
    "reason": {"kind": "label", "label": "damaged"},
    "payment": {"kind": "handle", "handle": "payment_0123456789"},
    "items": {"kind": "handles", "handles": ["line_0123456789"]},
    "exchange": {"kind": "pairs", "pairs": [["line_0123456789", "variant_0123456789"]]},
    "address": {"kind": "span", "seq": 1, "start": 0, "end": 9, "sha256": "0" * 64},
}


def test_each_kind_of_argument_is_read_in_its_own_way() -> None:
    """Money becomes minor units in the request's currency; lists are written with commas, pairs with colons."""
    changes = ["amount=€50.00", "reason=goodwill", "items=line_a, line_b", "exchange=line_a:variant_b"]
    assert amended_arguments(changes, ARGS) == {
        "amount": {"amount": 5000, "currency": "EUR"},
        "reason": "goodwill",
        "items": ["line_a", "line_b"],
        "exchange": [["line_a", "variant_b"]],
    }


@pytest.mark.parametrize(
    "changes", [["amount"], ["amount="], ["price=5.00"], ["address=here"], ["reason=a", "reason=b"]]
)
def test_a_change_that_cannot_be_made_is_refused(changes: list[str]) -> None:
    """No value, an unknown argument, a customer's own words, or one argument twice."""
    with pytest.raises(InvalidInput):
        amended_arguments(changes, ARGS)


def test_an_amount_in_another_currency_is_refused() -> None:
    """The currency is that of the request."""
    with pytest.raises(BadMoney):
        amended_arguments(["amount=$50.00"], ARGS)
