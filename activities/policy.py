"""Judging: preconditions of the system of record first, then the tenant's policy; nothing else decides."""

from temporalio import activity
from typing_extensions import override

from activities.contracts import PolicyActivities
from activities.desk import Desk
from activities.failures import typed_failures
from activities.levels import level_of
from activities.sight import look, procedure_of, words_of
from domain.ask import JudgeAsk, TriageAsk
from domain.errors import ActionRefused
from domain.facts import action_view
from domain.judging import OUTSIDE_PROCEDURE, PRECONDITION, JudgedOn, forbidden, judge_on
from domain.policy import HandoffVerdict, Judgment, judge_handoff
from store.judged import keep_judged


class PolicyJudge(PolicyActivities):
    """Judge by the current policy over fresh facts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def judge_action(self, ask: JudgeAsk) -> Judgment:
        ticket, action = ask.key.ticket, ask.action
        wish = ask.memory.wish(action.wish)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            desk = await self._desk.current(conn, ticket.tenant)
            policy = desk.config.policy
            procedure = await procedure_of(conn, desk, wish)
            sight = await look(self._desk, conn, ask.key, ask.context_id, ask.reads)
            words = await words_of(conn, ask.key, action)
            spec = desk.backend.specs.get(action.name)
            is_allowed = procedure is not None and action.name in procedure.allowed_actions
            if spec is None or procedure is None or not (is_allowed or ask.undoes is not None):
                return forbidden(policy.version, OUTSIDE_PROCEDURE, None)
            try:
                prepared = desk.backend.prepare(sight.context, action, words)
            except ActionRefused as refused:
                return forbidden(policy.version, PRECONDITION, str(refused.facts.get("code") or "refused"))
            level = await level_of(conn, desk, procedure, ask.key.now)
            facts = sight.facts(ask.key, wish, ask.memory, ask.signals)
            facts["action"] = action_view(spec=spec, amount=prepared.amount, shown=prepared.shown)
            on = JudgedOn.of(action, spec, procedure, level, prepared.amount, facts)
            judged_on = await keep_judged(conn, ticket, on, ask.key.now)
        return judge_on(policy, on).model_copy(update={"judged_on": judged_on})

    @override
    @activity.defn
    @typed_failures
    async def triage_ticket(self, ask: TriageAsk) -> HandoffVerdict | None:
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            desk = await self._desk.current(conn, ask.key.ticket.tenant)
            sight = await look(self._desk, conn, ask.key, ask.context_id, {})
        wishes = ask.memory.open_wishes()
        facts = sight.facts(ask.key, wishes[0] if wishes else None, ask.memory, ask.signals)
        return judge_handoff(desk.config.policy, facts)
