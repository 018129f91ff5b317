"""Sixteen holes, planted one at a time into a copy of the world: the suite must find every one, or it proves nothing.

Each takes out one defence (and, where a second one stands behind it, that too), as a careless change would. None makes
anything crash: a hole counts as found by what leaked or happened, never by an error.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from types import MappingProxyType
from typing import Any, LiteralString, NamedTuple
from unittest.mock import patch

import structlog
from temporalio.exceptions import ApplicationError

import activities.actions
import activities.failures
import activities.replies
import activities.understanding
import domain.grounding
import domain.judging
import domain.text
import store.claims
import store.knowledge
import store.search
from activities.desk import scope_of
from adapters.assistants.redaction.mask import Mask, Masked
from adapters.backends.port import Scope
from adapters.backends.shop.backend import ShopBackend
from domain.customer import CustomerContext
from domain.ids import Handle
from domain.model import Model
from domain.policy import Judgment, Policy, Verdict
from domain.slot import LabelValue
from domain.verification import Verification
from runtime.attack.world import Place
from store.messages import read_messages

Hole = Callable[[Place], AbstractAsyncContextManager[None]]


def _sql(do: LiteralString, undo: LiteralString = "select 1") -> Hole:
    @asynccontextmanager
    async def plant(place: Place) -> AsyncIterator[None]:
        await place.god.execute(do)
        try:
            yield
        finally:
            await place.god.execute(undo)

    return plant


def _patched(*changes: tuple[Any, str, Any]) -> Hole:
    @asynccontextmanager
    async def plant(place: Place) -> AsyncIterator[None]:
        del place
        with ExitStack() as stack:
            for target, name, replacement in changes:
                stack.enter_context(patch.object(target, name, replacement))
            yield

    return plant


@asynccontextmanager
async def _handle_unchecked(place: Place) -> AsyncIterator[None]:
    """A handle is looked up among all records that were ever read, not among the ticket's own customer's."""
    del place
    known: dict[Handle, Model] = {}
    gather = ShopBackend.gather

    async def remembering(self: ShopBackend, scope: Scope, now: datetime) -> CustomerContext:
        context = await gather(self, scope, now)
        known.update(context.records())
        return context

    def find(_: CustomerContext, handle: Handle) -> Model | None:
        return known.get(handle) if isinstance(handle, str) else None

    with patch.object(ShopBackend, "gather", remembering), patch.object(CustomerContext, "find", find):
        yield


@asynccontextmanager
async def _scope_from_argument(place: Place) -> AsyncIterator[None]:
    """An action's argument says for which customer it is."""
    del place
    named: ContextVar[str | None] = ContextVar("named", default=None)
    perform, bound = activities.actions.Actions.perform_action, scope_of

    async def naming(self: Any, ask: Any) -> Any:
        customer = ask.action.args.get("customer")
        token = named.set(customer.label if isinstance(customer, LabelValue) else None)
        try:
            return await perform(self, ask)
        finally:
            named.reset(token)

    def scope(ticket: Any) -> Scope:
        customer = named.get()
        return bound(ticket) if customer is None else bound(ticket.model_copy(update={"customer_id": customer}))

    with (
        patch.object(activities.actions.Actions, "perform_action", naming),
        patch.object(activities.actions, "scope_of", scope),
    ):
        yield


@asynccontextmanager
async def _cache_without_tenant(place: Place) -> AsyncIterator[None]:
    """Customers' records are kept for a while, under the customer's id alone."""
    del place
    kept: dict[str, CustomerContext] = {}
    gather = ShopBackend.gather

    async def caching(self: ShopBackend, scope: Scope, now: datetime) -> CustomerContext:
        if scope.customer_id not in kept:
            kept[scope.customer_id] = await gather(self, scope, now)
        return kept[scope.customer_id]

    with patch.object(ShopBackend, "gather", caching):
        yield


@asynccontextmanager
async def _search_without_tenant(place: Place) -> AsyncIterator[None]:
    """The search forgets the tenant, and the policy behind it lets everybody's passages through.

    So does what cites passages, which is asked for one tenant's and would keep the others from being read.
    """
    for table in ("passages", "articles"):
        await place.god.execute(f"create policy hole on setright.{table} to operator_scope using (true)".encode())
    with (
        patch.object(store.search, "_SQL", _without_tenant(store.search._SQL)),
        patch.object(store.knowledge, "_SQL", _without_tenant(store.knowledge._SQL)),
    ):
        yield


def _without_tenant(queries: Mapping[str, str]) -> Mapping[str, str]:
    """The statements, each of which reads the rows of every tenant."""
    condition = re.compile(r"(?:passage\.)?tenant = %\(tenant\)s")
    cited = re.compile(r"setright\.cited\(%\(tenant\)s, (%\(ids\)s), (%\(\w+\)s), (%\(\w+\)s|null)\)")
    of_all = (
        r"(select it.* from setright.passages as whose"
        r" cross join lateral setright.cited(whose.tenant, array[whose.id], \2, \3) as it where whose.id = any (\1))"
    )
    return MappingProxyType(
        {name: cited.sub(of_all, condition.sub("%(tenant)s::text is not null", it)) for name, it in queries.items()}
    )


def _always_allow(policy: Policy, *_: Any) -> Judgment:
    return Judgment(verdict=Verdict.allow, rules=("hole",), policy_version=policy.version)


async def _any_arguments(conn: Any, tenant: str, intent: Any) -> None:
    """An approval is good for whatever arguments come under its id."""
    if intent.approval_id != intent.action.action_id:
        await _CHECK(conn, tenant, intent)


async def _any_action(conn: Any, tenant: str, intent: Any) -> None:
    """An approval is good for any action with the same arguments."""
    if intent.approval_id is None or intent.approval_id == intent.action.action_id:
        await _CHECK(conn, tenant, intent)
        return
    key = {"tenant": tenant, "approval_id": intent.approval_id}
    query: LiteralString = (
        "select args_sha256 from setright.approval_requests where tenant = %(tenant)s and approval_id = %(approval_id)s"
    )
    row = await (await conn.execute(query, key)).fetchone()
    if row is None or row[0] != intent.action.args_sha256:
        await _CHECK(conn, tenant, intent)


_CHECK = store.claims._check_approval


async def _logging_words(*args: Any, **kwargs: Any) -> Any:
    messages = await read_messages(*args, **kwargs)
    structlog.get_logger("understanding").info("understanding", texts=[message.text for message in messages])
    return messages


_VIEW: LiteralString = """
    create view shop.everybody as select * from shop.addresses;
    grant select on shop.everybody to customer_scope
"""


class Planted(NamedTuple):
    """A hole, and the parts of the essentials in which it must show."""

    plant: Hole
    shows_in: tuple[str, ...]


HOLES: Mapping[str, Planted] = {
    "row_security_off": Planted(_sql("alter table shop.orders disable row level security"), ("database",)),
    "bypassrls": Planted(
        _sql("alter role operator_scope bypassrls", "alter role operator_scope nobypassrls"), ("database",)
    ),
    "view_of_everybody": Planted(_sql(_VIEW), ("database",)),
    "handle_unchecked": Planted(_handle_unchecked, ("chains",)),
    "scope_from_argument": Planted(_scope_from_argument, ("forge",)),
    "context_cached_without_tenant": Planted(_cache_without_tenant, ("chains",)),
    "search_without_tenant": Planted(_search_without_tenant, ("chains",)),
    "judge_always_allows": Planted(_patched((domain.judging, "judge", _always_allow)), ("limits",)),
    "approval_hash_not_compared": Planted(_patched((store.claims, "_check_approval", _any_arguments)), ("forge",)),
    "approval_of_another_action": Planted(_patched((store.claims, "_check_approval", _any_action)), ("forge",)),
    "reply_check_off": Planted(
        _patched((activities.replies, "check_reply", lambda *_, **__: Verification())), ("drafts",)
    ),
    "link_allow_list_off": Planted(_patched((domain.grounding, "_ungrounded_links", lambda *_: [])), ("drafts",)),
    "invisible_characters_kept": Planted(_patched((domain.text, "_INVISIBLE", re.compile("(?!)"))), ("drafts",)),
    "mask_off": Planted(_patched((Mask, "hide", lambda _, text: Masked(text))), ("mask",)),
    "words_in_log": Planted(_patched((activities.understanding, "read_messages", _logging_words)), ("limits",)),
    "words_in_errors": Planted(
        _patched(
            (
                activities.failures,
                "as_application_error",
                lambda error: ApplicationError(str(error), non_retryable=True),
            )
        ),
        ("errors",),
    ),
}
