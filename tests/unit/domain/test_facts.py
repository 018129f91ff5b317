"""Facts are plain values built from the customer's own context, and absent where a handle names nothing."""

from datetime import UTC, date, datetime
from typing import Any

from cel import compile as compile_cel

from domain.action import ActionResult, ActionSpec, ActionStatus, Effect
from domain.facts import action_view, candidate_view, facts_view, plain, reply_view, ticket_view
from domain.intent import Signals
from domain.memory import Wish
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SlotValues, SpanValue
from tests.unit.domain.customers import (
    DELIVERED,
    HEADPHONES,
    LAMP,
    REF,
    SHOE_VARIANTS,
    SHOES,
    TICKET,
    VISA,
    eur,
    handle,
    mara,
)


def view(slots: SlotValues, *results: ActionResult, reads: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """The variables of a wish with these slots and results."""
    wish = Wish(number=1, intent="late_refund", confidence=900, seq=1, start=0, end=4, slots=slots, results=results)
    return facts_view(context=mara(), ticket=ticket_view(REF), wish=wish, reads=reads)


def result(name: str, status: ActionStatus = ActionStatus.succeeded) -> ActionResult:
    """What came of an action that cost 54 euros."""
    return ActionResult(action_id=f"{TICKET}/a1", name=name, status=status, code=status.value, amount=eur(5_400))


def test_each_kind_of_slot_has_its_fact() -> None:
    """Records, labels and amounts are facts; the customer's words are not."""
    facts = view(
        {
            "order": HandleValue(handle=DELIVERED.handle),
            "refund": HandleValue(handle=handle("refund", "r1")),
            "items": HandlesValue(handles=(HEADPHONES.handle, LAMP.handle)),
            "exchange": PairsValue(pairs=((SHOES.handle, SHOE_VARIANTS[0].handle),)),
            "cause": LabelValue(label="damaged"),
            "amount": MoneyValue(money=eur(2_000)),
            "words": SpanValue(seq=1, start=0, end=3, sha256="0" * 64),
        }
    )["facts"]
    assert facts["order"]["number"] == "10042"
    assert facts["refund"]["order"]["number"] == "10042"
    assert facts["refund"]["expected_on"] == "2026-12-03"
    assert [line["title"] for line in facts["items"]] == ["Wireless Headphones", "Desk Lamp"]
    assert facts["items"][0]["order"]["days_since_delivery"] == 13
    assert facts["exchange"][0]["line"]["title"] == "Running Shoes"
    assert facts["exchange"][0]["variant"]["options"] == {"size": "8", "color": "black"}
    assert facts["cause"] == "damaged"
    assert facts["amount"] == {"amount": 2_000, "currency": "EUR"}
    assert "words" not in facts


def test_a_handle_that_names_nothing_gives_no_fact() -> None:
    """A guessed handle, alone or among good ones, leaves the fact absent."""
    guessed = handle("order", "somebody else's")
    facts = view(
        {
            "order": HandleValue(handle=guessed),
            "items": HandlesValue(handles=(LAMP.handle, guessed)),
            "exchange": PairsValue(pairs=((SHOES.handle, guessed),)),
        }
    )["facts"]
    assert facts == {}


def test_raw_slots_can_be_passed_on() -> None:
    """`slots` holds the values as they are, ready to be an argument."""
    slots = view({"items": HandlesValue(handles=(LAMP.handle,))})["slots"]
    assert slots == {"items": {"kind": "handles", "handles": [LAMP.handle]}}


def test_the_last_result_of_a_write_is_a_fact_and_a_read_of_this_turn_wins() -> None:
    """Results are facts by action name; what was read in this turn is newer than any of them."""
    made = view({}, result("reissue_refund", ActionStatus.failed), result("reissue_refund"))
    assert made["facts"]["reissue_refund"] == {
        "status": "succeeded",
        "code": "succeeded",
        "amount": {"amount": 5_400, "currency": "EUR"},
    }
    read = view({}, result("track_shipment", ActionStatus.failed), reads={"track_shipment": {"status": "in_transit"}})
    assert read["facts"]["track_shipment"] == {"status": "in_transit"}


def test_every_view_can_be_evaluated() -> None:
    """Whatever is in the view, CEL takes it: dates, enums, tuples and nulls included."""
    made = view({"order": HandleValue(handle=DELIVERED.handle)})
    condition = "customer.orders.exists(o, size(o.refunds) > 0) && facts.order.status == 'delivered'"
    assert compile_cel(condition).execute(made) is True


def test_candidates_know_their_order() -> None:
    """`it` of a line, payment or refund tells its order."""
    assert candidate_view(LAMP, mara())["order"]["status"] == "delivered"
    assert "order" not in candidate_view(VISA, mara())


def test_a_ticket_fact_that_is_not_given_is_absent() -> None:
    """A condition on what nobody said must fail rather than read a made-up value."""
    assert ticket_view(REF) == {"channel": "web", "identity": "proven"}
    known = ticket_view(REF, intent="late_refund", autonomy="auto", signals=Signals(angry=True), reopens=0)
    assert known["signals"]["angry"] is True
    assert known["reopens"] == 0
    assert "clarifications" not in known


def test_what_a_reply_sees() -> None:
    """Facts stand at the root; an action shows its arguments as people read them."""
    spec = ActionSpec(name="cancel_order", title="Cancel", effect=Effect.write, risk="medium", arguments={})
    action = action_view(spec=spec, amount=eur(5_400), shown={"order": "10042"})
    made = view({"cause": LabelValue(label="damaged")})
    seen = reply_view(made, action=action, choices=["a", "b"], reason="no stock")
    assert (seen["cause"], seen["choices"], seen["reason"]) == ("damaged", ["a", "b"], "no stock")
    assert seen["action"]["order"] == "10042"
    assert seen["action"]["amount"] == {"amount": 5_400, "currency": "EUR"}
    assert not {"action", "choices", "reason"} & reply_view(view({})).keys()


def test_plain_values() -> None:
    """Dates become strings, moments stay moments, models dictionaries."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert plain({"a": (Money(amount=1, currency="EUR"), date(2026, 1, 2), now, Effect.read, None)}) == {
        "a": [{"amount": 1, "currency": "EUR"}, "2026-01-02", now, "read", None]
    }
