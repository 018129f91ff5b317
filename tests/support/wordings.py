"""The held-out wordings of tests/wordings, and how each situation has to end. It plays nothing itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

from domain.handoff import HandoffReason
from domain.ids import Label

WORDINGS = Path(__file__).parents[1] / "wordings"


class Situation(BaseModel):
    """One situation of a story: who writes, what they want, and five ways to put it."""

    model_config = ConfigDict(frozen=True)

    story: int
    situation: str
    tenant: Label
    customer: str
    intents: tuple[Label, ...] = ()
    wishes: tuple[Label, ...] = ()
    signals: tuple[Label, ...] = ()
    wordings: tuple[str, ...]


class Wordings(BaseModel):
    """Everything in stories.yaml."""

    stories: tuple[Situation, ...]
    out_of_scope: tuple[str, ...]
    unanswered: tuple[str, ...]


class Told(NamedTuple):
    """A person takes over: why, and in which queue."""

    reason: HandoffReason
    queue: Label


class Ending(BaseModel):
    """How a situation has to end, whatever its wording."""

    model_config = ConfigDict(frozen=True)

    done: tuple[Label, ...] = ()  # exactly these writes succeed
    awaits: Label | None = None  # the write that waits for a person's approval
    handoff: Told | None = None  # None: nobody has to take over
    asks: Label | None = None  # the slot that is asked for at the end
    restates: tuple[str, ...] = ()  # what the customer reads before the first yes
    says: tuple[str, ...] = ()  # what stands in the last reply
    never: tuple[str, ...] = ()  # what stands in no reply
    answers: Mapping[Label, str] = {}  # what the customer answers when a slot is asked for


def _told(reason: HandoffReason, queue: Label = "support") -> Ending:
    return Ending(handoff=Told(reason, queue))


#: The one write that needs no yes: the customer asks for exactly this money, and it was approved before.
UNCONFIRMED = frozenset({"reissue_refund"})

ENDINGS: Mapping[str, Ending] = {
    "refund_failed_transiently": Ending(done=("reissue_refund",), says=("€89.00", "10042")),
    "refund_failed_card_closed": _told(HandoffReason.procedure, "billing"),
    "refund_pending": Ending(says=("€45.00", "submitted"), never=("has been paid", "gone through")),
    "damaged_television": Ending(
        awaits="issue_refund",
        restates=("€1,299.00",),
        answers={"remedy": "My money back, please.", "cause": "It is damaged."},
    ),
    "which_product": Ending(asks="items", says=("grinder", "speaker")),
    "return_window": Ending(says=("30 days", "source:")),
    "saas_question": Ending(says=("source:",)),
    "nothing_known": Ending(handoff=Told(HandoffReason.no_knowledge, "support"), never=("source:",)),
    "wants_a_person": _told(HandoffReason.asked_for_person),
    "angry": _told(HandoffReason.angry),
    "vip": _told(HandoffReason.vip, "vip"),
    "legal_threat": _told(HandoffReason.legal_threat, "legal"),
    "cancel": Ending(done=("cancel_order",), restates=("10048",), answers={"cause": "I no longer need it."}),
    "return": Ending(done=("return_items",), restates=("jacket",), answers={"items": "The rain jacket."}),
    "exchange": Ending(
        done=("exchange_items",), restates=("exchange", "shoes"), answers={"exchange": "Size 43 in black, please."}
    ),
    "address": Ending(done=("change_order_address",), restates=("10056", "germany")),
    "where_is_it": Ending(done=("open_trace",), restates=("10052", "dhl")),
    "charged_twice": Ending(done=("issue_refund",), restates=("€79.00",)),
    "arrived_damaged": Ending(done=("send_replacement",), restates=("vase",), answers={"remedy": "A new one."}),
    "delivered_not_arrived": Ending(done=("open_trace",), restates=("10053",)),
    "both_supported": Ending(done=("cancel_order", "return_items"), answers={"cause": "I no longer need it."}),
    "one_not_supported": Ending(
        done=("cancel_order",),
        handoff=Told(HandoffReason.not_supported, "support"),
        answers={"cause": "I no longer need it."},
    ),
    "not_their_order": Ending(says=("can't find an order with that number",), never=("jacket", "beanie")),
    "cancel_subscription": Ending(
        done=("cancel_subscription",), restates=("team",), answers={"at": "At the end of the time we've paid for."}
    ),
    "charged_after_cancelling": Ending(done=("refund_invoice",), restates=("tw-2043", "$12.00")),
    "unused_time": Ending(done=("cancel_subscription",), awaits="refund_invoice", restates=("business",)),
}


#: Somebody who has nothing open, for messages that belong to no situation.
NOTHING = Situation(story=5, situation="nothing_known", tenant="meridian", customer="eve", wordings=())
#: Somebody else's order, and one that does not exist (story 9).
ORDERS = ("10049", "99999")


def orders_in(wording: str) -> tuple[str, ...]:
    """The wording as it is sent: once, or once for each order that is not the customer's."""
    return tuple(wording.replace("{order}", order) for order in ORDERS) if "{order}" in wording else (wording,)


def stories() -> Wordings:
    """The wordings of every situation, and those of none."""
    return Wordings.model_validate(yaml.safe_load((WORDINGS / "stories.yaml").read_text(encoding="utf-8")))


def unseen() -> dict[str, Any]:
    """The second set: wordings by tenant and intent, and those of no intent; measured, never tuned on."""
    read: dict[str, Any] = yaml.safe_load((WORDINGS / "unseen.yaml").read_text(encoding="utf-8"))
    return read
