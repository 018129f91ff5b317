"""What an approver would have instead is judged before it counts: by the system of record, and by policy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from unittest.mock import create_autospec

import pytest
from pydantic import JsonValue

from adapters.workspace.published import PublishedTexts
from api.deps import ApiDeps
from domain.action import ProposedAction
from domain.approval import EVERY_ROLE
from domain.customer import CustomerContext
from domain.errors import ActionRefused
from domain.event import EventDraft
from domain.facts import action_view
from domain.judging import JudgedOn, pack
from domain.money import Money
from domain.policy import Policy, PolicyRule, Verdict
from domain.rulebook import Checked, Rulebook
from domain.slot import MoneyValue
from domain.ticket import IdentityLevel
from store.contexts import insert_context
from store.judged import keep_judged
from tests.integration.api.calling import SPECS, Api, now, running_api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
PAID = 129_900
_SPEC = SPECS["issue_refund"]
_BIG = "action.amount.amount > 100000"
_RULES = (
    PolicyRule(id="most", actions=("issue_refund",), when=_BIG, verdict=Verdict.forbid, reason="Never that much."),
    PolicyRule(
        id="large",
        actions=("issue_refund",),
        when="action.amount.amount > 50000",
        verdict=Verdict.needs_approval,
        role="finance",
        reason="Finance looks at it.",
    ),
    PolicyRule(
        id="several",
        actions=("issue_refund",),
        when="action.amount.amount == 40000",
        verdict=Verdict.needs_approval,
        approvers=2,
        reason="Two look at it.",
    ),
    PolicyRule(id="small", actions=("issue_refund",), verdict=Verdict.needs_approval, reason="Somebody looks at it."),
)


@dataclass(frozen=True)
class _Prepared:
    amount: Money | None
    shown: Mapping[str, str]


def _prepare(_context: CustomerContext, action: ProposedAction, _spans: Mapping[str, str]) -> _Prepared:
    amount = action.args["amount"]
    assert isinstance(amount, MoneyValue)
    if amount.money.amount > PAID:
        raise ActionRefused("More would be given back than was paid.", code="over_paid")
    return _Prepared(amount.money, {"amount": str(amount.money)})


async def _waiting(api: Api) -> tuple[str, str]:
    """A refund that was judged, by records that were kept, and waits; its approval's id, and the digest."""
    ref = await api.ticket()
    request = await api.approval(ref)
    shown = action_view(spec=_SPEC, amount=Money(amount=5_400, currency="EUR"), shown={})
    on = JudgedOn(
        action="issue_refund",
        args_sha256=request.action.args_sha256,
        effect=_SPEC.effect,
        procedure="late_refund",
        autonomy="auto",
        view=pack({"action": shown, "customer": {}, "ticket": {}, "facts": {}, "slots": {}}),
    )
    context = CustomerContext(customer_id="c-1", identity=IdentityLevel.proven, name="Dan", first_name="Dan")
    async with api.pools.operator(ref.tenant) as conn:
        await insert_context(conn, ref, turn=1, key="1/gather", context=context, at=now())
        digest = await keep_judged(conn, ref, on, now())
    judged: dict[str, JsonValue] = {
        "action_id": request.approval_id,
        "action": "issue_refund",
        "verdict": "needs_approval",
    }
    await api.happened(ref, EventDraft(kind="action_judged", body=judged | {"judged_on": digest}))
    return request.approval_id, request.action.args_sha256


async def test_what_cannot_be_done_is_refused_to_whoever_amends(deps: ApiDeps) -> None:
    """Each refusal says why and names the argument; nothing is decided by it, and the next amendment counts."""
    tenant = next(iter(deps.tenants))
    prepares = {tenant: {"issue_refund": _prepare}}
    texts = create_autospec(PublishedTexts, instance=True)
    texts.check.return_value = Checked(rulebook=Rulebook(policy=Policy(version="c" * 64, rules=_RULES), procedures={}))
    async with running_api(replace(deps, prepares=prepares, rulebooks={tenant: texts})) as api:
        approval_id, digest = await _waiting(api)
        key = await api.key(operator_id="op-1", roles=("support",))

        async def amended(amount: int, headers: dict[str, str] = key) -> tuple[int, str]:
            changes = {"amount": {"amount": amount, "currency": "EUR"}}
            body = {"verdict": "amended", "args_sha256": digest, "amended": changes}
            answer = await api.http.post(f"/v1/approvals/{approval_id}/decisions", json=body, headers=headers)
            told = answer.json()
            return answer.status_code, f"{told.get('error', told.get('state'))}: {told.get('detail', '')}"

        refused = "amendment_refused: amount: "
        assert await amended(999_900) == (422, f"{refused}More would be given back than was paid.")
        assert await amended(PAID) == (422, f"{refused}Policy forbids it (most): Never that much.")
        status, why = await amended(60_000)
        assert (status, "role 'finance'" in why) == (422, True)
        status, why = await amended(40_000)
        assert (status, "2 people" in why) == (422, True)
        assert await amended(3_000) == (202, "accepted: ")
        finance = await api.key(operator_id="op-2", roles=(EVERY_ROLE,))
        assert (await amended(60_000, finance))[0] != 422
