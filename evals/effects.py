"""The direct effects: the same activity functions, called in process, without Temporal.

For evals over many tickets, and for tests of the graph. Nothing here is durable.
"""

from typing_extensions import override

from activities.contracts import (
    ActionActivities,
    KnowledgeActivities,
    PolicyActivities,
    ReplyActivities,
    UnderstandingActivities,
)
from domain.action import ActionResult
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
from domain.evidence import SearchResult
from domain.ids import ActionId
from domain.intent import Classification
from domain.outcome import DraftRef
from domain.policy import HandoffVerdict, Judgment
from domain.step import Planned
from domain.verification import Verification
from graphs.effects import Effects


class DirectEffects(Effects):
    """Effects as plain calls of the activities' methods."""

    def __init__(
        self,
        understanding: UnderstandingActivities,
        knowledge: KnowledgeActivities,
        policy: PolicyActivities,
        actions: ActionActivities,
        replies: ReplyActivities,
    ) -> None:
        self._understanding = understanding
        self._knowledge = knowledge
        self._policy = policy
        self._actions = actions
        self._replies = replies

    @override
    async def gather(self, ask: GatherAsk) -> int:
        return await self._actions.gather_context(ask)

    @override
    async def understand(self, ask: UnderstandAsk) -> Classification:
        return await self._understanding.understand_messages(ask)

    @override
    async def triage(self, ask: TriageAsk) -> HandoffVerdict | None:
        return await self._policy.triage_ticket(ask)

    @override
    async def search(self, ask: SearchAsk) -> SearchResult:
        return await self._knowledge.search_knowledge(ask)

    @override
    async def plan(self, ask: PlanAsk) -> Planned:
        return await self._understanding.plan_step(ask)

    @override
    async def judge(self, ask: JudgeAsk) -> Judgment:
        return await self._policy.judge_action(ask)

    @override
    async def perform(self, ask: PerformAsk) -> ActionResult:
        return await self._actions.perform_action(ask)

    @override
    async def draft(self, ask: DraftAsk) -> DraftRef:
        return await self._replies.draft_reply(ask)

    @override
    async def check(self, ask: CheckAsk) -> Verification:
        return await self._replies.check_reply(ask)

    @override
    async def withdraw(self, approval_id: ActionId) -> bool:
        return True  # nobody else decides in a direct run
