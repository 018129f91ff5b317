"""Judging: preconditions of the system of record first, then the tenant's policy; nothing else decides."""

from temporalio import activity
from typing_extensions import override

from activities.contracts import PolicyActivities
from activities.desk import Desk
from activities.failures import typed_failures
from activities.levels import level_of
from activities.sight import look, procedure_of, words_of
from domain.action import ActionSpec, Effect
from domain.ask import JudgeAsk, TriageAsk
from domain.autonomy import Autonomy
from domain.errors import ActionRefused
from domain.facts import action_view
from domain.ids import Label
from domain.policy import HandoffVerdict, Judgment, Verdict, judge, judge_handoff

#: Rules that no policy file can switch off.
OUTSIDE_PROCEDURE: Label = "outside_procedure"
PRECONDITION: Label = "precondition"
AUTONOMY: Label = "autonomy"
BACKEND: Label = "backend"


class PolicyJudge(PolicyActivities):
    """Judge by the current policy over fresh facts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def judge_action(self, ask: JudgeAsk) -> Judgment:
        ticket, action = ask.key.ticket, ask.action
        desk = self._desk.tenant(ticket.tenant)
        policy = desk.config.policy
        wish = ask.memory.wish(action.wish)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            procedure = await procedure_of(conn, desk, wish)
            sight = await look(self._desk, conn, ask.key, ask.context_id, ask.reads)
            words = await words_of(conn, ask.key, action)
            level = await level_of(conn, desk, procedure, ask.key.now) if procedure is not None else "auto"
        spec = desk.backend.specs.get(action.name)
        is_allowed = procedure is not None and action.name in procedure.allowed_actions
        if spec is None or procedure is None or not (is_allowed or ask.undoes is not None):
            return _forbidden(policy.version, OUTSIDE_PROCEDURE, None)
        try:
            prepared = desk.backend.prepare(sight.context, action, words)
        except ActionRefused as refused:
            return _forbidden(policy.version, PRECONDITION, str(refused.facts.get("code") or "refused"))
        facts = sight.facts(ask.key, wish, ask.memory, ask.signals)
        facts["action"] = action_view(spec=spec, amount=prepared.amount, shown=prepared.shown)
        return _within(level, spec, judge(policy, action.name, spec.effect, facts))

    @override
    @activity.defn
    @typed_failures
    async def triage_ticket(self, ask: TriageAsk) -> HandoffVerdict | None:
        desk = self._desk.tenant(ask.key.ticket.tenant)
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            sight = await look(self._desk, conn, ask.key, ask.context_id, {})
        wishes = ask.memory.open_wishes()
        facts = sight.facts(ask.key, wishes[0] if wishes else None, ask.memory, ask.signals)
        return judge_handoff(desk.config.policy, facts)


def _forbidden(version: str, rule: Label, code: Label | None) -> Judgment:
    return Judgment(verdict=Verdict.forbid, rules=(rule,), policy_version=version, tell_customer=code)


def _within(level: Autonomy, spec: ActionSpec, judgment: Judgment) -> Judgment:
    """A procedure that is not trusted to act by itself, or an action that is not, needs a person's approval."""
    judgment = judgment.model_copy(update={"autonomy": level})
    floors = [AUTONOMY] if level != "auto" else []
    floors += [BACKEND] if spec.needs_approval else []
    if spec.effect is Effect.read or not floors or judgment.verdict is not Verdict.allow:
        return judgment
    return judgment.model_copy(update={"verdict": Verdict.needs_approval, "rules": (*judgment.rules, *floors)})
