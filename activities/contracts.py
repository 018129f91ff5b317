"""Every activity by name and type, without a driver in sight: what workflows may import.

The implementations inherit from these classes; a worker that lacks one refuses to start.
"""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.action import ActionResult, ProposedAction
from domain.ask import (
    CheckAsk,
    DraftAsk,
    EffectState,
    GatherAsk,
    InboxAsk,
    InboxRow,
    JudgeAsk,
    OpenAsk,
    PerformAsk,
    PlanAsk,
    RecordAsk,
    Recorded,
    SearchAsk,
    TicketTerms,
    TriageAsk,
    UnderstandAsk,
    UndoAsk,
    WatchAsk,
)
from domain.evidence import SearchResult
from domain.ingestion import EndAsk, RunAsk, RunProgress
from domain.intent import Classification
from domain.outcome import DraftRef
from domain.policy import HandoffVerdict, Judgment
from domain.step import Planned
from domain.sync_timing import PlanSyncAsk, SyncPlan
from domain.verification import Verification


class UnderstandingActivities(ABC):
    """Reading what customers wrote."""

    @activity.defn(name="understand_messages")
    @abstractmethod
    async def understand_messages(self, ask: UnderstandAsk) -> Classification:
        """Say what the new messages want."""

    @activity.defn(name="plan_step")
    @abstractmethod
    async def plan_step(self, ask: PlanAsk) -> Planned:
        """Take one wish a step further along its procedure."""


class KnowledgeActivities(ABC):
    """The knowledge base."""

    @activity.defn(name="search_knowledge")
    @abstractmethod
    async def search_knowledge(self, ask: SearchAsk) -> SearchResult:
        """Find passages for a question."""


class PolicyActivities(ABC):
    """What is permitted."""

    @activity.defn(name="judge_action")
    @abstractmethod
    async def judge_action(self, ask: JudgeAsk) -> Judgment:
        """Judge a proposed action by its preconditions and the tenant's policy."""

    @activity.defn(name="triage_ticket")
    @abstractmethod
    async def triage_ticket(self, ask: TriageAsk) -> HandoffVerdict | None:
        """Judge the handoff rules."""


class ActionActivities(ABC):
    """The systems of record."""

    @activity.defn(name="gather_context")
    @abstractmethod
    async def gather_context(self, ask: GatherAsk) -> int:
        """Assemble and keep the customer context; returns its row id."""

    @activity.defn(name="perform_action")
    @abstractmethod
    async def perform_action(self, ask: PerformAsk) -> ActionResult:
        """Carry an action out, exactly once, and read its effect back."""


class WatchActivities(ABC):
    """What became of effects after they were made, and how they are taken back."""

    @activity.defn(name="watch_effect")
    @abstractmethod
    async def watch_effect(self, ask: WatchAsk) -> EffectState:
        """Say whether an effect has settled, and keep what was found in the ledger."""

    @activity.defn(name="propose_undo")
    @abstractmethod
    async def propose_undo(self, ask: UndoAsk) -> ProposedAction | None:
        """Say which action takes an effect back; None where the back end knows none."""


class ReplyActivities(ABC):
    """Writing and checking replies."""

    @activity.defn(name="draft_reply")
    @abstractmethod
    async def draft_reply(self, ask: DraftAsk) -> DraftRef:
        """Write and keep a draft."""

    @activity.defn(name="check_reply")
    @abstractmethod
    async def check_reply(self, ask: CheckAsk) -> Verification:
        """Check a draft against its sources."""


class RecordActivities(ABC):
    """The ticket's own rows; nothing else changes them."""

    @activity.defn(name="open_ticket")
    @abstractmethod
    async def open_ticket(self, ask: OpenAsk) -> TicketTerms:
        """Read where the ticket stands and under which terms it runs."""

    @activity.defn(name="read_inbox")
    @abstractmethod
    async def read_inbox(self, ask: InboxAsk) -> list[InboxRow]:
        """List the messages above the watermark."""

    @activity.defn(name="record_turn")
    @abstractmethod
    async def record_turn(self, ask: RecordAsk) -> Recorded:
        """Commit events, requests, the handoff packet and the outbound message in one transaction."""


class IngestionActivities(ABC):
    """Reading knowledge sources, in steps that may each be taken again."""

    @activity.defn(name="plan_sync")
    @abstractmethod
    async def plan_sync(self, ask: PlanSyncAsk) -> SyncPlan:
        """Say when a source that keeps itself up to date is to be read again."""

    @activity.defn(name="list_source")
    @abstractmethod
    async def list_source(self, ask: RunAsk) -> RunProgress:
        """Write down what the source holds now, and retire what it holds no more."""

    @activity.defn(name="read_items")
    @abstractmethod
    async def read_items(self, ask: RunAsk) -> RunProgress:
        """Read, embed and store some of the items that this run has not looked at."""

    @activity.defn(name="end_sync")
    @abstractmethod
    async def end_sync(self, ask: EndAsk) -> None:
        """Write down how the reading ended."""
