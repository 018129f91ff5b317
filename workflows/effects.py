"""The durable effects: every call of the graph is a Temporal activity, as the options table says."""

from collections.abc import Callable, Mapping
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, CancelledError
from typing_extensions import override

from activities.contracts import (
    ActionActivities,
    KnowledgeActivities,
    PolicyActivities,
    ReplyActivities,
    UnderstandingActivities,
)
from domain.action import ActionResult, ActionStatus
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
from domain.event import EventDraft, performed_event
from domain.evidence import SearchResult
from domain.ids import ActionId
from domain.intent import Classification
from domain.outcome import DraftRef
from domain.policy import HandoffVerdict, Judgment
from domain.step import Planned
from domain.verification import Verification
from graphs.effects import Effects
from workflows import options


class DurableEffects(Effects):
    """Effects as activities; `withdraw` is the workflow's own, since it owns the decision slots."""

    def __init__(
        self,
        withdraw: Callable[[ActionId], bool],
        *,
        uses_model: bool = False,
        normal: Mapping[str, dict[str, Any]] = options.NORMAL,
    ) -> None:
        self._withdraw = withdraw
        self._normal = normal
        self._uses_model = uses_model
        self._performed: list[ActionResult] = []

    def performed_events(self) -> tuple[EventDraft, ...]:
        """What was done in a turn that then failed: the audit trail must not lose it."""
        return tuple(performed_event(result) for result in self._performed)

    @override
    async def gather(self, ask: GatherAsk) -> int:
        return await workflow.execute_activity_method(
            ActionActivities.gather_context,
            ask,
            summary="read the customer's records",
            **self._normal["gather_context"],
        )

    @override
    async def understand(self, ask: UnderstandAsk) -> Classification:
        if self._uses_model:
            return await workflow.execute_activity_method(
                UnderstandingActivities.understand_messages,
                ask,
                summary="read the messages",
                **options.MODEL["understand_messages"],
            )
        return await workflow.execute_local_activity_method(
            UnderstandingActivities.understand_messages, ask, **options.LOCAL["understand_messages"]
        )

    @override
    async def triage(self, ask: TriageAsk) -> HandoffVerdict | None:
        return await workflow.execute_local_activity_method(
            PolicyActivities.triage_ticket, ask, **options.LOCAL["triage_ticket"]
        )

    @override
    async def search(self, ask: SearchAsk) -> SearchResult:
        return await workflow.execute_local_activity_method(
            KnowledgeActivities.search_knowledge, ask, **options.LOCAL["search_knowledge"]
        )

    @override
    async def plan(self, ask: PlanAsk) -> Planned:
        if self._uses_model:
            return await workflow.execute_activity_method(
                UnderstandingActivities.plan_step, ask, summary="plan the next step", **options.MODEL["plan_step"]
            )
        return await workflow.execute_local_activity_method(
            UnderstandingActivities.plan_step, ask, **options.LOCAL["plan_step"]
        )

    @override
    async def judge(self, ask: JudgeAsk) -> Judgment:
        return await workflow.execute_local_activity_method(
            PolicyActivities.judge_action, ask, **options.LOCAL["judge_action"]
        )

    @override
    async def perform(self, ask: PerformAsk) -> ActionResult:
        try:
            result: ActionResult = await workflow.execute_activity_method(
                ActionActivities.perform_action,
                ask,
                summary=f"{ask.action.name} ({ask.action.action_id})",
                **self._normal["perform_action"],
            )
        except ActivityError as error:
            if isinstance(error.cause, CancelledError):
                raise
            # It was tried as long as its key is safe, or it broke: nobody can say what was sent before that.
            action = ask.action
            result = ActionResult(
                action_id=action.action_id, name=action.name, status=ActionStatus.unknown, code="effect_unknown"
            )
        self._performed.append(result)
        return result

    @override
    async def draft(self, ask: DraftAsk) -> DraftRef:
        return await workflow.execute_activity_method(
            ReplyActivities.draft_reply, ask, summary="write the reply", **self._normal["draft_reply"]
        )

    @override
    async def check(self, ask: CheckAsk) -> Verification:
        return await workflow.execute_local_activity_method(
            ReplyActivities.check_reply, ask, **options.LOCAL["check_reply"]
        )

    @override
    async def withdraw(self, approval_id: ActionId) -> bool:
        return self._withdraw(approval_id)
