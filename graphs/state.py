"""The state of one turn: what is known when it starts, and what the nodes add."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.action import ActionResult, ProposedAction
from domain.approval import ApprovalRequest, Decision
from domain.ask import Reads, TurnKey
from domain.event import EventDraft
from domain.evidence import SearchResult
from domain.handoff import HandOffNotice
from domain.ids import ActionId
from domain.intent import Classification, Signals
from domain.memory import Asked, HeldAction, Memory, ReplyPart
from domain.model import Model
from domain.outcome import TurnOutcome
from domain.step import Propose
from domain.ticket import TicketRef

#: What a node returns: the fields it changes. LangGraph merges them, and the state's own types check them.
Update = dict[str, Any]


class Trigger(StrEnum):
    """Why a turn runs; it decides where the graph is entered."""

    message = "message"
    decision = "decision"
    approval_expired = "approval_expired"
    reminder = "reminder"
    handback = "handback"
    resumed = "resumed"  # the pause that held an action back has ended
    effect_failed = "effect_failed"  # what had been done turned out not to have lasted
    effect_given_up = "effect_given_up"  # it was looked at for long, and nobody knows what became of it
    undo = "undo"  # an operator takes an action back


class Undo(Model):
    """An action that takes another one back, as an operator asked."""

    action: ProposedAction
    undoes: ActionId
    asked_by: str


class TurnState(Model):
    """Everything one turn knows; nodes return what they change."""

    ticket: TicketRef
    turn: int
    now: datetime
    trigger: Trigger
    memory: Memory
    seqs: tuple[int, ...] = ()  # the customer's messages that are new in this turn
    decision: Decision | None = None
    expired: ActionId | None = None
    held: HeldAction | None = None
    failed: ActionResult | None = None  # what became of the effect, and of which wish
    undo: Undo | None = None
    is_with_operator: bool = False  # a person has the ticket
    is_refusal_a_persons: bool = False  # an approver changed the action: if it is refused after all, a person must know
    is_given_back: bool = False  # an operator gave these messages back: no handoff rule takes them away again

    context_id: int | None = None
    classification: Classification | None = None
    evidence: SearchResult = SearchResult(found=())
    reads: Reads = {}
    proposal: Propose | None = None
    parts: tuple[ReplyPart, ...] = ()
    question: Asked | None = None
    requests: tuple[ApprovalRequest, ...] = ()
    notice: HandOffNotice | None = None
    withheld: tuple[ProposedAction, ...] = ()  # writes that a procedure in shadow would have proposed
    passed_on: tuple[int, ...] = ()  # the wishes that procedures gave to a person in this turn
    is_settled: bool = True  # an answer that expects the customer back makes it False
    is_confirmed: bool = False  # the customer said that it is settled
    is_aside: bool = False  # an operator's business: it leaves the ticket where it stood
    events: tuple[EventDraft, ...] = ()
    outcome: TurnOutcome | None = None

    @property
    def signals(self) -> Signals:
        """The signals of this turn's messages."""
        return self.classification.signals if self.classification else Signals()

    @property
    def key(self) -> TurnKey:
        """Which turn this is, for asks."""
        return TurnKey(ticket=self.ticket, turn=self.turn, now=self.now)

    def needs_context(self) -> int:
        """The id of the customer context, which every path has gathered before it plans."""
        if self.context_id is None:
            raise RuntimeError("the customer context was not gathered")
        return self.context_id
