"""The API under test, and what a test plants behind it: keys, tickets, events, approvals."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx2
from fastapi import FastAPI

from activities.sent_articles import SentArticle, SentArticles
from adapters.assistants.redaction.marks import marked
from adapters.assistants.wordings import Shelf
from adapters.embeddings.hashing import HashingEmbedder
from api.app import create_app
from api.deps import ApiDeps, Trust
from domain.action import ActionSpec, Effect, ProposedAction
from domain.approval import EVERY_ROLE, ApprovalRequest
from domain.conflict import ConflictKind, Contradiction, FoundConflict, conflict_id_of
from domain.correction import Example, LessonsEffect
from domain.event import EventDraft, TicketEvent
from domain.ids import TenantId, new_ticket_id
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.api_keys import create_key
from store.approvals import insert_request
from store.conflicts import passages_of, save_conflicts
from store.corrections import NewCorrection, insert_correction
from store.events import append_events, read_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.knowledge import Article, Passage, replace_article
from store.pools import Pools
from store.sources import NewSource, add_source, begin_run, end_run
from store.tickets import TicketChanges, project_ticket

EVERY_SCOPE = (
    "tickets_read",
    "tickets_write",
    "identity_assert",
    "approvals_read",
    "approvals_decide",
    "operators",
    "pause",
    "knowledge",
)
SPECS = {
    "issue_refund": ActionSpec(
        name="issue_refund",
        title="Issue a refund",
        effect=Effect.write,
        risk="high",
        arguments={"payment": "payment", "amount": "amount", "reason": "choice"},
    )
}


def effect(known: Sequence[Example], new: Sequence[Example]) -> LessonsEffect:
    """As if each example that is taught made one of a hundred messages right."""
    share = (len(known) / 100, (len(known) + len(new)) / 100)
    return LessonsEffect(
        held_out=100,
        foreign=10,
        accuracy=share,
        in_scope_right=share,
        out_of_scope_told=(1.0, 1.0),
        changes=(),
        seconds=0.1,
    )


#: A tenant with two procedures, whose operators' hour costs 36 euro.
TRUST = Trust(
    levels={"late_refund": "auto", "return_item": "approve"},
    hourly=Money(amount=3_600, currency="EUR"),
    mask=marked,
    effect=effect,
    wordings=Shelf(HashingEmbedder()),
)
PAYMENT = "payment_0123456789"
_sources = count(1)


@dataclass
class Api:
    """The application under test, who calls it, and what a test plants behind it."""

    app: FastAPI
    http: httpx2.AsyncClient
    pools: Pools
    deps: ApiDeps
    tenant: str
    other_tenant: str
    keys: dict[tuple[str, tuple[str, ...], str | None, tuple[str, ...]], str] = field(default_factory=dict)

    async def key(
        self,
        *scopes: str,
        operator_id: str | None = None,
        tenant: str | None = None,
        roles: tuple[str, ...] = (EVERY_ROLE,),
    ) -> dict[str, str]:
        """The header of a key with these scopes, or with all; an operator's may approve everything, unless said."""
        tenant = tenant or self.tenant
        wanted = (tenant, scopes or EVERY_SCOPE, operator_id, roles)
        if wanted not in self.keys:
            async with self.pools.operator(tenant) as conn:
                made = await create_key(conn, tenant, "test", wanted[1], now(), operator_id=operator_id, roles=roles)
            self.keys[wanted] = made.key
        return {"Authorization": f"Bearer {self.keys[wanted]}"}

    async def ticket(self, *, tenant: str | None = None, status: TicketStatus | None = None) -> TicketRef:
        """A ticket with one message, moved to a status if one is given."""
        tenant = tenant or self.tenant
        ref = TicketRef(
            tenant=tenant,
            ticket_id=new_ticket_id(),
            customer_id="c-1",
            channel="api",
            identity=IdentityLevel.proven,
        )
        async with self.pools.operator(tenant) as conn:
            message = IncomingMessage(text="Where is my refund?", at=now())
            await accept_message(conn, ref, message, stub=Stub(subject="Refund"))
        if status is not None:
            await self.happened(ref, EventDraft(kind="status_changed"), status=status)
        return ref

    async def say(self, ref: TicketRef, text: str) -> None:
        """One more message of the customer's."""
        async with self.pools.operator(ref.tenant) as conn:
            await accept_message(conn, ref, IncomingMessage(text=text, at=now()), stub=None)

    async def happened(self, ref: TicketRef, *drafts: EventDraft, status: TicketStatus | None = None) -> None:
        """Record events as the ticket's workflow would."""
        async with self.pools.operator(ref.tenant) as conn:
            first = len(await read_events(conn, ref.tenant, ref.ticket_id)) + 1
            at = now()
            events = [
                TicketEvent(seq=seq, kind=draft.kind, at=at, body=draft.body) for seq, draft in enumerate(drafts, first)
            ]
            changes = TicketChanges() if status is None else TicketChanges(status=status)
            await project_ticket(conn, ref, events[-1].seq, at, **changes)
            await append_events(conn, ref.tenant, ref.ticket_id, events)

    async def knowledge(self, *, tenant: str | None = None) -> str:
        """A source that has given an article, `returns`; returns the source's name."""
        tenant, at = tenant or self.tenant, now()
        name = f"help-{next(_sources)}"
        passage = Passage(section="How long?", text="Thirty days.")
        article = Article(slug="returns", title="Returns", source="returns.md", source_id=name, passages=(passage,))
        source = NewSource(
            source_id=name, kind="page", location=f"https://example.com/{name}", created_by="op-1", at=at
        )
        async with self.pools.operator(tenant) as conn:
            await add_source(conn, tenant, source)
            await begin_run(conn, tenant, name, 1, at)
            await end_run(conn, tenant, name, 1, error_code=None, at=at)
            await replace_article(conn, tenant, article, [[0.0] * 383 + [1.0]], model="none", at=at)
        return name

    async def approval(self, ref: TicketRef, *, approvers: int = 1, expires_in: float = 3600) -> ApprovalRequest:
        """A refund of the ticket that waits for approval."""
        at = now()
        request = ApprovalRequest(
            approval_id=f"{ref.ticket_id}/a1",
            action=refund(ref),
            role="support",
            approvers=approvers,
            rules=("big_refunds",),
            policy_version="b" * 64,
            requested_at=at - timedelta(days=1),
            expires_at=at + timedelta(seconds=expires_in),
        )
        async with self.pools.operator(ref.tenant) as conn:
            await insert_request(conn, ref, request, "Issue a refund of €54.00")
        return request

    async def correction(self, ref: TicketRef) -> int:
        """An operator's correction of the ticket's first message; returns its id."""
        new = NewCorrection(
            seq=1,
            kind="intent",
            was="where_is_my_order",
            intent="late_refund",
            words="Where is my refund?",
            note=None,
            corrected_by="op-1",
            at=now(),
        )
        async with self.pools.operator(ref.tenant) as conn:
            return await insert_correction(conn, ref, new)

    async def conflict(self, tenant: str, *, said: tuple[str, str] = ("Within 30 days.", "Within 14 days.")) -> str:
        """An open conflict between two articles of a tenant; returns its id."""
        contradiction = Contradiction(kind=ConflictKind.duration, said_a=said[0], said_b=said[1])
        conflict_id = conflict_id_of(("one", "two"), contradiction)
        async with self.pools.operator(tenant) as conn:
            for slug, text in zip(("one", "two"), said, strict=True):
                article = Article(
                    slug=slug, title="Returns", source=f"{slug}.md", passages=(Passage(section="Returns", text=text),)
                )
                await replace_article(conn, tenant, article, [[1.0] + [0.0] * 383], model="minilm-1", at=now())
            ids = await passages_of(conn, tenant, ["one", "two"])
            found = FoundConflict(
                **contradiction.model_dump(), passage_a=ids[0], passage_b=ids[1], conflict_id=conflict_id
            )
            await save_conflicts(conn, tenant, [found], at=now(), found_by="ingestion")
        return conflict_id


def now() -> datetime:
    """The present."""
    return datetime.now(UTC)


def keeping(deps: ApiDeps) -> ApiDeps:
    """The same, with an API that takes articles as the product does, but for the weights."""
    articles = SentArticles(deps.pools, HashingEmbedder())

    async def keep(tenant: TenantId, slug: str, fields: Mapping[str, Any], at: datetime) -> bool:
        return await articles.keep(tenant, SentArticle(slug=slug, **fields), at)

    return replace(deps, keep_article=keep)


@asynccontextmanager
async def running_api(deps: ApiDeps) -> AsyncIterator[Api]:
    """The application with its lifespan, spoken to without a socket."""
    app = create_app(deps)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as http,
    ):
        tenant, other = deps.tenants
        yield Api(app, http, deps.pools, deps, tenant, other)


def refund(ref: TicketRef, amount: int = 5400, number: int = 1) -> ProposedAction:
    """A refund that somebody must approve."""
    return ProposedAction.of(
        action_id=f"{ref.ticket_id}/a{number}",
        name="issue_refund",
        args={
            "payment": HandleValue(handle=PAYMENT),
            "amount": MoneyValue(money=Money(amount=amount, currency="EUR")),
            "reason": LabelValue(label="damaged"),
        },
        wish=1,
    )
