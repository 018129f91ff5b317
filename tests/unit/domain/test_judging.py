"""What a judgment went by comes back from a row as it was, and is judged the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.action import ActionSpec, Effect, ProposedAction
from domain.autonomy import Autonomy
from domain.judging import AUTONOMY, JudgedOn, judge_on
from domain.money import Money
from domain.policy import Policy, PolicyRule, Verdict
from domain.procedure import Procedure, Step

SPEC = ActionSpec(name="issue_refund", title="Issue a refund", effect=Effect.write, risk="high", arguments={})
PROCEDURE = Procedure(
    name="refunds",
    title="a refund",
    description="",
    examples=("one", "two", "three", "four", "five"),
    steps=(Step(answer="done"),),
    replies={"en": {"done": "Done."}},
    allowed_actions=("issue_refund",),
)
PAID_AT = datetime(2026, 11, 3, 9, 30, tzinfo=timezone(timedelta(hours=2)))


def judged() -> JudgedOn:
    """A refund of 54 euro for something that was paid on a day."""
    action = ProposedAction.of(action_id="T-7H3K9QWZ/a1", name="issue_refund", args={}, wish=1)
    facts = {
        "action": {"amount": {"amount": 5400}},
        "facts": {"payment": {"paid_at": PAID_AT, "refunds": [None, True]}},
    }
    return JudgedOn.of(action, SPEC, PROCEDURE, "auto", Money(amount=5400, currency="EUR"), facts)


def policy(when: str) -> Policy:
    """One rule that allows."""
    rule = PolicyRule(id="rule", actions=("issue_refund",), when=when, verdict=Verdict.allow, reason="")
    return Policy(version="a" * 64, rules=(rule,))


def test_facts_come_back_as_they_were() -> None:
    """Moments, numbers, lists and nothings, through JSON; the same facts have the same digest."""
    kept = JudgedOn.model_validate_json(judged().model_dump_json())
    assert (kept, kept.sha256) == (judged(), judged().sha256)
    assert kept.facts["facts"]["payment"] == {"paid_at": PAID_AT.astimezone(UTC), "refunds": [None, True]}


@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        ("action.amount.amount == 5400", Verdict.allow),
        ("facts.payment.paid_at < timestamp('2026-11-04T00:00:00Z')", Verdict.allow),
        ("facts.payment.paid_at > timestamp('2026-11-04T00:00:00Z')", Verdict.forbid),
        ("facts.order.status == 'shipped'", Verdict.forbid),
    ],
)
def test_conditions_see_the_same_facts(when: str, verdict: Verdict) -> None:
    """A moment is compared as a moment; what was not known then cannot be judged, which forbids."""
    kept = JudgedOn.model_validate_json(judged().model_dump_json())
    assert judge_on(policy(when), kept).verdict is verdict


@pytest.mark.parametrize(
    ("autonomy", "allowed", "verdict", "rules"),
    [
        ("auto", ("issue_refund",), Verdict.allow, ("rule",)),
        ("approve", ("issue_refund",), Verdict.needs_approval, ("rule", AUTONOMY)),
        ("auto", (), Verdict.forbid, ("outside_procedure",)),
    ],
)
def test_an_edited_procedure_counts_by_its_actions_and_autonomy(
    autonomy: Autonomy, allowed: tuple[str, ...], verdict: Verdict, rules: tuple[str, ...]
) -> None:
    """What it allows, and how far it is trusted, stands in the place of what was kept."""
    edited = PROCEDURE.model_copy(update={"autonomy": autonomy, "allowed_actions": allowed})
    judgment = judge_on(policy("true"), judged(), edited)
    assert (judgment.verdict, judgment.rules) == (verdict, rules)
