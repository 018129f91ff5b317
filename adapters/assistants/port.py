"""The port to intelligence: what an assistant is asked, with words, and what it must answer, without.

Briefs are assembled inside activities from rows and hold text; answers are domain types that may cross into a workflow.
Policy, ledger, scoping and verification never trust an assistant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from adapters.assistants.metering import Meter, Unmetered
from domain.action import ActionResult, ActionSpec
from domain.correction import Lessons, Wording
from domain.customer import CustomerContext
from domain.ids import Label
from domain.intent import Classification
from domain.memory import Asked, Memory, ReplyPart, Wish
from domain.message import Message
from domain.model_call import Fallback
from domain.procedure import Procedure
from domain.step import Planned
from domain.ticket import TicketRef
from domain.verification import Finding


@dataclass(frozen=True)
class UnderstandBrief:
    """New messages to understand, and what was asked before them."""

    messages: tuple[Message, ...]  # the customer's, not yet answered, oldest first
    memory: Memory
    procedures: Mapping[Label, Procedure]
    default_language: str
    ticket_id: str = ""  # whose words they are: placeholders are made for one ticket
    meter: Meter = field(default_factory=Unmetered)
    earlier: tuple[Message, ...] = ()  # the customer's last messages before those, oldest first
    lessons: Lessons = field(
        default_factory=Lessons
    )  # what accepted corrections teach, besides the procedures' examples
    clear_from: Mapping[Label, int] = field(default_factory=dict)  # the tenant's own thresholds, thousandths by intent


@dataclass(frozen=True)
class PlanBrief:
    """One wish to take a step further."""

    ticket: TicketRef
    wish: Wish
    procedure: Procedure
    context: CustomerContext
    messages: tuple[Message, ...]  # all messages of the ticket, oldest first
    new_from: int  # messages from this seq on are new in this turn
    asked: Asked | None  # what the last reply asked, if it asked about this wish
    language: str
    reads: Mapping[Label, Mapping[str, Any]]  # answers of reads made in this turn, by action
    specs: Mapping[Label, ActionSpec]
    next_action: int  # number of the next action id
    now: datetime
    has_evidence: bool
    others: tuple[tuple[int, int, int], ...] = ()  # where the ticket's other wishes stand: (seq, start, end)
    facts: Mapping[str, Any] = field(
        default_factory=dict
    )  # the `ticket` of conditions: signals, reopens, clarifications
    can_prove: bool = True  # the ticket's channel lets its writer prove who they are
    meter: Meter = field(default_factory=Unmetered)


@dataclass(frozen=True)
class Passage:
    """A passage of the knowledge base with its words."""

    passage_id: int
    title: str
    section: str
    text: str
    is_stale: bool = False  # nobody has confirmed its article for longer than should be


@dataclass(frozen=True)
class PartFacts:
    """One reply part with everything its template may name, already looked up."""

    part: ReplyPart
    template: str | None  # None for knowledge parts
    facts: Mapping[str, Any]
    passages: tuple[Passage, ...] = ()
    question: str = ""  # the customer's words a knowledge part answers
    results: tuple[ActionResult, ...] = ()


@dataclass(frozen=True)
class DraftBrief:
    """A reply to be written."""

    parts: tuple[PartFacts, ...]
    language: str
    common: Mapping[Label, str]  # the workspace's common replies in that language
    introduce: bool  # this is the ticket's first reply: say that an assistant answers
    first_name: str | None
    ticket_id: str = ""  # as in `UnderstandBrief`
    attempt: int = 1  # from 2 on: the draft before was not safe to send
    meter: Meter = field(default_factory=Unmetered)
    findings: tuple[Finding, ...] = ()  # what was found wrong with the draft before this one
    wordings: tuple[Wording, ...] = ()  # how operators put answers to questions like these: a manner, never a fact


@dataclass(frozen=True)
class Cited:
    """A sentence of a draft and the passage it rests on: one of the passages of the brief's knowledge parts.

    A sentence in the writer's own words counts as supported only by passages that the draft cites, by the brief's
    templates, or by what the ledger shows as done; whatever is cited besides is no support. See `domain/claims.py`.
    """

    sentence: str
    passage_id: int


@dataclass(frozen=True)
class Draft:
    """A drafted reply."""

    text: str
    citations: tuple[Cited, ...] = field(default_factory=tuple)
    fallback: Fallback | None = None  # why the embedded assistant wrote it in a model's place
    by_model: bool = False  # a model chose its words, so another writer may do better


class Assistant(Protocol):
    """Understands, plans and writes; whatever it answers is checked by others."""

    #: Whether words of a brief leave this process: such an assistant is attached behind a mask (`redaction/`) or not at
    #: all.
    sends_words_out: bool

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Say what the customer wants, in labels, with calibrated confidence, abstaining below the threshold."""
        ...

    async def plan(self, brief: PlanBrief) -> Planned:
        """Say what comes next for one wish, within its procedure.

        Raises:
            ConditionFailed: a condition of the procedure cannot be evaluated.
        """
        ...

    async def draft(self, brief: DraftBrief) -> Draft:
        """Write the reply: templates where the team wrote them, extracts with citations where they did not.

        Raises:
            ReplyInvalid: a template names a fact that is not there.
        """
        ...
