"""Policy: what is permitted, decided by rules over the proposed action and the facts.

The strictest matching verdict wins; a write that no rule matches is forbidden; a condition that cannot be evaluated
counts as forbid and is reported. Handoff rules live in the same file and are judged at the start of each turn, and so
do the queues with the rules that choose one of them.
"""

from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from cel import Context, Program
from cel import compile as compile_cel
from pydantic import AfterValidator, Field, model_validator

from domain.action import Effect
from domain.autonomy import Autonomy
from domain.handoff import HandoffReason
from domain.ids import Label, Sha256
from domain.model import Model
from domain.money import Currency, MinorUnits
from domain.queue import Queue, Queues
from domain.working_hours import WorkingHours


def _check_cel(expression: str) -> str:
    try:
        compile_cel(expression)
    except ValueError as error:
        raise ValueError(f"not a CEL expression: {str(error).splitlines()[0]}") from error
    return expression


CelExpression = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_check_cel)]


class Verdict(StrEnum):
    """Whether it may be done, in order of strictness."""

    allow = "allow"
    needs_approval = "needs_approval"
    forbid = "forbid"


_STRICTNESS = {Verdict.allow: 0, Verdict.needs_approval: 1, Verdict.forbid: 2}


class PolicyRule(Model):
    """One rule: for which actions, under which condition, which verdict, and what people are told."""

    id: Label
    actions: tuple[Label, ...]  # empty: every write
    when: CelExpression = "true"
    verdict: Verdict
    role: Label = "support"  # who may approve
    approvers: Annotated[int, Field(ge=1, le=3)] = 1
    expires_after: timedelta = timedelta(hours=72)
    reason: str  # for operators and the audit
    tell_customer: Label | None = None  # the refusal reply of the workspace, when the verdict is forbid

    @model_validator(mode="after")
    def _a_window_is_positive(self) -> "PolicyRule":
        if self.expires_after <= timedelta(0):
            raise ValueError("expires_after must be more than zero")
        return self


class HandoffRule(Model):
    """When a ticket goes to a person whatever the assistant could do."""

    id: Label
    when: CelExpression
    handoff: HandoffReason
    queue: Label
    urgent: bool = False
    reason: str


class RouteRule(Model):
    """Which queue a handoff goes to: one by name, or the one whose people have a skill and speak the language."""

    id: Label
    when: CelExpression = "true"
    queue: Label | None = None
    skill: Label | None = None
    urgent: bool = False
    reason: str

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "RouteRule":
        if (self.queue is None) == (self.skill is None):
            raise ValueError("name one of `queue` and `skill`")
        return self


#: Whole minor units, per currency. A currency that a budget does not name has none of it.
Budget = Annotated[dict[Currency, MinorUnits], Field(min_length=1)]


class Budgets(Model):
    """How much actions may cost altogether, approved ones included; a budget that is left out does not bind.

    A day is one of UTC.
    """

    per_ticket: Budget | None = None
    per_customer_day: Budget | None = None
    per_tenant_day: Budget | None = None

    def limits(self, currency: Currency) -> dict[Label, MinorUnits]:
        """The limit of every budget that binds, in one currency: 0 where the budget does not name it."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: budget.get(currency, 0) for name, budget in named.items() if budget is not None}


class Policy(Model):
    """A tenant's policy file; `version` is the digest of the file it was read from."""

    version: Sha256
    rules: tuple[PolicyRule, ...]
    handoffs: tuple[HandoffRule, ...] = ()
    budgets: Budgets = Budgets()
    hours: dict[Label, WorkingHours] = {}
    queues: dict[Label, Queue] = {}
    routes: tuple[RouteRule, ...] = ()

    @property
    def staffing(self) -> Queues:
        """Its queues with their hours."""
        return Queues(hours=self.hours, queues=self.queues)

    @model_validator(mode="after")
    def _queues_fit_together(self) -> "Policy":
        for name, queue in self.queues.items():
            if queue.hours is not None and queue.hours not in self.hours:
                raise ValueError(f"queues.{name}.hours: there are no hours '{queue.hours}'")
            seen, at = [name], queue.escalate_to
            while at is not None:
                if at in seen:
                    circle = " → ".join([*seen, at])
                    raise ValueError(f"queues.{name}.escalate_to: escalation goes in a circle: {circle}")
                seen.append(at)
                at = self.queues[at].escalate_to if at in self.queues else None
        skills = {queue.skill for queue in self.queues.values()}
        for number, route in enumerate(self.routes, 1):
            if route.skill is not None and route.skill not in skills:
                raise ValueError(f"routes[{number}].skill: no queue has the skill '{route.skill}'")
        return self


class Judgment(Model):
    """What policy says of one proposed action: the verdict, the rules behind it, and what an approval needs."""

    verdict: Verdict
    rules: tuple[Label, ...]
    policy_version: Sha256
    role: Label = "support"
    approvers: int = 1
    expires_after: timedelta = timedelta(hours=72)
    tell_customer: Label | None = None
    errors: tuple[Label, ...] = ()  # rules whose condition could not be evaluated
    judged_on: Sha256 | None = None  # the digest of the facts it went by, which are kept as a row
    autonomy: Autonomy = "auto"  # the level of the action's procedure, at the turn's time

    @property
    def quorum(self) -> int:
        """How many people must approve before it may be done."""
        return self.approvers if self.verdict is Verdict.needs_approval else 0


UNMATCHED_WRITE = "unmatched_write"


@lru_cache(maxsize=4_096)
def _program(expression: str) -> Program:
    return compile_cel(expression)


def _shared(facts: dict[str, Any]) -> Context | dict[str, Any]:
    """The facts as the evaluator wants them, made once for many conditions: that is most of a condition's cost.

    Facts that it does not take are left as they are, so that each condition fails by itself.
    """
    try:
        return Context(variables=facts)
    except Exception:  # noqa: BLE001 - whatever it raises, it raises again where a condition is evaluated
        return facts


def evaluate(expression: str, facts: Context | dict[str, Any]) -> bool:
    """Evaluate a condition; anything but a boolean is an error (TypeError), as is a missing attribute (KeyError)."""
    answer = _program(expression).execute(facts)
    if not isinstance(answer, bool):
        raise TypeError("a condition must be true or false")
    return answer


def judge(policy: Policy, action: Label, effect: Effect, facts: dict[str, Any]) -> Judgment:
    """Judge one action over `facts` (`action`, `customer`, `ticket`, `facts`): the strictest matching rule wins.

    Reads are allowed unless a rule says otherwise; writes are forbidden unless a rule allows them.
    """
    matching: list[PolicyRule] = []
    errors: list[Label] = []
    shared = _shared(facts)
    for rule in policy.rules:
        applies = action in rule.actions if rule.actions else effect is Effect.write
        if not applies:
            continue
        try:
            if evaluate(rule.when, shared):
                matching.append(rule)
        except Exception:  # noqa: BLE001 - the evaluator raises many kinds; each means "cannot be judged", hence forbid
            errors.append(rule.id)
    if errors:
        return Judgment(
            verdict=Verdict.forbid, rules=tuple(errors), policy_version=policy.version, errors=tuple(errors)
        )
    if not matching:
        verdict = Verdict.forbid if effect is Effect.write else Verdict.allow
        rules = (UNMATCHED_WRITE,) if effect is Effect.write else ()
        return Judgment(verdict=verdict, rules=rules, policy_version=policy.version)
    strictest = max(_STRICTNESS[rule.verdict] for rule in matching)
    decisive = [rule for rule in matching if _STRICTNESS[rule.verdict] == strictest]
    first = max(decisive, key=lambda rule: rule.approvers)
    return Judgment(
        verdict=first.verdict,
        rules=tuple(rule.id for rule in decisive),
        policy_version=policy.version,
        role=first.role,
        approvers=first.approvers,
        expires_after=min(rule.expires_after for rule in decisive),
        tell_customer=first.tell_customer,
    )


class HandoffVerdict(Model):
    """A handoff rule that matched."""

    rule: Label
    reason: HandoffReason
    queue: Label
    urgent: bool


def judge_handoff(policy: Policy, facts: dict[str, Any]) -> HandoffVerdict | None:
    """The first handoff rule that matches; a rule that cannot be evaluated hands off too (fail closed)."""
    shared = _shared(facts)
    for rule in policy.handoffs:
        try:
            matches = evaluate(rule.when, shared)
        except Exception:  # noqa: BLE001 - as in `judge`: what cannot be judged goes to a person
            return HandoffVerdict(rule=rule.id, reason=HandoffReason.policy_error, queue=rule.queue, urgent=rule.urgent)
        if matches:
            return HandoffVerdict(rule=rule.id, reason=rule.handoff, queue=rule.queue, urgent=rule.urgent)
    return None
