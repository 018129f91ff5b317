"""Made-up tickets and what happens on them, for the tests of the store."""

import contextlib
import math
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random

from domain.action import Effect, ProposedAction
from domain.approval import ApprovalRequest
from domain.customer import CustomerContext
from domain.event import TicketEvent
from domain.handoff import HandoffPacket, HandoffReason
from domain.ids import new_ticket_id
from domain.judging import JudgedOn
from domain.money import Money
from domain.procedure import Procedure, Step
from domain.slot import HandleValue, MoneyValue
from domain.ticket import IdentityLevel, TicketRef
from store.inbox import Accepted, IncomingMessage, Stub, accept_message
from store.knowledge import Article, Passage
from store.ledger import Intent
from store.pools import Pools
from store.rows import Connection

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
POLICY = "b" * 64


class Crash(Exception):
    """What a process dies of in a test."""


@asynccontextmanager
async def crashing(scope: AbstractAsyncContextManager[Connection]) -> AsyncIterator[Connection]:
    """A scope whose process dies before the commit."""
    with contextlib.suppress(Crash):
        async with scope as conn:
            yield conn
            raise Crash


def make_ref(tenant: str = "meridian", customer: str = "c-1") -> TicketRef:
    """A ticket that nobody has opened yet."""
    return TicketRef(
        tenant=tenant, ticket_id=new_ticket_id(), customer_id=customer, channel="api", identity=IdentityLevel.proven
    )


def says(text: str = "Where is my refund?", **more: object) -> IncomingMessage:
    """A customer's message."""
    return IncomingMessage.model_validate({"text": text, "at": NOW, **more})


async def open_ticket(conn: Connection, ref: TicketRef, message: IncomingMessage | None = None) -> Accepted:
    """Open a ticket within a scope."""
    return await accept_message(conn, ref, message or says(), stub=Stub())


async def opened(pools: Pools, tenant: str = "meridian", customer: str = "c-1") -> TicketRef:
    """A ticket that has been opened."""
    ref = make_ref(tenant, customer)
    async with pools.operator(tenant) as conn:
        await open_ticket(conn, ref)
    return ref


def events(first: int, last: int, **body: str) -> list[TicketEvent]:
    """Events of the given places."""
    return [
        TicketEvent(
            seq=seq, kind="turn_finished", at=NOW + timedelta(seconds=seq, microseconds=seq), body={"turn": seq, **body}
        )
        for seq in range(first, last + 1)
    ]


def refund(ref: TicketRef, number: int = 1, amount: int = 5400) -> ProposedAction:
    """The `number`-th action of a ticket: a refund."""
    return ProposedAction.of(
        action_id=f"{ref.ticket_id}/a{number}",
        name="issue_refund",
        args={
            "payment": HandleValue(handle="payment_0123456789"),
            "amount": MoneyValue(money=Money(amount=amount, currency="EUR")),
        },
        wish=1,
    )


def intent(action: ProposedAction, business_key: str = "refund:pay-1:-:damaged", **more: object) -> Intent:
    """What the ledger is asked to claim for a refund."""
    return Intent.model_validate(
        {
            "action": action,
            "business_key": business_key,
            "args": {"payment": "pay-1", "amount": 5400},
            "amount": Money(amount=5400, currency="EUR"),
            "policy_version": POLICY,
            "rules": ("small_refund",),
            "at": NOW,
            **more,
        }
    )


def request(action: ProposedAction, expires_after: timedelta = timedelta(hours=72)) -> ApprovalRequest:
    """A request to approve an action."""
    return ApprovalRequest(
        approval_id=action.action_id,
        action=action,
        role="support",
        approvers=1,
        rules=("big_refund",),
        policy_version=POLICY,
        requested_at=NOW,
        expires_at=NOW + expires_after,
    )


def make_context(name: str) -> CustomerContext:
    """A customer of whom little is known."""
    return CustomerContext(customer_id="c-1", identity=IdentityLevel.proven, name=name, first_name=name)


def make_packet(queue: str = "support", *, urgent: bool = False) -> HandoffPacket:
    """A handoff's packet."""
    return HandoffPacket(
        reason=HandoffReason.angry,
        queue=queue,
        urgent=urgent,
        created_at=NOW,
        summary="Waits for a refund since three weeks.",
        intents=("refund_late",),
        slots={},
        known={"tier": "vip"},
        tried=(),
        evidence=(),
        attachments=(),
        told_customer="A person takes over.",
        open_question="",
        suggested_next_step="Call.",
    )


def make_procedure(version: str) -> Procedure:
    """A version of a procedure that has nothing to do."""
    return Procedure(
        name="returns",
        title="a return",
        description="",
        examples=("one", "two", "three", "four", "five"),
        steps=(Step(answer="done"),),
        replies={"en": {"done": "Done."}},
        version=version,
    )


def make_judged(name: str) -> JudgedOn:
    """What a refund to somebody of this name was judged on."""
    return JudgedOn(
        action="issue_refund",
        args_sha256="a" * 64,
        effect=Effect.write,
        procedure="returns",
        autonomy="auto",
        amount=Money(amount=5400, currency="EUR"),
        view={"customer": {"first_name": name}},
    )


def make_article(slug: str, *texts: str, **more: object) -> Article:
    """An article with a passage for each text."""
    passages = [Passage(section="Returns", text=text) for text in texts]
    return Article.model_validate(
        {"slug": slug, "title": slug.title(), "source": f"{slug}.md", "passages": passages, **more}
    )


def unit_vector(seed: int) -> list[float]:
    """A random direction, the same for the same seed."""
    numbers = [Random(seed * 1_000 + place).gauss(0, 1) for place in range(384)]
    length = math.sqrt(sum(number * number for number in numbers))
    return [number / length for number in numbers]
