"""The parts of the API's answers that the commands show; anything else in an answer is let pass.

The commands and the stack may be of different versions, so these types ask for no more than is shown.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.money import Money


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Ticket(_Answer):
    """A ticket's present state."""

    ticket_id: str
    customer_id: str
    channel: str
    subject: str | None = None
    status: str
    waiting_for: str
    intent: str | None = None
    queue: str | None = None
    is_urgent: bool = False
    sla_due_at: datetime | None = None
    sla_breached_at: datetime | None = None
    assigned_to: str | None = None
    turns: int = 0
    reopens: int = 0
    resolution: str | None = None
    opened_at: datetime
    updated_at: datetime
    follow_up_of: str | None = None
    last_message_seq: int = 0
    last_event_seq: int = 0


class Attachment(_Answer):
    """A file that came with a message."""

    name: str
    size: int


class Message(_Answer):
    """One message of the conversation."""

    seq: int
    author: str
    text: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()


class Action(_Answer):
    """One intended effect, from the ledger."""

    action_id: str
    action: str
    title: str
    status: str
    amount: Money | None = None
    code: str | None = None
    rules: tuple[str, ...] = ()
    idempotency_key: str | None = None


class AskedAction(_Answer):
    """What an approver is asked to let happen."""

    name: str
    title: str
    args: dict[str, JsonValue] = Field(default_factory=dict)
    args_sha256: str


class Settled(_Answer):
    """How an approval ended."""

    how: str
    decided_by: str | None = None
    at: datetime


class Approval(_Answer):
    """A request for a person's decision."""

    approval_id: str
    ticket_id: str
    customer_id: str
    action: AskedAction
    text: str
    role: str
    approvers: int
    rules: tuple[str, ...] = ()
    requested_at: datetime
    expires_at: datetime
    snoozed_until: datetime | None = None
    state: str
    settled: Settled | None = None


class Pause(_Answer):
    """Actions held back, until it is lifted."""

    id: int
    scope: str
    name: str | None = None
    reason: str
    paused_by: str
    at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    held: int = 0


class Hook(_Answer):
    """A hook, and how it is doing."""

    hook_id: str
    direction: str
    url: str | None = None
    events: tuple[str, ...] = ()
    path: str | None = None
    state: str
    waiting: int = 0
    attempts: int | None = None
    last_status: int | None = None
    last_error_code: str | None = None


class HookList(_Answer):
    """Hooks, the oldest first."""

    hooks: tuple[Hook, ...]


class PauseList(_Answer):
    """Pauses, the newest first."""

    pauses: tuple[Pause, ...]


class Signal(_Answer):
    """Words of the customer's that raised a signal."""

    signal: str
    seq: int
    words: str


class Turn(_Answer):
    """One pass through the graph."""

    at: datetime
    path: tuple[str, ...]
    first_event: int
    last_event: int


class Promise(_Answer):
    """By when the customer was told that somebody answers."""

    due_at: datetime | None = None


class Packet(_Answer):
    """What the person who takes over is given."""

    summary: str
    slots: dict[str, str] = Field(default_factory=dict)
    known: dict[str, str] = Field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    told_customer: str = ""
    open_question: str = ""
    suggested_next_step: str = ""
    promise: Promise | None = None


class Suggestion(_Answer):
    """A reply that the assistant would send."""

    text: str


class Handoff(_Answer):
    """A ticket given to a person."""

    reason: str
    queue: str
    is_urgent: bool = False
    created_at: datetime
    accepted_by: str | None = None
    packet: Packet
    suggestion: Suggestion | None = None
    signals: tuple[Signal, ...] = ()


class Rating(_Answer):
    """What the customer thought of it."""

    score: int
    comment: str | None = None


class Links(_Answer):
    """Where else to look."""

    temporal: str | None = None


class Spent(_Answer):
    """What a ticket has cost in calls of a chat model."""

    calls: int = 0
    microdollars: int | None = None
    unpriced: int = 0


class FindingCount(_Answer):
    """How often a check found something, and what that means."""

    check: str
    times: int
    meaning: str = ""


class Before(_Answer):
    """Grounding."""

    searches: int = 0
    nothing_found: int = 0
    refused: int = 0
    stale: int = 0
    contradicting: int = 0


class During(_Answer):
    """Abstention."""

    clarified: int = 0
    abstained: int = 0
    handed_off: int = 0


class After(_Answer):
    """Checks."""

    checked: int = 0
    claims: int = 0
    unsupported: int = 0
    findings: tuple[FindingCount, ...] = ()
    stale: int = 0
    redrafts: int = 0
    refused: int = 0


class Guardrails(_Answer):
    """The three guardrail layers, counted."""

    tickets: int = 0
    before: Before = Before()
    during: During = During()
    after: After = After()


class HandoffCount(_Answer):
    """Handoffs for one reason, to one queue."""

    reason: str
    queue: str
    times: int


class SubjectCount(_Answer):
    """How often something known was asked for."""

    subject: str
    times: int


class HandoffFigures(_Answer):
    """Handoffs, promises and repeated questions, counted."""

    handed_off: int = 0
    promised: int = 0
    late_answers: int = 0
    late_solutions: int = 0
    suggested: int = 0
    operator_messages_read: int = 0
    operator_messages_repeating: int = 0
    operator_questions: int = 0
    operator_repeated: int = 0
    assistant_questions: int = 0
    assistant_repeated: int = 0
    repeat_ask_rate: float | None = None
    reasons: tuple[HandoffCount, ...] = ()
    subjects: tuple[SubjectCount, ...] = ()


class TicketDetail(_Answer):
    """A ticket with everything about it."""

    ticket: Ticket
    messages: tuple[Message, ...]
    actions: tuple[Action, ...] = ()
    approvals: tuple[Approval, ...] = ()
    turns: tuple[Turn, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    rating: Rating | None = None
    costs: Spent = Spent()
    guardrails: Guardrails | None = None
    links: Links = Links()


class Event(_Answer):
    """One thing that happened: labels, ids and amounts."""

    seq: int
    kind: str
    at: datetime
    body: dict[str, JsonValue] = Field(default_factory=dict)
    ticket_id: str | None = None


class Received(_Answer):
    """What the API says when it has taken a message."""

    ticket_id: str
    seq: int
    temporal_url: str | None = None
    ticket: Ticket | None = None
    answers: tuple[Message, ...] = ()


class TicketList(_Answer):
    """A page of tickets."""

    tickets: tuple[Ticket, ...]
    cursor: str | None = None


class ApprovalList(_Answer):
    """Requests for decisions."""

    approvals: tuple[Approval, ...]


class EventList(_Answer):
    """A ticket's events, in order."""

    events: tuple[Event, ...]


class HistoryLine(_Answer):
    """One step of a ticket's life, in words."""

    seq: int
    at: datetime
    text: str


class History(_Answer):
    """A ticket's life, in words."""

    lines: tuple[HistoryLine, ...]


class RawEvent(_Answer):
    """One event of a workflow's history, as Temporal names it."""

    id: int
    at: datetime
    type: str
    name: str | None = None
    summary: str | None = None


class RawRun(_Answer):
    """One run of a ticket's workflow: a long life takes several."""

    run_id: str
    events: tuple[RawEvent, ...]


class RawHistory(_Answer):
    """A ticket's workflow history."""

    workflow_id: str
    runs: tuple[RawRun, ...]


class CostTotal(_Answer):
    """Calls of one purpose, model and UTC day together."""

    purpose: str
    provider: str
    model: str
    day: date
    calls: int
    failed: int
    input: int
    cached_read: int
    output: int
    microdollars: int | None = None
    unpriced: int = 0


class Costs(_Answer):
    """What models cost."""

    totals: tuple[CostTotal, ...]


class Tally(_Answer):
    """What a figure or a part of it came to."""

    value: float | None = None
    numerator: int = 0
    denominator: int = 0
    not_yet_known: int = 0
    interval: tuple[float, float] | None = None
    p90: float | None = None


class Part(_Answer):
    """What belongs to one label."""

    label: str
    tally: Tally


class Bar(_Answer):
    """What belongs to one day or week."""

    starts_on: date
    tally: Tally


class FigureDefinition(_Answer):
    """What a figure means."""

    figure: str
    title: str
    kind: Literal["count", "rate", "duration", "cost"]
    numerator: str
    denominator: str | None = None
    window: str
    parts_are_counts: bool = False


class Figure(_Answer):
    """One figure over a period."""

    definition: FigureDefinition
    total: Tally
    parts: tuple[Part, ...] = ()
    bars: tuple[Bar, ...] = ()


class Metrics(_Answer):
    """Every figure of a period."""

    first: date
    last: date
    step: str
    time_zone: str
    figures: tuple[Figure, ...]


class Cited(_Answer):
    """A passage in the words of then, and how it stands now."""

    article: str
    version: int
    title: str
    path: tuple[str, ...]
    text: str
    known_from: datetime
    known_until: datetime | None = None
    current_version: int | None = None
    standing: str


class AnswerGiven(_Answer):
    """A reply, and what it rests on."""

    seq: int
    answered_at: datetime
    needs_review: bool
    evidence: tuple[Cited, ...]


class Evidence(_Answer):
    """What a ticket's replies rest on."""

    answers: tuple[AnswerGiven, ...]
