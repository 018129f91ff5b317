"""What a ticket remembers between turns: the wishes, their slots, what was asked, done and not yet told."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.action import ActionResult, ProposedAction
from domain.approval import PendingApproval
from domain.autonomy import Autonomy
from domain.handoff import HandoffReason
from domain.ids import ActionId, Handle, Label, Sha256
from domain.intent import SignalSpan
from domain.model import Model
from domain.slot import SlotValues


class WishStatus(StrEnum):
    """How far one wish of the customer has come."""

    open = "open"
    done = "done"
    passed_on = "passed_on"
    withdrawn = "withdrawn"


class Wish(Model):
    """One thing the customer wants: its intent, what is known for it, and what was done about it."""

    number: int
    intent: Label
    confidence: int
    seq: int  # the message it came with …
    start: int  # … and where it stands in it
    end: int
    procedure_version: str | None = None  # pinned when the procedure is first walked
    autonomy: Autonomy = "auto"  # its procedure's level, as of the last turn that looked
    slots: SlotValues = {}
    confirmed: tuple[Sha256, ...] = ()  # digests of actions the customer said yes to
    approved: tuple[Sha256, ...] = ()
    declined: bool = False  # an operator declined what it asks for
    results: tuple[ActionResult, ...] = ()  # of writes
    status: WishStatus = WishStatus.open


class AskedIntent(Model):
    """We asked which of these the customer means."""

    kind: Literal["intent"] = "intent"
    choices: tuple[Label, ...]


class AskedSlot(Model):
    """We asked for a slot of a wish."""

    kind: Literal["slot"] = "slot"
    wish: int
    slot: Label
    choices: tuple[Handle | Label, ...] = ()
    reply: Label | None = None  # the question, where it is not the slot's usual one ("there is no such order")
    sold_out: tuple[Handle, ...] = ()  # what was asked for and is not to be had


class AskedConfirmation(Model):
    """We restated an action and asked whether to go on."""

    kind: Literal["confirmation"] = "confirmation"
    action: ProposedAction
    reply: Label | None = None  # the procedure's reply that restates it


class AskedIdentity(Model):
    """We asked the customer to prove who they are, for the sake of a wish."""

    kind: Literal["identity"] = "identity"
    wish: int


Asked = Annotated[AskedIntent | AskedSlot | AskedConfirmation | AskedIdentity, Field(discriminator="kind")]


class HeldAction(Model):
    """An action that a pause holds back. Nothing was sent; it is judged again and tried when the pause ends."""

    action: ProposedAction
    approval_id: ActionId | None
    undoes: ActionId | None = None
    since: datetime


class WatchedEffect(Model):
    """An effect that took place and has not settled, or of which nobody knows: looked at again until somebody does."""

    action_id: ActionId
    name: Label
    wish: int
    since: datetime
    due: datetime  # when to look next
    looks: int = 0
    is_unknown: bool = False  # a person has it already, and only the ledger still wants to know
    is_undone: bool = False  # it was taken back, so its failure is no news


class ReplyPart(Model):
    """One paragraph of a reply, by the name of its template and the ids of the facts that fill it."""

    kind: Literal[
        "reply",  # a template of the wish's procedure
        "common",  # a template of the workspace: not understood, handed off, waiting for approval, …
        "question",  # the question for `slot` of the wish
        "confirmation",  # the procedure's restatement of `action`
        "knowledge",  # an extractive answer from the turn's evidence
    ]
    reply: Label
    wish: int | None = None
    slot: Label | None = None
    action: ProposedAction | None = None
    result: ActionResult | None = None
    choices: tuple[Handle | Label, ...] = ()
    sold_out: tuple[Handle, ...] = ()
    passages: tuple[int, ...] = ()
    decision_id: int | None = None  # the approval decision whose reason is told
    handoff: HandoffReason | None = None
    queue: Label | None = None  # where the handoff asked to go; of a broken promise, who promises anew
    urgent: bool = False


#: Words behind signals that a ticket remembers: the latest tell a person enough, and state stays small.
MOST_SIGNAL_SPANS = 24


class Memory(Model):
    """All that survives from one turn to the next; it travels in workflow state, so it holds no words."""

    wishes: tuple[Wish, ...] = ()
    asked: Asked | None = None
    clarifications: int = 0  # questions in a row without a clear answer
    pending: tuple[PendingApproval, ...] = ()
    held: tuple[HeldAction, ...] = ()
    watched: tuple[WatchedEffect, ...] = ()
    untold: tuple[ReplyPart, ...] = ()  # results whose reply was dropped as stale: told with the next one
    language: str = "en"
    is_introduced: bool = False  # the first reply has said that an assistant answers
    actions_proposed: int = 0  # numbers the action ids
    reopens: int = 0  # how often the ticket was solved and came back
    signal_spans: tuple[SignalSpan, ...] = ()  # the words that raised signals, by their places; the latest

    def wish(self, number: int) -> Wish:
        """The wish of that number."""
        return self.wishes[number - 1]

    def with_wish(self, wish: Wish) -> "Memory":
        """The same memory with one wish replaced (or appended, if its number is new)."""
        kept = list(self.wishes)
        if wish.number > len(kept):
            kept.append(wish)
        else:
            kept[wish.number - 1] = wish
        return self.model_copy(update={"wishes": tuple(kept)})

    def with_signal_spans(self, spans: tuple[SignalSpan, ...]) -> "Memory":
        """The same memory with the words of more signals; the oldest are forgotten."""
        kept = (*self.signal_spans, *(span for span in spans if span not in self.signal_spans))
        return self.model_copy(update={"signal_spans": kept[-MOST_SIGNAL_SPANS:]}) if spans else self

    def open_wishes(self) -> tuple[Wish, ...]:
        """The wishes not yet settled, in the order they were made."""
        return tuple(wish for wish in self.wishes if wish.status is WishStatus.open)
