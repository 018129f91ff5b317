"""A declared back end without its remote system: amounts, records, arguments, and what each answer makes of a write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from adapters.backends.declared.amounts import read_money, written
from adapters.backends.declared.backend import DeclaredBackend
from adapters.backends.declared.caller import Answer
from adapters.backends.declared.declaration import Declaration, MoneyUnit
from adapters.backends.declared.expression import NotEvaluated, Variables, evaluate, fill, fill_all
from adapters.backends.http.declaration import HttpCall, HttpDeclaration
from adapters.backends.mcp.declaration import McpDeclaration
from adapters.backends.port import NOT_SHOWN, BackendOutcome, Prepared, Progress, Scope
from adapters.workspace.yaml_reader import read_yaml
from domain.action import ArgumentValue, Cap, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused, AnswerUnusable, EffectUnknown, Unavailable
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, SpanValue
from domain.ticket import IdentityLevel

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SUPPORT = Path("tests/support/remote_shop")
SCOPE = Scope(tenant="harbour", customer_id="c-1", ticket_id="T-0000TEST", identity=IdentityLevel.proven)
ORDER = {
    "id": "o-1", "customer_id": "c-1", "state": "done", "placed_at": "2026-11-10T10:00:00Z", "total_cents": 3000,
    "delivered_at": "2026-11-14", "lines": [{"id": 1, "title": "Mug", "unit_cents": 1500, "quantity": 2}],
    "payments": [{"id": "p-1", "cents": 3000, "card": "Visa", "paid_at": "2026-11-10T10:00:00"}],
    "refunds": [{"id": "r-1", "payment_id": "p-1", "cents": 500, "reason": "late", "state": "open", "failure": None,
                 "created_at": "2026-11-20T10:00:00Z"}],
}  # fmt: skip
EFFECT: dict[str, JsonValue] = {
    "id": "r-9", "payment_id": "p-1", "cents": 1000, "state": "paid", "failure": None, "key": "key",
}  # fmt: skip
PROFILE: JsonValue = {"id": "c-1", "given_name": "Ada", "family_name": "Ito"}


@dataclass
class Canned:
    """A caller with its answers ready, which notes what it was asked."""

    answers: list[Answer | Exception]
    asked: list[tuple[HttpCall, str | None]] = field(default_factory=list)

    def check(self, call: HttpCall, variables: Variables) -> None:
        """Everything can be sent."""

    async def ask(self, call: HttpCall, variables: Variables, key: str | None = None) -> Answer:
        """The next answer."""
        del variables
        self.asked.append((call, key))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def declared(changes: Mapping[str, Any] | None = None, **action: object) -> HttpDeclaration:
    """The shop's file, with some fields of the file or of the refund changed."""
    value, _ = read_yaml((SUPPORT / "tenants/harbour/backends/orders.yaml").read_text())
    assert isinstance(value, dict)
    value = {**value, **(changes or {})}
    value["actions"] = {**value["actions"], "issue_refund": {**value["actions"]["issue_refund"], **action}}
    return HttpDeclaration.model_validate(value)


def done(body: JsonValue) -> Answer:
    """A plain answer."""
    return Answer(kind="done", body=body)


async def gathered(
    order: Mapping[str, Any] = ORDER, declaration: Declaration[HttpCall] | None = None
) -> CustomerContext:
    """The context that these answers give."""
    caller = Canned([done(PROFILE), done({"data": [dict(order)]})])
    return await DeclaredBackend(declaration or declared(), caller).gather(SCOPE, NOW)


async def prepared(**args: ArgumentValue) -> Prepared:
    """A refund of ten euros."""
    context = await gathered()
    usual: dict[str, ArgumentValue] = {
        "payment": HandleValue(handle=context.orders[0].payments[0].handle),
        "amount": MoneyValue(money=Money(amount=1000, currency="EUR")),
        "reason": LabelValue(label="damaged"),
    }
    action = ProposedAction.of(action_id="T-0000TEST/a1", name="issue_refund", args=usual | args, wish=0)
    return DeclaredBackend(declared(), Canned([])).prepare(context, action, {})


@pytest.mark.parametrize(
    ("value", "unit", "minor"),
    [
        (1250, "minor", 1250),
        ("1250", "minor", 1250),
        ("12.50", "major", 1250),
        (12, "major", 1200),
        ("12.500", "major", 1250),
        ({"amount": "3", "currency": "jpy"}, "major", 3),
        ({"amount": 3, "currency": "KWD"}, "major", 3000),
    ],
)
def test_amounts_are_read_as_the_unit_says(value: object, unit: str, minor: int) -> None:
    """Minor or major units, with or without a currency, and never through a float."""
    assert read_money(value, MoneyUnit.model_validate({"unit": unit, "currency": "EUR"})).amount == minor


@pytest.mark.parametrize("value", [None, True, 1.5, "", "x", "12.505", "-1", "NaN", "1e400", [], {"currency": "EUR"}])
def test_what_is_no_amount_is_refused(value: object) -> None:
    """Rather than rounded or guessed."""
    with pytest.raises(ValueError):  # noqa: PT011 - a Money that refuses is one too
        read_money(value, MoneyUnit(unit="major", currency="EUR"))


def test_amounts_can_be_sent_either_way() -> None:
    """Minor units for one system, decimal text for another."""
    assert written(Money(amount=1205, currency="EUR")) == {"amount": 1205, "currency": "EUR", "decimal": "12.05"}
    assert written(Money(amount=5, currency="JPY"))["decimal"] == "5"


def test_a_template_is_text_or_the_value_itself() -> None:
    """A hole alone keeps its type; beside words it becomes words; what is no word is refused."""
    variables = {"args": {"n": 3, "who": "Ada", "none": None}}
    assert fill_all({"a": "{args.n}", "b": ["n={args.n}"], "c": 1, "d": None}, variables) == {
        "a": 3, "b": ["n=3"], "c": 1, "d": None,
    }  # fmt: skip
    with pytest.raises(NotEvaluated):
        fill("for {args.none}", variables)
    with pytest.raises(NotEvaluated) as missing:
        evaluate("args.secret", variables)
    assert str(missing.value) == "args.secret"


async def test_answers_become_records() -> None:
    """By expression or under their own names; days and what is left are worked out."""
    context = await gathered()
    (order,) = context.orders
    assert (context.name, context.first_name) == ("Ada Ito", "Ada")
    assert (order.number, order.status, order.days_since_placed, order.days_since_delivery) == (
        "o-1",
        "delivered",
        13,
        9,
    )
    (payment,) = order.payments
    assert (payment.refunded.amount, payment.refundable.amount, payment.method_label) == (500, 2500, "Visa")
    assert (order.refunds[0].payment, order.refunds[0].status) == (payment.handle, "pending")
    assert context.refs[payment.handle] == "p-1"
    assert context.refunds_last_90_days == 1


async def test_somebody_elses_order_is_left_out() -> None:
    """Where the API answers more than it was asked for, the owner decides."""
    assert (await gathered({**ORDER, "customer_id": "c-2"})).orders == ()


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"total_cents": "ten"}, "orders.total"),
        ({"placed_at": "yesterday"}, "orders.placed_at"),
        ({"state": "lost"}, "it.state"),
        ({"id": None}, "orders.ref"),
        ({"lines": {}}, "lines"),
        ({"payments": [{"id": "p"}]}, "it.cents"),
        ({"refunds": ORDER["refunds"] * 2}, "refund"),  # type: ignore[operator]
    ],
)
async def test_an_answer_that_does_not_fit_names_the_field(broken: Mapping[str, Any], place: str) -> None:
    """And no value of it."""
    with pytest.raises(AnswerUnusable) as unusable:
        await gathered({**ORDER, **broken})
    assert place in unusable.value.text
    assert "yesterday" not in unusable.value.text


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"amount": MoneyValue(money=Money(amount=2501, currency="EUR"))}, "over_paid"),
        ({"amount": MoneyValue(money=Money(amount=100, currency="USD"))}, "wrong_currency"),
        ({"amount": MoneyValue(money=Money(amount=0, currency="EUR"))}, "wrong_amount"),
        ({"amount": LabelValue(label="much")}, "wrong_amount"),
        ({"reason": LabelValue(label="because")}, "unknown_choice"),
        ({"payment": LabelValue(label="payment")}, "unknown_record"),
        ({"payment": HandleValue(handle="payment_0123456789")}, "unknown_record"),
        ({"payment": HandlesValue(handles=())}, "unknown_record"),
        ({"items": HandlesValue(handles=())}, "unknown_record"),
        ({"tenant": LabelValue(label="meridian")}, "unknown_action"),
        ({"reason": SpanValue(seq=1, start=0, end=3, sha256="0" * 64)}, "unknown_choice"),
    ],
)
async def test_what_does_not_hold_is_refused_with_its_code(args: dict[str, ArgumentValue], code: str) -> None:
    """Declared conditions, kinds of arguments, and arguments that nobody declared."""
    with pytest.raises(ActionRefused) as refused:
        await prepared(**args)
    assert refused.value.facts["code"] == code


async def test_what_is_kept_is_refs_and_values() -> None:
    """What the ledger holds is enough to send and no more."""
    ready = await prepared()
    assert ready.args == {
        "args": {
            "payment": {"ref": "p-1", "order": {"ref": "o-1"}},
            "amount": {"amount": 1000, "currency": "EUR", "decimal": "10.00"},
            "reason": "damaged",
        },
        "kept": {},
    }
    assert (ready.business_key, str(ready.amount)) == ("issue_refund:p-1:damaged", "€10.00")
    assert ready.cap == Cap(subject="payment:p-1/EUR", limit=Money(amount=3000, currency="EUR"))
    assert ready.shown == {"payment": "€30.00 paid with Visa", "amount": "€10.00", "reason": "damaged"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (done(EFFECT), "succeeded"),
        (done({**EFFECT, "state": "open"}), "pending"),
        (done({**EFFECT, "state": "failed", "failure": "Card closed!"}), "card_closed"),
        (done({**EFFECT, "cents": 999}), EffectUnknown),
        (done({"ok": True}), EffectUnknown),
        (done(None), EffectUnknown),
        (Answer(kind="refused", body={"error": {"code": "over_refund"}}), "over_paid"),
        (Answer(kind="refused", body=None), "refused"),
        (Answer(kind="absent", body=None), "refused"),
        (Answer(kind="unclear", body=None), EffectUnknown),
        (Answer(kind="unclear", body={"error": {"code": "over_refund"}}), "over_paid"),
        (Unavailable("away"), Unavailable),
        (EffectUnknown("lost"), EffectUnknown),
    ],
)  # fmt: skip
async def test_what_each_answer_makes_of_a_write(answer: Answer | Exception, expected: str | type[Exception]) -> None:
    """Done, on its way, failed, refused with a code; whatever else it says, nobody knows."""
    ready = await prepared()
    caller = Canned([answer])
    backend = DeclaredBackend(declared(), caller)
    if isinstance(expected, str):
        assert (await backend.perform(SCOPE, ready, "key", NOW)).code == expected
    else:
        with pytest.raises(expected):
            await backend.perform(SCOPE, ready, "key", NOW)
    assert [key for _, key in caller.asked] == ["key"]


async def test_a_look_up_that_finds_another_effect_finds_nothing_certain() -> None:
    """It must not be taken for "not found", or the write would be sent again."""
    other = {**EFFECT, "payment_id": "p-2"}
    backend = DeclaredBackend(declared(), Canned([done({"data": [other]})]))
    with pytest.raises(AnswerUnusable):
        await backend.look_up(SCOPE, await prepared(), "key")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(kind="absent", body=None), NOT_SHOWN),
        (done({**EFFECT, "cents": 999}), NOT_SHOWN),
        (done({**EFFECT, "state": "open"}), Progress(state="pending", code="pending")),
        (done({**EFFECT, "state": "failed", "failure": "Card closed!"}), Progress(state="failed", code="card_closed")),
        (done(EFFECT), Progress(state="settled", code="settled")),
    ],
)  # fmt: skip
async def test_only_an_effect_that_says_so_has_failed(answer: Answer, expected: Progress) -> None:
    """One that is gone, or looks otherwise, is watched on: a failure would free the money for once more."""
    ready = await prepared()
    made = BackendOutcome(status="succeeded", code="pending", ref="r-9", amount=ready.amount, settles_later=True)
    assert await DeclaredBackend(declared(), Canned([answer])).progress(SCOPE, ready, made, NOW) == expected


async def test_a_system_without_keys_is_never_asked_twice() -> None:
    """It is looked for before it is sent; not found afterwards it stays in doubt."""
    by_look_up = declared(once="by_look_up")
    ready = await prepared()
    caller = Canned([done({"data": [EFFECT]})])
    assert (await DeclaredBackend(by_look_up, caller).perform(SCOPE, ready, "key", NOW)).ref == "r-9"
    assert [key for _, key in caller.asked] == [None]
    with pytest.raises(EffectUnknown):
        await DeclaredBackend(by_look_up, Canned([done({"data": []})])).look_up(SCOPE, ready, "key")


def test_a_tool_knows_no_keys_unless_it_is_told_them() -> None:
    """The careful choice is the one that needs no words in the file."""
    value, _ = read_yaml((SUPPORT / "tools.yaml").read_text())
    actions = McpDeclaration.model_validate(value).actions
    assert (actions["cancel_refund"].once, actions["issue_refund"].once) == ("by_look_up", "by_key")
