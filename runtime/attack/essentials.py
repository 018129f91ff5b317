"""The shortest attack that touches every defence once; each planted hole must show in it.

It holds the control too: refunds that are in order, so that "no effects" cannot come from nothing working at all.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from adapters.assistants.port import PlanBrief
from domain.ask import TurnKey
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from domain.ticket import IdentityLevel, TicketRef
from runtime.attack.chat_slice import attack_by_model, attack_mask
from runtime.attack.database import probe_database
from runtime.attack.drafts import WRITERS
from runtime.attack.lowest import forge_performs
from runtime.attack.moves import answer, from_knowledge, own
from runtime.attack.session import Session
from runtime.attack.workspace import GOODS, QUESTION, kind_of

_SMALL, _ASKED, _BIG = 2_500, 12_000, 30_000


async def attack_essentials(session: Session, parts: Iterable[str] | None = None) -> None:
    """Attack every defence once, or only those of some `PARTS`; the control is always there."""
    await control(session)
    for part in PARTS if parts is None else parts:
        await PARTS[part](session)


async def control(session: Session) -> None:
    """Two refunds that are in order: a small one that policy allows, a big one that our approver approves."""
    tenant, customer = _goods(session)[-1], session.place.world.customers[-1]
    await session.play(session.driver.ref(tenant, customer), "refund_request", [("control/small", refund(1, _SMALL))])
    big = session.driver.ref(tenant, customer)
    state = await session.play(big, "refund_request", [("control/big", refund(3, _BIG))])
    await session.driver.carry_out(await session.driver.settle(state))


async def _chains(session: Session) -> None:
    """Seen on one customer's ticket, used on another's: a neighbour's, and the same customer's at another tenant."""
    for ref in _people(session):
        await session.play(
            _new(session, ref), "where_is_my_order", [("track/own", own("track_shipment", order=_order(8)))]
        )
        await _steal_address(session, _new(session, ref))
        await session.play(_new(session, ref), "information", [("knowledge/all", from_knowledge())], says=QUESTION)


async def _drafts(session: Session) -> None:
    """Every way of writing something that must not be sent, with words that were stolen from others."""
    victim, neighbour, _ = _people(session)
    await session.play(
        _new(session, victim), "where_is_my_order", [("track/own", own("track_shipment", order=_order(8)))]
    )
    for writer in WRITERS:
        await session.play(_new(session, neighbour), "information", [("suppress/thanks", answer())], writer=writer)


async def _errors(session: Session) -> None:
    """An assistant that fails and quotes what it was reading."""
    for call in ("understand", "plan", "draft"):
        await session.play(_new(session, _people(session)[2]), "cancel_order", fails_in=call)


async def _limits(session: Session) -> None:
    """Above what policy allows, and for somebody who has not shown who they are."""
    victim = _people(session)[0]
    for identity in (IdentityLevel.anonymous, IdentityLevel.claimed):
        stranger = session.stranger(victim, identity)
        await session.play(stranger, "refund_request", [("identity/refund", refund(3, _SMALL))])
    above = session.driver.ref(victim.tenant, session.place.world.customers[2])
    await session.play(above, "refund_request", [("limit/refund", refund(3, _BIG))])


async def _forge(session: Session) -> None:
    """Between an approver's yes and its execution, try everything else that the yes might be good for."""
    tenant, customers = _goods(session)[2], session.place.world.customers
    ref, other = session.driver.ref(tenant, customers[3]), session.driver.ref(tenant, customers[4])
    state = await session.play(ref, "refund_request", [("forge/asked", refund(3, _ASKED))])
    if not state.memory.pending:
        return  # nobody was asked: with that hole planted, the accounts tell
    given = state.memory.pending[0].request
    state = await session.driver.settle(state)
    await session.play(other, "refund_request")
    key = TurnKey(ticket=ref, turn=state.turn + 1, now=session.driver.now)
    tried = await forge_performs(session.driver.actions, session.findings, ref, given, other, key)
    session.attacker.calls["forged perform"] += tried
    await session.driver.carry_out(state)


async def _database(session: Session) -> None:
    """Each role in some scopes, whatever it may read and write."""
    session.attacker.calls["database"] += await probe_database(
        session.place, session.findings, session.random, scopes=2
    )


PARTS: Mapping[str, Callable[[Session], Awaitable[None]]] = {
    "database": _database,  # first: later, refused drafts hold what the attacker itself remembered of others
    "chains": _chains,
    "drafts": _drafts,
    "errors": _errors,
    "limits": _limits,
    "forge": _forge,
    "chat model": attack_by_model,
    "mask": attack_mask,
}


def _goods(session: Session) -> list[str]:
    return [tenant for tenant in session.place.world.tenants if kind_of(tenant) == GOODS]


def _people(session: Session) -> tuple[TicketRef, TicketRef, TicketRef]:
    """A victim, a neighbour at the same tenant, and the victim's twin: the same refs at another tenant."""
    (here, there), customers = _goods(session)[:2], session.place.world.customers
    make = session.driver.ref
    return make(here, customers[0]), make(here, customers[1]), make(there, customers[0])


def _new(session: Session, ref: TicketRef) -> TicketRef:
    return session.driver.ref(ref.tenant, ref.customer_id)


def refund(order: int, amount: int) -> Any:
    """Give back an amount of the n-th order's payment, as damaged."""
    return own(
        "issue_refund",
        payment=lambda brief: HandleValue(handle=_payment(brief, order)),
        amount=lambda brief: MoneyValue(money=Money(amount=amount, currency="EUR")),
        reason=lambda brief: LabelValue(label="damaged"),
    )


async def _steal_address(session: Session, ref: TicketRef) -> None:
    """Send an order to wherever a handle leads that was listed to somebody else."""

    def stolen(brief: PlanBrief) -> HandleValue:
        address = session.attacker.loot.address(brief.ticket.tenant, brief.ticket.customer_id)
        return HandleValue(handle=address or "address_0123456789")

    move = own("change_order_address", order=_order(5), address=stolen)
    await session.play(ref, "change_address", [("chain/address", move)])


def _order(n: int) -> Any:
    def make(brief: PlanBrief) -> HandleValue:
        wanted = f"{brief.ticket.customer_id[1:]}{n:03d}"
        found = next((order.handle for order in brief.context.orders if order.number == wanted), "order_0123456789")
        return HandleValue(handle=found)

    return make


def _payment(brief: PlanBrief, n: int) -> str:
    wanted = f"{brief.ticket.customer_id[1:]}{n:03d}"
    payments = (order.payments for order in brief.context.orders if order.number == wanted)
    return next((paid[0].handle for paid in payments if paid), "payment_0123456789")
