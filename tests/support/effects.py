"""Effects that answer from a script, and note what they were asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from typing_extensions import override

from domain.action import ActionResult, ActionStatus, ProposedAction
from domain.ask import (
    CheckAsk,
    DraftAsk,
    GatherAsk,
    JudgeAsk,
    PerformAsk,
    PlanAsk,
    SearchAsk,
    TriageAsk,
    UnderstandAsk,
)
from domain.autonomy import Autonomy
from domain.evidence import EvidenceRef, SearchResult
from domain.ids import ActionId, Label
from domain.intent import Classification, RankedIntent, Signals, WishFound
from domain.memory import Memory
from domain.outcome import DraftRef
from domain.policy import HandoffVerdict, Judgment, Verdict
from domain.step import Planned, PlanStep
from domain.ticket import IdentityLevel, TicketRef
from domain.verification import Verification
from graphs.effects import Effects
from graphs.state import Trigger, TurnState

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
TICKET = TicketRef(
    tenant="meridian",
    ticket_id="T-00000001",
    customer_id="cus_ada",
    channel="api",
    identity=IdentityLevel.proven,
)


def said(*intents: str, confidence: int = 900, **about: object) -> Classification:
    """A classification with these clear intents."""
    wishes = tuple(
        WishFound(ranked=(RankedIntent(intent=intent, confidence=confidence),), seq=1, start=0, end=10)
        for intent in intents
    )
    return Classification.model_validate({"wishes": wishes, "language": "en", "signals": Signals()} | about)


def action(name: str = "cancel_order", number: int = 1, wish: int = 1) -> ProposedAction:
    """A proposal without arguments."""
    return ProposedAction.of(action_id=f"{TICKET.ticket_id}/a{number}", name=name, args={}, wish=wish)


def turn(memory: Memory | None = None, trigger: Trigger = Trigger.message, **about: object) -> TurnState:
    """The start of a turn."""
    fields = {"ticket": TICKET, "turn": 1, "now": NOW, "trigger": trigger, "memory": memory or Memory(), "seqs": (1,)}
    return TurnState.model_validate(fields | about)


def judged(verdict: Verdict, **about: object) -> Judgment:
    """A judgment by one rule."""
    return Judgment.model_validate({"verdict": verdict, "rules": ("a_rule",), "policy_version": "0" * 64} | about)


@dataclass
class ScriptedEffects(Effects):
    """Answers from its fields; `steps` are taken one after another, by wish."""

    said: Classification = field(default_factory=said)
    steps: Mapping[int, list[PlanStep]] = field(default_factory=dict)
    levels: Mapping[int, Autonomy] = field(default_factory=dict)  # by wish; `auto` for the others
    verdicts: Mapping[Label, Judgment] = field(default_factory=dict)
    results: Mapping[Label, ActionStatus] = field(default_factory=dict)
    is_read_back: bool = True
    handoff: HandoffVerdict | None = None
    evidence: tuple[EvidenceRef, ...] = ()
    checks: list[Verification] = field(default_factory=list)
    decided_by_others: frozenset[ActionId] = frozenset()
    unanswered: bool = False  # what the knowledge base has does not answer the question
    by_model: frozenset[int] = frozenset()  # the attempts whose draft a chat model wrote
    asked: list[object] = field(default_factory=list)

    @override
    async def gather(self, ask: GatherAsk) -> int:
        self.asked.append(ask)
        return 7

    @override
    async def understand(self, ask: UnderstandAsk) -> Classification:
        self.asked.append(ask)
        return self.said

    @override
    async def triage(self, ask: TriageAsk) -> HandoffVerdict | None:
        self.asked.append(ask)
        return self.handoff

    @override
    async def search(self, ask: SearchAsk) -> SearchResult:
        self.asked.append(ask)
        return SearchResult(found=self.evidence)

    @override
    async def plan(self, ask: PlanAsk) -> Planned:
        self.asked.append(ask)
        wish = ask.memory.wish(ask.wish)
        return Planned(
            wish=ask.wish,
            step=self.steps[ask.wish].pop(0),
            slots=wish.slots,
            procedure_version="v1",
            autonomy=self.levels.get(ask.wish, "auto"),
        )

    @override
    async def judge(self, ask: JudgeAsk) -> Judgment:
        self.asked.append(ask)
        return self.verdicts.get(ask.action.name, judged(Verdict.allow))

    @override
    async def perform(self, ask: PerformAsk) -> ActionResult:
        self.asked.append(ask)
        status = self.results.get(ask.action.name, ActionStatus.succeeded)
        return ActionResult(
            action_id=ask.action.action_id,
            name=ask.action.name,
            status=status,
            code=status.value,
            context_id=8,
            is_read_back=self.is_read_back,
        )

    @override
    async def draft(self, ask: DraftAsk) -> DraftRef:
        self.asked.append(ask)
        is_unanswered = self.unanswered and any(part.kind == "knowledge" for part in ask.parts)
        return DraftRef(
            draft_id=len(self.of(DraftAsk)),
            sha256="a" * 64,
            is_unanswered=is_unanswered,
            by_model=ask.attempt in self.by_model,
        )

    @override
    async def check(self, ask: CheckAsk) -> Verification:
        self.asked.append(ask)
        return self.checks.pop(0) if self.checks else Verification()

    @override
    async def withdraw(self, approval_id: ActionId) -> bool:
        return approval_id not in self.decided_by_others

    def of(self, kind: type) -> list[object]:
        """What was asked, of one kind."""
        return [ask for ask in self.asked if isinstance(ask, kind)]
