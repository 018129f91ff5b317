"""A published policy is obeyed by the next judgment of a worker that goes on running; rolled back, it is as before."""

from typing import Any

from domain.approval import DecisionVerdict
from domain.ticket import TicketStatus, WaitingFor
from tests.acceptance.test_story_01_late_refund import LATE
from tests.acceptance.test_story_02_big_refund import BROKEN, waiting
from tests.support.api_desk import ApiDesk, serving
from tests.support.harness import Harness

RULE = """id: refund_above_50
actions: [issue_refund, reissue_refund]
when: action.amount.amount > 5000
verdict: forbid
reason: Refunds above 50 euro are not given at present.
tell_customer: refused
"""


async def current(api: ApiDesk) -> dict[str, Any]:
    """The policy as it is now."""
    shown: dict[str, Any] = (await api.http.get("/v1/policy")).json()
    return shown


def with_rule(policy: str, rule: str) -> str:
    """A policy with one more rule, the first."""
    lines = rule.splitlines()
    return policy.replace(
        "rules:\n", "\n".join(["rules:", f"  - {lines[0]}", *(f"    {it}" for it in lines[1:]), ""]), 1
    )


async def test_a_published_rule_is_obeyed_without_a_restart_as_the_dry_run_said(shop: Harness) -> None:
    """What was allowed is forbidden: where it waits for approval too; then it is as before."""
    done = await shop.open("cus_ada", LATE)
    (paid,) = await shop.actions(done)
    assert paid.money is not None
    ref = await waiting(shop)
    async with serving(shop) as api:
        before = await current(api)
        assert (before["number"], before["how"]) == (0, "file")

        said = await api.post("/v1/policy:dry-run", text=RULE, rule="refund_above_50")
        assert {change["ticket_id"]: (change["was"], change["becomes"]) for change in said["changed"]} == {
            done.ticket_id: ("allow", "forbid"),
            ref.ticket_id: ("needs_approval", "forbid"),
        }
        sums = {shift["was"]: shift["amounts"] for shift in said["shifts"] if shift["becomes"] == "forbid"}
        assert sums == {
            "allow": [{"amount": paid.money.amount, "currency": "EUR"}],
            "needs_approval": [{"amount": 129_900, "currency": "EUR"}],
        }
        assert (said["not_judged"], said["differs_from_record"], said["is_bounded"]) == ([], 0, False)

        edited = with_rule(before["text"], RULE)
        whole = await api.post("/v1/policy:dry-run", text=edited)
        assert (whole["shifts"], whole["changed"]) == (said["shifts"], said["changed"])
        published = await api.post("/v1/policy:publish", text=edited, replaces=before["version"], note="For a while.")
        assert (published["number"], published["changed_by"], published["file_changed"]) == (1, "olga", False)

        await shop.decide(ref, DecisionVerdict.approved)
        await shop.until(ref, TicketStatus.solved)
        assert [action for action in await shop.actions(ref) if action.status == "succeeded"] == []
        judged = (await api.http.get(f"/v1/tickets/{ref.ticket_id}/events?limit=200")).json()["events"]
        last = [event["body"] for event in judged if event["kind"] == "action_judged"][-1]
        assert (last["verdict"], last["rules"], last["policy"]) == ("forbid", ["refund_above_50"], published["version"])

        refused = await shop.open("cus_dan", BROKEN)
        assert (await shop.ticket(refused)).waiting_for is not WaitingFor.approver

        body = {"number": 0, "replaces": published["version"], "reason": "It refuses too much."}
        back = await api.post("/v1/policy:roll-back", **body)
        assert (back["number"], back["version"], back["how"]) == (0, before["version"], "rolled_back")
        again = await waiting(shop)
        assert (await shop.ticket(again)).waiting_for is WaitingFor.approver
