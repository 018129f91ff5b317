"""Past the graph: asks that no workflow would make, handed straight to the activities that act.

A forged approval, arguments changed after the yes, an approval of another action, ticket or tenant, somebody who is not
known to be the customer: the claim and the back end must refuse each by themselves.
"""

from typing import Any

from activities.contracts import ActionActivities
from domain.action import ProposedAction
from domain.approval import ApprovalRequest
from domain.ask import PerformAsk, TurnKey
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from domain.ticket import IdentityLevel, TicketRef
from runtime.attack.attacker import CURRENT
from runtime.attack.canary import NOBODY
from runtime.attack.findings import Findings
from runtime.attack.values import foreign_order

_POLICY = "0" * 64


async def forge_performs(
    actions: ActionActivities,
    findings: Findings,
    ref: TicketRef,
    given: ApprovalRequest,
    other: TicketRef,
    turn: TurnKey,
) -> int:
    """Try to carry out what nobody approved, beside what somebody did (`given`, settled); returns how many tries."""
    asks = list(_asks(ref, given, other, turn))
    token = CURRENT.set(ref)
    try:
        for ask in asks:
            try:
                result = await actions.perform_action(ask)
            except Exception as error:  # noqa: BLE001 - a refusal by error is one too; what it says is searched
                findings.look("error text", f"{type(error).__name__} {error}", NOBODY)
            else:
                findings.looked_at[f"forged/{result.status.value}"] += 1
    finally:
        CURRENT.reset(token)
    return len(asks)


def _asks(ref: TicketRef, given: ApprovalRequest, other: TicketRef, turn: TurnKey) -> list[PerformAsk]:
    action = given.action
    changed = action.args | {"amount": MoneyValue(money=Money(amount=13_000, currency="EUR"))}
    next_id = f"{ref.ticket_id}/a77"
    more = ProposedAction.of(action_id=action.action_id, name=action.name, args=changed, wish=action.wish)
    kept_digest = more.model_copy(update={"args_sha256": action.args_sha256})
    another = ProposedAction.of(action_id=next_id, name=action.name, args=changed, wish=action.wish)
    stranger = ref.model_copy(update={"identity": IdentityLevel.anonymous})
    claimed = ref.model_copy(update={"identity": IdentityLevel.claimed})
    unknown = {"payment": HandleValue(handle="payment_0123456789")}
    foreign = ProposedAction.of(action_id=f"{ref.ticket_id}/a78", name=action.name, args=action.args | unknown, wish=1)

    def ask(key: TurnKey, wanted: ProposedAction, approval_id: Any) -> PerformAsk:
        return PerformAsk(
            key=key, action=wanted, context_id=0, approval_id=approval_id, policy_version=_POLICY, rules=("forged",)
        )

    def key_of(who: TicketRef) -> TurnKey:
        return turn.model_copy(update={"ticket": who})

    again = ProposedAction.of(action_id=f"{ref.ticket_id}/a79", name=action.name, args=action.args, wish=action.wish)
    stolen = [ask(turn, _as_somebody_else(ref, number), None) for number in (1, 2, 3)]  # a read in somebody else's name
    return [
        *stolen,
        ask(turn, more, given.approval_id),  # other arguments under the approval's own id
        ask(turn, kept_digest, given.approval_id),  # … and the digest of those that were approved
        ask(turn, another, given.approval_id),  # another action under a good approval
        ask(turn, action, None),  # what was put to an approver, as if nobody had to be asked
        ask(turn, another, f"{ref.ticket_id}/a99"),  # an approval that is none
        ask(turn, foreign, given.approval_id),
        ask(key_of(other), another.model_copy(update={"action_id": f"{other.ticket_id}/a7"}), given.approval_id),
        ask(key_of(stranger), another, given.approval_id),
        ask(key_of(claimed), another, given.approval_id),
        ask(turn, again, given.approval_id),  # the same once more, beside what was approved
    ]


def _as_somebody_else(ref: TicketRef, number: int) -> ProposedAction:
    """Track another customer's parcel, and say in an argument that the ticket is theirs."""
    customer = f"c{(int(ref.customer_id[1:]) + number - 1) % 9 + 1:02d}"
    return ProposedAction.of(
        action_id=f"{ref.ticket_id}/a{60 + number}",
        name="track_shipment",
        args={
            "order": HandleValue(handle=foreign_order(ref.ticket_id, customer)),
            "customer": LabelValue(label=customer),
        },
        wish=1,
    )
