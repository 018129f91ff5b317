"""Policy: how many people a judgment asks for, and what budgets allow."""

from domain.policy import Budgets, Judgment, Verdict

VERSION = "a" * 64


def test_only_what_needs_approval_asks_for_people() -> None:
    """The quorum is the number of approvers where approval is needed, and nobody elsewhere."""
    quorums = {
        verdict: Judgment(verdict=verdict, rules=(), policy_version=VERSION, approvers=2).quorum for verdict in Verdict
    }
    assert quorums == {Verdict.allow: 0, Verdict.needs_approval: 2, Verdict.forbid: 0}


def test_a_budget_that_is_left_out_does_not_bind_and_a_currency_that_is_left_out_has_nothing() -> None:
    """Unlimited is said by leaving the budget out, never by forgetting a currency in it."""
    assert Budgets().limits("EUR") == {}
    budgets = Budgets(per_ticket={"EUR": 500}, per_tenant_day={"USD": 9})
    assert budgets.limits("EUR") == {"per_ticket": 500, "per_tenant_day": 0}
