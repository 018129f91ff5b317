"""The form that amends: fields by the action's declaration, read back as what an amendment may change."""

import pytest
from pydantic import JsonValue

from api.amendments import amend
from console.views.amend_form import Sent, fields_of, read_form
from domain.action import ActionSpec, Effect, ProposedAction
from domain.errors import InvalidInput
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

PAYMENT, LINE, OTHER, WANTED = "payment_0000000001", "line_0000000001", "line_0000000002", "variant_0000000001"
SPEC = ActionSpec(
    name="do_all",
    title="Do all",
    effect=Effect.write,
    risk="high",
    arguments={
        "payment": "payment",
        "amount": "amount",
        "reason": "choice",
        "items": "items",
        "swap": "exchange",
        "note": "text",
        "not_named": "amount",
    },
    choices={"reason": ("damaged", "goodwill")},
)
ACTION = ProposedAction.of(
    action_id="T-00000000/a1",
    name="do_all",
    args={
        "payment": HandleValue(handle=PAYMENT),
        "amount": MoneyValue(money=Money(amount=5400, currency="EUR")),
        "reason": LabelValue(label="damaged"),
        "items": HandlesValue(handles=(LINE, OTHER)),
        "swap": PairsValue(pairs=((LINE, WANTED),)),
        "note": SpanValue(seq=1, start=0, end=4, sha256="0" * 64),
    },
    wish=1,
)
AS_ASKED: Sent = {
    "arg.payment": [PAYMENT],
    "arg.amount": ["54.00"],
    "arg.reason": ["damaged"],
    "arg.items": [LINE, OTHER],
    "arg.swap": [f"{LINE}>{WANTED}"],
}


def test_each_argument_is_a_field_of_its_kind() -> None:
    """Amounts are typed, choices and records chosen, several ticked; words are shown as what cannot be amended."""
    fields = {field.name: field for field in fields_of(ACTION, SPEC, None)}
    assert {name: field.kind for name, field in fields.items()} == {
        "payment": "one",
        "amount": "money",
        "reason": "one",
        "items": "some",
        "swap": "some",
        "note": "fixed",
    }
    assert (fields["amount"].value, fields["amount"].currency) == ("54.00", "EUR")
    assert [(it.value, it.is_chosen) for it in fields["reason"].options] == [("damaged", True), ("goodwill", False)]
    assert [it.value for it in fields["payment"].options] == [PAYMENT]


def test_the_form_as_it_stands_changes_nothing() -> None:
    """What nobody touched is no change, and nothing is wrong with it."""
    read = read_form(ACTION, SPEC, AS_ASKED)
    assert (read.changes, read.problems) == ({}, {})
    shown = fields_of(ACTION, SPEC, None)
    sent = {
        it.input_name: [it.value] if it.kind == "money" else [o.value for o in it.options if o.is_chosen]
        for it in shown
    }
    assert read_form(ACTION, SPEC, sent).changes == {}


@pytest.mark.parametrize(
    ("name", "values", "change"),
    [
        ("amount", ["€1,030.50"], {"amount": 103050, "currency": "EUR"}),
        ("reason", ["goodwill"], "goodwill"),
        ("items", [OTHER], [OTHER]),
    ],
)
def test_a_change_is_one_that_an_amendment_takes(name: str, values: list[str], change: JsonValue) -> None:
    """What the form gives is what the API's own amendment accepts."""
    read = read_form(ACTION, SPEC, {**AS_ASKED, f"arg.{name}": values})
    assert read.changes == {name: change}
    assert amend(ACTION, SPEC, read.changes).args_sha256 != ACTION.args_sha256


@pytest.mark.parametrize(
    ("name", "values", "problem"),
    [
        ("amount", ["a lot"], "no amount"),
        ("amount", ["5 USD"], "not in EUR"),
        ("amount", [], "no amount"),
        ("reason", [""], "Choose one"),
        ("items", [], "At least one must stay"),
    ],
)
def test_a_problem_stands_beside_its_field_with_what_was_typed(name: str, values: list[str], problem: str) -> None:
    """The other fields keep what was sent too."""
    sent = {**AS_ASKED, f"arg.{name}": values}
    read = read_form(ACTION, SPEC, sent)
    assert problem in read.problems[name]
    fields = {field.name: field for field in fields_of(ACTION, SPEC, None, sent, read.problems)}
    assert fields[name].problem == read.problems[name]
    if values and fields[name].kind == "money":
        assert fields[name].value == values[0]


def test_a_record_that_the_request_does_not_name_is_refused_by_the_amendment() -> None:
    """A forged option goes no further."""
    read = read_form(ACTION, SPEC, {**AS_ASKED, "arg.payment": ["payment_9999999999"]})
    with pytest.raises(InvalidInput, match="records of the request"):
        amend(ACTION, SPEC, read.changes)
