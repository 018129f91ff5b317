"""What a turn asks of the world: small typed asks of ids and labels, one for each effect, and their answers.

They cross into activities, so they end up in Temporal's history; none has a field that could hold a customer's words.
"""

from datetime import datetime, timedelta
from typing import Literal

from domain.action import ProposedAction
from domain.approval import ApprovalRequest, Settlement
from domain.conflict import ConflictRef
from domain.event import EventDraft
from domain.handoff import HandOffNotice
from domain.ids import ActionId, Label, Sha256
from domain.intent import Signals
from domain.memory import Memory, ReplyPart
from domain.message import AuthorKind
from domain.model import Model
from domain.money import Money
from domain.outcome import DraftRef
from domain.sla import SlaClock
from domain.ticket import IdentityLevel, TicketRef, TicketStatus, WaitingFor
from domain.verification import Finding

ResolutionKind = Literal["confirmed", "assumed", "by_operator"]
#: Answers of reads made in this turn: action -> row id of the stored answer.
Reads = dict[Label, int]


class TurnKey(Model):
    """Which turn of which ticket, and its time: activities decide by it, never by their own clock."""

    ticket: TicketRef
    turn: int
    now: datetime


class GatherAsk(Model):
    """Assemble the customer context afresh."""

    key: TurnKey


class UnderstandAsk(Model):
    """Understand the customer's messages `seqs`."""

    key: TurnKey
    seqs: tuple[int, ...]
    memory: Memory


class TriageAsk(Model):
    """Judge whether a handoff rule sends this ticket to a person at once."""

    key: TurnKey
    context_id: int
    signals: Signals
    memory: Memory


class SearchAsk(Model):
    """Find passages for what these messages ask, among those that this customer may be shown."""

    key: TurnKey
    seqs: tuple[int, ...]
    language: str
    context_id: int | None = None  # None: a stranger's


class PlanAsk(Model):
    """Say what comes next for this wish."""

    key: TurnKey
    memory: Memory
    wish: int
    context_id: int
    seqs: tuple[int, ...]  # new in this turn
    reads: Reads
    has_evidence: bool


class JudgeAsk(Model):
    """Judge whether this action may be done."""

    key: TurnKey
    memory: Memory
    action: ProposedAction
    context_id: int
    reads: Reads
    signals: Signals
    undoes: ActionId | None = None  # an operator takes that action back: its procedure need not name this one


class PerformAsk(Model):
    """Carry the action out, exactly once, and read its effect back."""

    key: TurnKey
    action: ProposedAction
    context_id: int
    approval_id: ActionId | None
    policy_version: Sha256
    rules: tuple[Label, ...]
    procedure: Label | None = None
    role: Label | None = None  # who must have approved, as policy judges now
    approvers: int = 0  # how many of them; 0: nobody


class WatchAsk(Model):
    """Look again at an effect that had not settled."""

    key: TurnKey
    action_id: ActionId


class EffectState(Model):
    """What the system of record, or a person who found out, says of an effect; `failed` is final and frees its key."""

    state: Literal["pending", "settled", "failed"]
    code: Label
    amount: Money | None = None
    settled_by: str | None = None  # who found out, where the system could not be asked


class UndoAsk(Model):
    """Say which action takes this one back."""

    key: TurnKey
    action_id: ActionId  # what is to be undone
    wish: int
    number: int  # of the action that undoes it


class DraftAsk(Model):
    """Write the reply made of these parts; from `attempt` 2 on it is a redraft after findings."""

    key: TurnKey
    parts: tuple[ReplyPart, ...]
    memory: Memory
    context_id: int | None
    reads: Reads
    seqs: tuple[int, ...]
    attempt: int
    findings: tuple[Finding, ...] = ()  # of the attempt before


class CheckAsk(Model):
    """Check a draft before it is sent."""

    key: TurnKey
    draft: DraftRef
    parts: tuple[ReplyPart, ...]
    memory: Memory
    context_id: int | None
    reads: Reads


class OpenAsk(Model):
    """Read where the ticket stands and under which terms it runs."""

    key: TurnKey


class TicketTerms(Model):
    """A tenant's windows for one ticket, read when it is opened."""

    status: TicketStatus
    first_event: int  # seq of the first event to be written
    remind_after: timedelta
    give_up_after: timedelta  # a pending ticket without an answer is taken as settled
    reopen_window: timedelta
    remind_approver_before: timedelta | None = None  # how long before an approval expires; None: never
    uses_model: bool = False  # a chat model is attached, so understanding and planning take seconds


class InboxAsk(Model):
    """List the messages above the watermark."""

    ticket: TicketRef
    after: int


class InboxRow(Model):
    """A message, by number and author, and how well the ticket's writer was known when it was accepted."""

    seq: int
    author: AuthorKind
    identity: IdentityLevel | None = None  # None: nothing new is known


class HandoffAsk(Model):
    """A handoff to be recorded with its packet."""

    notice: HandOffNotice
    context_id: int | None
    reads: Reads
    evidence: tuple[int, ...]
    told: DraftRef | None
    conflicts: tuple[ConflictRef, ...] = ()


class RecordAsk(Model):
    """What a turn (or a timer, or a person) changed, to be committed in one transaction.

    With `drop_if_stale`, a customer's message newer than `read_upto` drops the reply and everything that hangs on it
    (`if_fresh`, status, requests, resolution, handoff); `events` and `settlements` happened all the same.
    """

    key: TurnKey
    first_seq: int  # the seq of the first event
    events: tuple[EventDraft, ...] = ()
    if_fresh: tuple[EventDraft, ...] = ()
    read_upto: int
    drop_if_stale: bool
    status: TicketStatus
    waiting_for: WaitingFor
    memory: Memory
    context_id: int | None = None  # the context the requests are rendered from
    draft: DraftRef | None = None  # the reply to send
    requests: tuple[ApprovalRequest, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    handoff: HandoffAsk | None = None
    resolution: ResolutionKind | None = None
    sla: SlaClock | None = None  # as it ran before


class Recorded(Model):
    """What was committed."""

    next_seq: int
    is_stale: bool = False
    sla: SlaClock | None = None  # as it runs now
