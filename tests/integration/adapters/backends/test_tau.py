"""tau retail's store: taken in, acted upon, and told again as tau would tell it.

The small store here holds one order for each side effect that tau knows. With `TAU_RETAIL` naming the folder of the
data set, all its dev tasks are replayed too, and each must end in exactly the state that tau expects.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from adapters.backends.shop.tau.export import export_tau
from adapters.backends.shop.tau.load import load_tau, store_of
from domain.action import ProposedAction
from domain.errors import ActionRefused
from tests.integration.adapters.backends.tau_calls import ACTIONS, changed, rounded, understood
from tests.integration.adapters.backends.till import NOW, TICKET, TODAY, Till

Json = dict[str, Any]

DATA = os.environ.get("TAU_RETAIL")
HOME = {
    "address1": "763 Broadway",
    "address2": "Suite 135",
    "city": "Philadelphia",
    "country": "USA",
    "state": "PA",
    "zip": "19122",
}
MUG = {"color": "blue", "size": "small"}
UNTOUCHED = {
    "cancel_reason": None, "exchange_items": None, "exchange_new_items": None, "exchange_payment_method_id": None,
    "exchange_price_difference": None, "return_items": None, "return_payment_method_id": None,
}  # fmt: skip


def order(number: str, status: str, method: str = "credit_card_1", skus: tuple[str, ...] = ("101",)) -> Json:
    """An order of mugs, each $10.00, paid with one method."""
    item = {"name": "Mug", "product_id": "900", "price": 10.0, "options": MUG}
    history = [{"transaction_type": "payment", "amount": 10.0 * len(skus), "payment_method_id": method}]
    if status == "cancelled":
        history.append({"transaction_type": "refund", "amount": 10.0 * len(skus), "payment_method_id": method})
    is_sent = status in {"delivered", "processed", "cancelled"}
    return {
        "order_id": number,
        "user_id": "yusuf_rossi_9620",
        "address": HOME,
        "items": [{**item, "item_id": sku} for sku in skus],
        "status": status,
        "fulfillments": [{"tracking_id": ["843053632392"], "item_ids": list(skus)}] if is_sent else [],
        "payment_history": history,
    }


def small_db() -> Json:
    """One customer, one product, an order in each state that actions begin from."""
    variants = {
        "101": {"item_id": "101", "options": MUG, "available": True, "price": 10.0},
        "102": {"item_id": "102", "options": {"color": "red", "size": "small"}, "available": True, "price": 12.05},
        "103": {"item_id": "103", "options": {"color": "red", "size": "large"}, "available": False, "price": 8.0},
        "104": {"item_id": "104", "options": {"color": "green", "size": "small"}, "available": True, "price": 7.99},
    }
    orders = [
        order("#W1", "pending"),
        order("#W2", "pending", "gift_card_3"),
        order("#W3", "delivered", skus=("101", "101")),
        order("#W4", "delivered"),
        order("#W5", "cancelled"),
        order("#W6", "processed"),
    ]
    user = {
        "user_id": "yusuf_rossi_9620",
        "name": {"first_name": "Yusuf", "last_name": "Rossi"},
        "address": HOME,
        "email": "yusuf.rossi7301@example.com",
        "payment_methods": {
            "credit_card_1": {"source": "credit_card", "id": "credit_card_1", "brand": "visa", "last_four": "2478"},
            "paypal_2": {"source": "paypal", "id": "paypal_2"},
            "gift_card_3": {"source": "gift_card", "id": "gift_card_3", "balance": 50.0},
        },
        "orders": [one["order_id"] for one in orders],
    }
    return {
        "products": {"900": {"name": "Mug", "product_id": "900", "variants": variants}},
        "users": {"yusuf_rossi_9620": user},
        "orders": {one["order_id"]: one for one in orders},
    }


async def replay(till: Till, user: str, number: int, name: str, arguments: Json) -> str | None:
    """Carry out one tool call as our action; the code of the refusal, if it is refused."""
    rows = await till.rows(
        "select source, ref from shop.payment_methods where tenant = %(tenant)s and customer = %(user)s", user=user
    )
    context = await till.context(user)
    call = understood(name, arguments, context, {row["source"]: row["ref"] for row in rows})
    action = ProposedAction.of(action_id=f"{TICKET}/a{number}", name=call.action, args=call.args, wish=0)
    try:
        prepared = till.backend.prepare(context, action, call.spans)
    except ActionRefused as refused:
        return str(refused.facts["code"])
    outcome = await till.perform(user, prepared, f"{till.tenant}-{number}")
    assert await till.is_shown(user, prepared, outcome)
    return None


@pytest.fixture
async def tau(till: Till) -> Till:
    """The back end on the small store."""
    await load_tau(till.superuser, small_db(), TODAY, till.tenant)
    return till


async def test_what_goes_in_comes_out(tau: Till) -> None:
    """Every id, name, option, amount, status and parcel is told as it was."""
    db, told = small_db(), await export_tau(tau.superuser, tau.tenant)
    assert told["users"] == db["users"]
    assert told["orders"] == {number: {**one, **UNTOUCHED} for number, one in db["orders"].items()}


async def test_what_tau_does_not_tell_is_within_every_window(tau: Till) -> None:
    """Delivered five days ago; order numbers as customers write them, methods as they would be called."""
    context = await tau.context("yusuf_rossi_9620")
    delivered = [one.days_since_delivery for one in context.orders if one.status == "delivered"]
    assert delivered == [5, 5]
    assert {one.number for one in context.orders} == {"#W1", "#W2", "#W3", "#W4", "#W5", "#W6"}
    assert [method.label for method in context.payment_methods] == [
        "Visa ending 2478",
        "PayPal",
        "Gift card ending rd_3",
    ]


CARD, PAYPAL, GIFT = "credit_card_1", "paypal_2", "gift_card_3"
AWAY = {"address1": "101 Highway", "address2": "", "city": "New York", "country": "USA", "state": "NY", "zip": "10001"}
REFUND = {"transaction_type": "refund", "amount": 10.0}
EFFECTS: list[tuple[str, Json, Json]] = [
    (
        "cancel_pending_order",
        {"order_id": "#W1", "reason": "no longer needed"},
        {"status": "cancelled", "cancel_reason": "no longer needed", "paid": [{**REFUND, "payment_method_id": CARD}]},
    ),
    (
        "cancel_pending_order",
        {"order_id": "#W2", "reason": "ordered by mistake"},
        {
            "status": "cancelled",
            "cancel_reason": "ordered by mistake",
            "paid": [{**REFUND, "payment_method_id": GIFT}],
            "balance": 60.0,
        },
    ),
    (
        "return_delivered_order_items",
        {"order_id": "#W3", "item_ids": ["101", "101"], "payment_method_id": GIFT},
        {"status": "return requested", "return_items": ["101", "101"], "return_payment_method_id": GIFT},
    ),
    (
        "exchange_delivered_order_items",
        {"order_id": "#W3", "item_ids": ["101", "101"], "new_item_ids": ["104", "102"], "payment_method_id": PAYPAL},
        {
            "status": "exchange requested",
            "exchange_items": ["101", "101"],
            "exchange_new_items": ["102", "104"],
            "exchange_payment_method_id": PAYPAL,
            "exchange_price_difference": 0.04,
        },
    ),
    (
        "modify_pending_order_items",
        {"order_id": "#W1", "item_ids": ["101"], "new_item_ids": ["102"], "payment_method_id": GIFT},
        {
            "status": "pending (item modified)",
            "item": ("102", 12.05, {"color": "red", "size": "small"}),
            "paid": [{"transaction_type": "payment", "amount": 2.05, "payment_method_id": GIFT}],
            "balance": 47.95,
        },
    ),
    (
        "modify_pending_order_items",
        {"order_id": "#W1", "item_ids": ["101"], "new_item_ids": ["104"], "payment_method_id": PAYPAL},
        {
            "status": "pending (item modified)",
            "item": ("104", 7.99, {"color": "green", "size": "small"}),
            "paid": [{"transaction_type": "refund", "amount": 2.01, "payment_method_id": PAYPAL}],
        },
    ),
    (
        "modify_pending_order_payment",
        {"order_id": "#W2", "payment_method_id": PAYPAL},
        {
            "paid": [
                {"transaction_type": "payment", "amount": 10.0, "payment_method_id": PAYPAL},
                {**REFUND, "payment_method_id": GIFT},
            ],
            "balance": 60.0,
        },
    ),
    (
        "modify_pending_order_items",
        {"order_id": "#W2", "item_ids": ["101"], "new_item_ids": ["104"], "payment_method_id": CARD},
        {
            "status": "pending (item modified)",
            "item": ("104", 7.99, {"color": "green", "size": "small"}),
            "paid": [{"transaction_type": "refund", "amount": 2.01, "payment_method_id": CARD}],
        },
    ),
    ("modify_pending_order_address", {"order_id": "#W1", **AWAY}, {"address": AWAY}),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), EFFECTS)
async def test_an_action_leaves_what_tau_expects(tau: Till, name: str, arguments: Json, expected: Json) -> None:
    """The order's record changes as told, the gift card with it, and nothing else in the whole store."""
    before = await export_tau(tau.superuser, tau.tenant)
    assert await replay(tau, "yusuf_rossi_9620", 1, name, arguments) is None
    told = changed(before, await export_tau(tau.superuser, tau.tenant))

    number, fields = arguments["order_id"], dict(expected)
    record = {**before["orders"][number]}
    record["payment_history"] = [*record["payment_history"], *fields.pop("paid", [])]
    if "item" in fields:
        sku, price, options = fields.pop("item")
        record["items"] = [{**record["items"][0], "item_id": sku, "price": price, "options": options}]
    balance = fields.pop("balance", None)
    assert told["orders"] == {number: {**record, **fields}}
    if balance is None:
        assert "users" not in told
    else:
        user = told["users"]["yusuf_rossi_9620"]
        assert user["payment_methods"][GIFT]["balance"] == balance


async def test_a_profile_can_move(tau: Till) -> None:
    """The user's record changes, their orders do not."""
    before = await export_tau(tau.superuser, tau.tenant)
    assert (
        await replay(tau, "yusuf_rossi_9620", 1, "modify_user_address", {"user_id": "yusuf_rossi_9620", **AWAY}) is None
    )
    told = changed(before, await export_tau(tau.superuser, tau.tenant))
    assert told == {"users": {"yusuf_rossi_9620": {**before["users"]["yusuf_rossi_9620"], "address": AWAY}}}


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("cancel_pending_order", {"order_id": "#W6", "reason": "no longer needed"}, "wrong_status"),
        ("cancel_pending_order", {"order_id": "#W1", "reason": "too dear"}, "unknown_choice"),
        (
            "return_delivered_order_items",
            {"order_id": "#W4", "item_ids": ["101"], "payment_method_id": PAYPAL},
            "wrong_method",
        ),
        (
            "exchange_delivered_order_items",
            {"order_id": "#W4", "item_ids": ["101"], "new_item_ids": ["103"], "payment_method_id": CARD},
            "not_available",
        ),
        ("modify_pending_order_payment", {"order_id": "#W1", "payment_method_id": CARD}, "same_method"),
    ],
)
async def test_what_the_policy_forbids_is_refused(tau: Till, name: str, arguments: Json, code: str) -> None:
    """And nothing has changed."""
    before = await export_tau(tau.superuser, tau.tenant)
    assert await replay(tau, "yusuf_rossi_9620", 1, name, arguments) == code
    assert changed(before, await export_tau(tau.superuser, tau.tenant)) == {}


def test_an_unknown_status_stops_the_load() -> None:
    """A store that is not a fresh one is not taken in by half."""
    db = small_db()
    db["orders"]["#W1"]["status"] = "return requested"
    with pytest.raises(KeyError):
        store_of(db, TODAY)


@pytest.mark.skipif(DATA is None, reason="TAU_RETAIL names no folder with tau retail's data")
@pytest.mark.timeout(300)
async def test_the_whole_store_comes_out_as_it_went_in(till: Till) -> None:
    """500 users and 1,000 orders, every field."""
    db = json.loads((Path(DATA or ".") / "shared" / "db.json").read_text())
    await load_tau(till.superuser, db, TODAY, till.tenant)
    told = await export_tau(till.superuser, till.tenant)
    assert told["users"] == db["users"]
    assert told["orders"] == {number: {**UNTOUCHED, **one} for number, one in db["orders"].items()}


@pytest.mark.skipif(DATA is None, reason="TAU_RETAIL names no folder with tau retail's data")
@pytest.mark.timeout(300)
async def test_every_dev_task_ends_as_tau_expects(till: Till) -> None:
    """All tasks, each on a fresh store of its users: exactly the expected records have changed, exactly so."""
    folder = Path(DATA or ".")
    db = json.loads((folder / "shared" / "db.json").read_text())
    expected = {one["id"]: one for one in _lines(folder / "dev" / "expected_state.jsonl")}
    wrong = []
    for task in _lines(folder / "dev" / "tasks.jsonl"):
        calls = [
            (call["name"], call["arguments"], call["arguments"].get("user_id") or _owner(db, call["arguments"]))
            for call in task["evaluation_criteria"]["actions"]
            if call["name"] in ACTIONS
        ]
        await load_tau(till.superuser, _only(db, {user for _, _, user in calls}), TODAY, till.tenant)
        before = await export_tau(till.superuser, till.tenant)
        for number, (name, arguments, user) in enumerate(calls):
            await replay(till, user, number, name, arguments)
        state = expected[task["id"]]
        records = state.get("final_records_corrected", state["final_records"]) or {}
        if changed(before, await export_tau(till.superuser, till.tenant)) != rounded(records):
            wrong.append(task["id"])
    assert wrong == []


def _owner(db: Json, arguments: Json) -> str:
    return str(db["orders"][arguments["order_id"]]["user_id"])


def _only(db: Json, users: set[str]) -> Json:
    return {**db, "users": {user: db["users"][user] for user in users}}


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_now_is_the_day_of_the_load() -> None:
    """The windows of these tests count from the same day."""
    assert NOW.date() == TODAY
