"""Whether what an approver would have instead can be done: asked before the decision counts, for then it is too late.

It is judged on the customer's records as the last turn saw them, which the approver saw too, and on the facts that the
request was judged on. The worker judges it again before anything is done, on the records as they are then.
"""

import asyncio

from api.auth import Principal
from api.deps import PreparedAction
from api.rulebooks import sound
from api.services import Services
from domain.action import ActionSpec, ProposedAction
from domain.approval import may_approve
from domain.errors import ActionRefused, AmendmentRefused
from domain.facts import action_view
from domain.judging import JudgedOn, judge_on, pack
from domain.money import Money
from domain.policy import Judgment, Policy, Verdict
from domain.ticket import TicketRef
from store.approvals import ApprovalRow
from store.judged import read_judged
from store.messages import read_spans
from store.ticket_page import latest_context
from store.versions import read_standing


async def check_amended(
    services: Services, caller: Principal, ticket: TicketRef, asked: ApprovalRow, amended: ProposedAction
) -> Money | None:
    """Let an amended action pass that can be done on this approver's word; returns what it would cost, if it is known.

    Raises AmendmentRefused with the reason: the system of record would refuse it, a rule of the policy forbids it, or
    it asks for another role or for more people than the request did.
    """
    prepare = services.deps.prepares.get(ticket.tenant, {}).get(amended.name)
    spec = services.deps.backend_specs.get(ticket.tenant, {}).get(amended.name)
    async with services.pools.operator(ticket.tenant) as conn:
        seen = await latest_context(conn, ticket.tenant, ticket.ticket_id)
        words = await read_spans(conn, ticket, amended.args)
        on = await read_judged(conn, ticket, asked.action.action_id)
        standing = await read_standing(conn, ticket.tenant)
    if prepare is None or spec is None or seen is None:
        return None
    try:
        prepared = prepare(seen.body, amended, words)
    except ActionRefused as refused:
        raise AmendmentRefused(f"{_place(asked, amended)}{refused.text}") from None
    texts = services.deps.rulebooks.get(ticket.tenant)
    if on is None or texts is None:
        return prepared.amount
    policy = sound(await asyncio.to_thread(texts.check, standing.texts)).policy
    judgment = judge_on(policy, _instead(on, spec, amended, prepared))
    if (why := _refusal(judgment, policy, caller)) is not None:
        raise AmendmentRefused(f"{_place(asked, amended)}{why}")
    return prepared.amount


def _instead(on: JudgedOn, spec: ActionSpec, amended: ProposedAction, prepared: PreparedAction) -> JudgedOn:
    """The same facts with the amended action in the place of the one that was asked for."""
    action = action_view(spec=spec, amount=prepared.amount, shown=prepared.shown)
    changed = {
        "args_sha256": amended.args_sha256,
        "amount": prepared.amount,
        "view": on.view | {"action": pack(action)},
    }
    return on.model_copy(update=changed)


def _refusal(judgment: Judgment, policy: Policy, caller: Principal) -> str | None:
    if judgment.verdict is Verdict.forbid:
        reasons = [rule.reason for rule in policy.rules if rule.id in judgment.rules]
        return f"Policy forbids it ({', '.join(judgment.rules)}){': ' if reasons else ''}{' '.join(reasons)}"
    if judgment.quorum > 1:
        return f"Policy has {judgment.quorum} people approve that, and an amendment is one person's."
    if judgment.quorum and not may_approve(judgment.role, caller.roles):
        return f"Policy asks for the approval role '{judgment.role}' for that, which you do not have."
    return None


def _place(asked: ApprovalRow, amended: ProposedAction) -> str:
    """The argument that was changed, as a prefix, where it is just one."""
    changed = [name for name, value in amended.args.items() if value != asked.action.args.get(name)]
    return f"{changed[0]}: " if len(changed) == 1 else ""
