"""A tenant whose money is in Stripe: the real workflow, the real SDK, a server that speaks Stripe's protocol."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.workspace.loader import load_workspace
from api.nudge import Nudger
from domain.event import EventKind
from domain.ticket import TicketRef, TicketStatus
from runtime.backends import stripe_webhooks
from runtime.relay import GRACE, deliver_left_behind
from runtime.wiring import connect_temporal, embedder_of, open_desk, train_assistants
from store.events import read_events
from store.watches import announce_change
from tests.support.harness import Harness, cloned_database
from tests.support.servers import Servers
from tests.support.stripe_server.faults import Fault, FaultKind
from tests.support.stripe_server.serving import API_KEY, StripeServer, stripe_server
from tests.support.stripe_server.shapes import Json

HARBOUR = Path("tests/support/remote_shop/tenants/harbour")
SECRET = "whsec_harbour"
DAMAGED = "The item arrived in bad condition and I want my money back."
STRIPE = """\
kind: stripe
api_key: ${secret:STRIPE_API_KEY}
webhook_secrets: ["${secret:STRIPE_WEBHOOK}"]
customers: {by: metadata, field: shop_customer}
answer_seconds: 1
"""
#: Harbour's procedure, about a payment instead of the items of an order.
SLOTS_AND_STEPS = """\
slots:
  payment:
    kind: payment
    ask: which_payment
    where: it.refundable.amount > 0

allowed_actions: [issue_refund]

steps:
  - collect: payment
  - propose:
      action: issue_refund
      args:
        payment: slots.payment.handle
        amount: facts.payment.refundable
        reason: "'damaged'"
      confirm: confirm_refund
  - answer: refunded

replies:
  en:
    which_payment: "I'm sorry it isn't right. Which payment is it about: {choices}?"
    confirm_refund: "I'm sorry about that. I can refund {action.amount}, the way you paid. Shall I go ahead?"
    refunded: "Done: I've refunded {issue_refund.amount}, the way you paid."
"""


@dataclass
class Till:
    """A Setright that serves this one tenant, and its Stripe."""

    setright: Harness
    stripe: StripeServer

    async def refunded(self) -> TicketRef:
        """Ada asks for her money and says yes."""
        ref = await self.setright.open("ada", DAMAGED)
        if (await self.setright.ticket(ref)).status is TicketStatus.pending:
            await self.setright.say(ref, "Yes please, go ahead.")
        await self.setright.until(ref, TicketStatus.solved)
        return ref

    async def hears(self, event: Json) -> None:
        """Stripe sends an event; what the API does with one that it believes, and the relay after it."""
        delivery, pools = self.stripe.webhooks.signed(event, SECRET), self.setright.desk.pools
        workspace = load_workspace(self.setright.settings.workspace / "tenants")
        news = stripe_webhooks(self.setright.settings, workspace)["harbour"](delivery.body, delivery.signature)
        assert news is not None
        now = datetime.now(UTC)
        async with pools.operator("harbour") as conn:
            assert await announce_change(conn, "harbour", news.refs[0], now) == 1
        nudger = Nudger(self.setright.client, self.setright.settings.task_queue, pools)
        assert await deliver_left_behind(pools, nudger, now + 2 * GRACE) >= 1

    async def kinds(self, ref: TicketRef) -> list[EventKind]:
        """What happened on a ticket."""
        async with self.setright.desk.pools.operator(ref.tenant) as conn:
            return [event.kind for event in await read_events(conn, ref.tenant, ref.ticket_id)]


@pytest.fixture
async def till(servers: Servers, tmp_path: Path) -> AsyncIterator[Till]:
    """Harbour Goods, its shop's back end replaced by Stripe."""
    secrets, tenant = tmp_path / "secrets" / "harbour", tmp_path / "tenants" / "harbour"
    secrets.mkdir(parents=True)
    (secrets / "STRIPE_API_KEY").write_text(API_KEY)
    (secrets / "STRIPE_WEBHOOK").write_text(SECRET)
    shutil.copytree(HARBOUR, tenant, ignore=shutil.ignore_patterns("orders.yaml"))
    file = tenant / "tenant.yaml"
    file.write_text(file.read_text().replace("backend: orders", "backend: stripe"))
    procedure = tenant / "procedures" / "refund_request.yaml"
    procedure.write_text(procedure.read_text().partition("slots:\n")[0] + SLOTS_AND_STEPS)
    async with stripe_server() as stripe, cloned_database(servers.superuser_url) as database:
        stripe.clock.now = int(datetime.now(UTC).timestamp())
        stripe.books.add_charge(stripe.books.add_customer("cus_1", "Ada Byron", shop_customer="ada"), 3_000)
        (tenant / "backends" / "stripe.yaml").write_text(f"{STRIPE}api_base: {stripe.url}\n")
        settings = servers.settings(database).model_copy(
            update={"workspace": tmp_path, "secrets_dir": tmp_path / "secrets"}
        )
        assistants = await asyncio.to_thread(
            train_assistants, load_workspace(tmp_path / "tenants"), embedder_of(settings)
        )
        client = await connect_temporal(servers.temporal_address)
        async with open_desk(settings, assistants) as desk:
            harness = Harness(
                settings=settings, client=client, desk=desk, superuser_url=servers.superuser_url, tenant="harbour"
            )
            async with harness.worker():
                yield Till(harness, stripe)


@pytest.mark.parametrize("fault", [None, "lost_answer", "error_500_after_commit"])
async def test_money_goes_back_once(till: Till, fault: FaultKind | None) -> None:
    """Whatever happened on the way, Stripe's own log has one refund, and the customer is told of it."""
    if fault is not None:
        till.stripe.account.faults.inject(Fault(fault))
    ref = await till.refunded()
    (action,) = await till.setright.actions(ref)
    assert (action.status, str(action.money)) == ("succeeded", "€30.00")
    assert till.stripe.books.effects_by_key() == {action.idempotency_key: 1}
    (refund,) = till.stripe.books.refunds.values()
    assert refund["metadata"]["setright_action"] == action.action_id
    assert "€30.00" in await till.setright.last_reply(ref)


async def test_stripes_word_makes_the_ticket_look(till: Till) -> None:
    """A pending refund comes back days later: the event reopens the ticket, and a person gets it."""
    till.stripe.account.faults.inject(Fault("pending"))
    ref = await till.refunded()
    (refund,) = till.stripe.books.refunds
    *_, failed = till.stripe.webhooks.settle(refund, "failed", "lost_or_stolen_card")
    await till.hears(failed)
    await till.setright.until(ref, TicketStatus.open)
    assert "effect_failed" in await till.kinds(ref)
    (action,) = await till.setright.actions(ref)
    assert (action.status, action.code) == ("failed", "card_closed")
    assert list(till.stripe.books.effects_by_key().values()) == [1]
