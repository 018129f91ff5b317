"""Judging an action by policy and procedure over facts that can be kept, so that it can be judged again later.

Whatever conditions may name is in a `JudgedOn`. It is kept as a row, and the event of the judgment names it by digest.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue

from domain.action import ActionSpec, Effect, ProposedAction
from domain.autonomy import Autonomy
from domain.canonical import canonical_time, sha256_of
from domain.ids import Label, Sha256
from domain.model import Model
from domain.money import Money
from domain.policy import Judgment, Policy, Verdict, judge
from domain.procedure import Procedure

#: Rules that no policy file can switch off.
OUTSIDE_PROCEDURE: Label = "outside_procedure"
PRECONDITION: Label = "precondition"
AUTONOMY: Label = "autonomy"
BACKEND: Label = "backend"

_TIME = "$time"  # JSON knows no moments, and conditions compare them


class JudgedOn(Model):
    """Everything that a judgment went by; `view` is what its conditions could name, with moments marked."""

    action: Label
    args_sha256: Sha256  # of the proposal: restated after the customer's yes, it is the same action under another id
    effect: Effect
    procedure: Label
    autonomy: Autonomy  # the procedure's level at the turn's time
    needs_approval: bool = False  # the floor that the back end's file sets
    amount: Money | None = None
    view: dict[str, JsonValue]

    @classmethod
    def of(
        cls,
        action: ProposedAction,
        spec: ActionSpec,
        procedure: Procedure,
        level: Autonomy,
        amount: Money | None,
        facts: Mapping[str, Any],
    ) -> "JudgedOn":
        """What an action of a procedure is judged on, with `facts` as conditions see them."""
        return cls(
            action=action.name,
            args_sha256=action.args_sha256,
            effect=spec.effect,
            procedure=procedure.name,
            autonomy=level,
            needs_approval=spec.needs_approval,
            amount=amount,
            view=pack(facts),
        )

    @property
    def sha256(self) -> Sha256:
        """The digest that names it."""
        return sha256_of(self)

    @property
    def facts(self) -> dict[str, Any]:
        """The variables of conditions, as they were."""
        facts: dict[str, Any] = _unpacked(self.view)
        return facts


def judge_on(policy: Policy, on: JudgedOn, procedure: Procedure | None = None) -> Judgment:
    """Judge by `policy`; with `procedure`, by what that one allows and how far it is trusted instead of what was kept.

    A procedure that is not trusted to act by itself, or an action that is not, needs a person's approval.
    """
    if procedure is not None and on.action not in procedure.allowed_actions:
        return forbidden(policy.version, OUTSIDE_PROCEDURE, None)
    autonomy = procedure.autonomy if procedure is not None else on.autonomy
    judgment = judge(policy, on.action, on.effect, on.facts).model_copy(update={"autonomy": autonomy})
    floors = [AUTONOMY] if autonomy != "auto" else []
    floors += [BACKEND] if on.needs_approval else []
    if on.effect is Effect.read or not floors or judgment.verdict is not Verdict.allow:
        return judgment
    return judgment.model_copy(update={"verdict": Verdict.needs_approval, "rules": (*judgment.rules, *floors)})


def forbidden(version: Sha256, rule: Label, code: Label | None) -> Judgment:
    """The judgment of what policy is not even asked about."""
    return Judgment(verdict=Verdict.forbid, rules=(rule,), policy_version=version, tell_customer=code)


def pack(value: Any) -> Any:  # noqa: ANN401 - what conditions see goes in, JSON comes out
    """Facts as JSON, with moments marked."""
    match value:
        case Mapping():
            return {str(key): pack(item) for key, item in value.items()}
        case list() | tuple():
            return [pack(item) for item in value]
        case datetime():
            return {_TIME: canonical_time(value)}
        case _:
            return value


def _unpacked(value: Any) -> Any:  # noqa: ANN401 - the reverse
    match value:
        case {"$time": str() as moment} if len(value) == 1:
            return datetime.fromisoformat(moment).astimezone(UTC)
        case dict():
            return {key: _unpacked(item) for key, item in value.items()}
        case list():
            return [_unpacked(item) for item in value]
        case _:
            return value
