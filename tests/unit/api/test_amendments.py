"""Amendments: an approver may change what they were shown, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from api.amendments import amend
from domain.action import ActionSpec, ArgumentValue, Effect, ProposedAction
from domain.errors import BadMoney, InvalidInput
from domain.money import MAX_MINOR_UNITS, Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

LINES = ("line_0000000001", "line_0000000002")
VARIANT = "variant_0000000003"
SPEC = ActionSpec(
    name="issue_refund",
    title="Issue a refund",
    effect=Effect.write,
    risk="high",
    arguments={
        "payment": "payment",
        "amount": "amount",
        "reason": "choice",
        "items": "items",
        "exchange": "exchange",
        "address": "address",
        "note": "text",
    },
)
ARGS: dict[str, ArgumentValue] = {
    "payment": HandleValue(handle="payment_0123456789"),
    "amount": MoneyValue(money=Money(amount=5400, currency="EUR")),
    "reason": LabelValue(label="damaged"),
    "items": HandlesValue(handles=LINES),
    "exchange": PairsValue(pairs=((LINES[0], VARIANT),)),
    "address": SpanValue(seq=1, start=0, end=5, sha256="0" * 64),
}
ACTION = ProposedAction.of(action_id="T-7H3K9QWZ/a1", name="issue_refund", args=ARGS, wish=1)


@given(st.integers(1, MAX_MINOR_UNITS).filter(lambda amount: amount != 5400))
def test_an_amount_may_change(amount: int) -> None:
    """Any whole amount of the same currency makes another action of the same id, with its own digest."""
    amended = amend(ACTION, SPEC, {"amount": {"amount": amount, "currency": "EUR"}})

    assert amended.args["amount"] == MoneyValue(money=Money(amount=amount, currency="EUR"))
    assert amended.is_intact()
    assert amended.args_sha256 != ACTION.args_sha256
    assert (amended.action_id, amended.name, amended.wish) == (ACTION.action_id, ACTION.name, ACTION.wish)
    assert {name: value for name, value in amended.args.items() if name != "amount"} == {
        name: value for name, value in ARGS.items() if name != "amount"
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": "goodwill"}, LabelValue(label="goodwill")),
        ({"items": [LINES[1]]}, HandlesValue(handles=(LINES[1],))),
        ({"exchange": [[LINES[1], VARIANT]]}, PairsValue(pairs=((LINES[1], VARIANT),))),
    ],
)
def test_what_else_may_change(changes: dict[str, JsonValue], expected: ArgumentValue) -> None:
    """Another label, fewer records, other pairs of records that were named."""
    (name,) = changes

    assert amend(ACTION, SPEC, changes).args[name] == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"speed": "fast"},
        {"payment": "payment_ffffffffff"},  # a record that the request does not name
        {"payment": "not a handle"},
        {"payment": ["payment_0123456789"]},
        {"payment": None},
        {"reason": "Two Words"},
        {"reason": {"kind": "label", "label": "goodwill"}},
        {"items": []},
        {"items": [LINES[0], LINES[0]]},
        {"items": [LINES[0], "line_ffffffffff"]},
        {"items": LINES[0]},
        {"exchange": [[LINES[0], "variant_ffffffffff"]]},
        {"exchange": [[LINES[0]]]},
        {"address": "somewhere else"},  # the customer's own words
        {"address": LINES[0]},
        {"note": "anything"},
        {"amount": {"amount": 5400, "currency": "EUR"}},  # nothing changes
        {"items": list(LINES)},
    ],
)
def test_what_may_not_change(changes: dict[str, JsonValue]) -> None:
    """Unknown arguments, records that were not shown, words, and an amendment that changes nothing."""
    with pytest.raises(InvalidInput):
        amend(ACTION, SPEC, changes)


@pytest.mark.parametrize(
    "amount",
    [
        {"amount": -1, "currency": "EUR"},
        {"amount": 10.0, "currency": "EUR"},
        {"amount": True, "currency": "EUR"},
        {"amount": "1000", "currency": "EUR"},
        {"amount": "１000", "currency": "EUR"},  # noqa: RUF001 - a digit of another script
        {"amount": MAX_MINOR_UNITS + 1, "currency": "EUR"},
        {"amount": 2**63, "currency": "EUR"},
        {"amount": 1000, "currency": "USD"},
        {"amount": 1000, "currency": "eur"},
        {"amount": 1000},
        {"amount": 1000, "currency": "EUR", "exponent": 2},
        1000,
        "€10",
        None,
        [],
    ],
)
def test_money_that_is_none(amount: JsonValue) -> None:
    """An amount is a whole number of minor units in the request's own currency; all else is bad money."""
    with pytest.raises(BadMoney):
        amend(ACTION, SPEC, {"amount": amount})
