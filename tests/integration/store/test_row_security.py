"""Row-level security: what each scope sees and may do, as the database decides it, whatever our own queries ask for."""

from collections.abc import Mapping
from datetime import timedelta

import psycopg
import pytest

from domain.agreement import Comparison
from domain.approval import EVERY_ROLE, DecisionVerdict, Settlement
from domain.conflict import ConflictKind, FoundConflict
from domain.event import TicketEvent
from domain.handling import Beat
from domain.hook import HOOK_EVENTS
from domain.operator import OperatorRole
from domain.ticket import TicketRef
from store.api_keys import create_key
from store.approvals import NewDecision, insert_decision, insert_request, settle_approval, snooze
from store.autonomy import NewCase, NewLevel, insert_case, insert_comparison, open_cases, set_level
from store.claims import claim
from store.codes import ask_for_code
from store.conflicts import passages_of, save_conflicts
from store.contexts import insert_context
from store.corrections import NewCorrection, insert_correction, insert_review
from store.drafts import NewDraft, insert_draft
from store.errors import StoreFault
from store.events import append_events
from store.facts import insert_fact
from store.handling import keep_beat
from store.handoffs import insert_handoff
from store.hook_calls import queue_calls
from store.hook_conversations import bind_conversation
from store.hooks import NewHook, accept_delivery, create_hook
from store.idempotency import Answer, RequestKey, claim_request, remember
from store.identity import save_standing
from store.inbox import accept_message
from store.judged import keep_judged
from store.knowledge import replace_article
from store.ledger import settle
from store.members import change_member
from store.messages import Attachment
from store.operators import add_operator
from store.outbox import announce
from store.pauses import NewPause, hold, pause, resume
from store.pools import Pools
from store.procedures import save_procedure
from store.questions import NewQuestion, save_question
from store.ratings import Rating, save_rating
from store.roles import Role
from store.rows import Connection
from store.snoozes import snooze_ticket
from store.sources import NewSource, add_source, begin_run, list_sources, save_listing
from store.versions import NewChange, save_change, save_version
from store.watches import announce_change
from tests.integration.store.makers import (
    NOW,
    events,
    intent,
    make_article,
    make_context,
    make_judged,
    make_packet,
    make_procedure,
    make_ref,
    open_ticket,
    refund,
    request,
    says,
    unit_vector,
)

TENANTS = ("meridian", "tidewater", "alder")
CUSTOMERS = ("c-1", "c-2")
#: Tables of a tenant as a whole: a customer's scope sees none of them, or, of the knowledge base, all of the tenant's.
PER_TENANT = {
    "tenant_heads",
    "events",
    "procedure_versions",
    "api_keys",
    "idempotency",
    "articles",
    "passages",
    "passage_words",
    "pauses",
    "pause_ends",
    "hooks",
    "hook_calls",
    "hook_deliveries",
    "knowledge_conflicts",
    "knowledge_sources",
    "knowledge_runs",
    "knowledge_items",
    "published_versions",
    "version_changes",
    "autonomy_levels",
    "correction_reviews",
    "memberships",
    "member_changes",
}
#: Tables that name a customer and that only operators and the ledger look into.
FOR_OPERATORS = {
    "handoffs",
    "hook_conversations",
    "held_actions",
    "approval_snoozes",
    "ticket_snoozes",
    "identity_codes",
    "effect_changes",
    "erasures",
    "knowledge_questions",
    "model_calls",
    "judged_facts",
    "autonomy_cases",
    "autonomy_comparisons",
    "corrections",
    "handling",
    "answer_reviews",
}
KNOWLEDGE = {"articles", "passages", "passage_words"}


async def fill(pools: Pools, tenant: str, customer: str) -> TicketRef:
    """Leave at least one row of this customer in every table that holds such rows; each carries a canary."""
    ref = make_ref(tenant, customer)
    canary = f"canary {tenant} {customer}"
    action = refund(ref)
    async with pools.operator(tenant) as conn:
        file = Attachment.of("a.txt", "text/plain", canary.encode())
        await open_ticket(conn, ref, says(canary, external_id="m-1" + customer, attachments=[file]))
        await insert_draft(conn, ref, NewDraft(turn=1, text=canary), NOW)
        await insert_context(conn, ref, turn=1, key="1/gather", context=make_context(canary), at=NOW)
        await insert_fact(conn, ref, turn=1, action_id=f"{ref.ticket_id}/a9", name="x", body={"a": canary}, at=NOW)
        await insert_handoff(conn, ref, 1, make_packet())
        await snooze_ticket(conn, ref, by="op-1", until=NOW + timedelta(hours=1), at=NOW)
        await save_rating(conn, ref, Rating(score=5, comment=canary, rated_by=customer, at=NOW))
        await insert_request(conn, ref, request(action), canary)
        decision = NewDecision(
            approval_id=action.action_id,
            verdict=DecisionVerdict.approved,
            args_sha256=action.args_sha256,
            decided_by="op-1",
            reason=canary,
            at=NOW,
            auth_method="api_key",
            key_kind="operator",
            roles=(EVERY_ROLE,),
        )
        await snooze(conn, tenant, action.action_id, by="op-1", until=NOW + timedelta(hours=1), at=NOW)
        made = await insert_decision(conn, tenant, decision)
        await settle_approval(
            conn,
            ref,
            Settlement(approval_id=action.action_id, how="approved", decision_id=made.decision_id, at=NOW),
        )
        await claim(conn, ref, intent(action, f"refund:{customer}", approval_id=action.action_id))
        await save_standing(conn, ref, 1, "code", NOW)
        await ask_for_code(conn, ref, NOW)
        await settle(conn, tenant, action.action_id, "succeeded", code="succeeded", outcome={"ref": "re_1"}, at=NOW)
        await announce_change(conn, tenant, "re_1", NOW)
        held_by = await pause(conn, tenant, NewPause(scope="all", paused_by="op-1", reason=canary, at=NOW))
        await hold(conn, ref, action.action_id, held_by.id, NOW)
        await resume(conn, tenant, held_by.id, by="op-1", at=NOW)
        await fill_hooks(conn, ref)
        told = [TicketEvent(seq=1, kind="ticket_opened", at=NOW), *events(2, 2)]
        await append_events(conn, tenant, ref.ticket_id, told)
        await queue_calls(conn, tenant, NOW)
        await fill_trust(conn, ref)
        await fill_tenant(conn, tenant)
    operator_id = f"op-{tenant}-{customer}"
    async with pools.auth() as conn:
        await add_operator(conn, operator_id, canary, None, NOW)
    async with pools.operator(tenant) as conn:
        await change_member(conn, tenant, operator_id, OperatorRole.viewer, NOW, changed_by=None)
    return ref


async def fill_trust(conn: Connection, ref: TicketRef) -> None:
    """Leave a level, a withheld turn that was compared, a correction that was reviewed, and a heartbeat."""
    canary = f"canary {ref.tenant} {ref.customer_id}"
    level = NewLevel(procedure="late_refund", level="shadow", before="auto", reason="x", set_by="op-1", at=NOW)
    await set_level(conn, ref.tenant, level)
    await insert_case(
        conn,
        ref,
        NewCase(
            turn=1,
            procedure="late_refund",
            level="shadow",
            would="answer",
            draft_id=None,
            context_id=None,
            actions=(),
            after_seq=1,
            at=NOW,
        ),
    )
    [case] = await open_cases(conn, ref.tenant, ref.ticket_id)
    await insert_comparison(conn, ref, case.id, Comparison(did="answer"), by="op-1", at=NOW)
    new = NewCorrection(
        seq=1, kind="intent", was=None, intent="late_refund", words=canary, note=canary, corrected_by="op-1", at=NOW
    )
    number = await insert_correction(conn, ref, new)
    await insert_review(conn, ref.tenant, number, "accepted", reason=None, by="op-1", at=NOW)
    beat = Beat(ticket_id=ref.ticket_id, session_id=f"s-{ref.ticket_id}", seq=1, open_ms=1, active_ms=1)
    await keep_beat(conn, ref, beat, by=f"op-{ref.customer_id}", at=NOW)


async def fill_hooks(conn: Connection, ref: TicketRef) -> None:
    """Leave a hook that will be called, a delivery and a conversation."""
    hook = NewHook(
        hook_id=f"H-{ref.ticket_id[2:]}",
        direction="outbound",
        url="https://example.com/hook",
        events=HOOK_EVENTS,
        created_by="op-1",
        at=NOW,
    )
    await create_hook(conn, ref.tenant, hook)
    await accept_delivery(conn, ref.tenant, "crm", f"msg_{ref.customer_id}", NOW)
    await bind_conversation(conn, ref, "crm", f"conversation of {ref.customer_id}")


async def fill_tenant(conn: Connection, tenant: str) -> None:
    """Leave rows in the tables of a tenant as a whole."""
    await save_procedure(conn, tenant, make_procedure("1" * 64), NOW)
    number = await save_version(
        conn, tenant, "policy", version="1" * 64, yaml=f"canary {tenant}", note="x", published_by="op-1", at=NOW
    )
    change = NewChange(
        part="policy", number=number, how="published", file_version=None, changed_by="op-1", reason="x", at=NOW
    )
    await save_change(conn, tenant, change)
    article = make_article("returns", f"canary {tenant}")
    await replace_article(conn, tenant, article, [unit_vector(1)], model="m", at=NOW)
    other = make_article("refunds", f"another canary {tenant}")
    await replace_article(conn, tenant, other, [unit_vector(2)], model="m", at=NOW)
    one, two = await passages_of(conn, tenant, ["refunds", "returns"])
    found = FoundConflict(
        kind=ConflictKind.date, said_a="a", said_b="b", passage_a=one, passage_b=two, conflict_id="C-0123456789"
    )
    await save_conflicts(conn, tenant, [found], at=NOW, found_by="ingestion")
    if not await list_sources(conn, tenant):
        source = NewSource(source_id="docs", kind="folder", location=f"/{tenant}", created_by="op-1", at=NOW)
        await add_source(conn, tenant, source)
        await begin_run(conn, tenant, "docs", 1, NOW)
        await save_listing(conn, tenant, "docs", 1, {f"canary {tenant}": None}, read_as="x")
    await create_key(conn, tenant, "key", [], NOW)
    asked = RequestKey(tenant=tenant, key="k", route="r", request_sha256="a" * 64)
    if await claim_request(conn, asked) is None:
        await remember(conn, asked, Answer(status=200, response=f"canary {tenant}"), NOW)


@pytest.fixture
async def filled(pools: Pools, superuser: psycopg.AsyncConnection) -> list[TicketRef]:
    """A database with rows of three tenants with two customers each."""
    refs = [await fill(pools, tenant, customer) for tenant in TENANTS for customer in CUSTOMERS]
    for ref in refs:  # an erasure proper would take the words that are looked for
        await superuser.execute(
            "insert into setright.erasures (tenant, customer_id, asked_by, at, counts) values (%s, %s, 'x', %s, '{}')",
            [ref.tenant, ref.customer_id, NOW],
        )
        await superuser.execute(
            "insert into setright.model_calls (tenant, ticket_id, customer_id, purpose, workflow_id, run_id,"
            " activity_id, attempt, number, provider, model, begun_at)"
            " values (%s, %s, %s, 'plan', 'w', 'r', '1', 1, 1, 'local', 'm', %s)",
            [ref.tenant, ref.ticket_id, ref.customer_id, NOW],
        )
        async with pools.operator(ref.tenant) as conn:  # after the erasure, with which questions go
            await conn.execute(
                "insert into setright.answer_reviews select %s, %s, %s, 1, id, 'stale', 'op-1', %s"
                " from setright.passages limit 1",
                [ref.tenant, ref.ticket_id, ref.customer_id, NOW],
            )
            asked = NewQuestion(seqs=(1,), language="en", model="m", embedding=(1.0, *[0.0] * 383), at=NOW)
            await save_question(conn, ref, 1, asked)
            await keep_judged(conn, ref, make_judged(f"canary {ref.tenant} {ref.customer_id}"), NOW)
    return refs


async def tenant_tables(superuser: psycopg.AsyncConnection) -> list[str]:
    """Every table that has a tenant column."""
    rows = await superuser.execute(
        "select relname from pg_class join pg_attribute on attrelid = pg_class.oid"
        " where relnamespace = 'setright'::regnamespace and relkind = 'r' and attname = 'tenant' order by relname"
    )
    return [name for (name,) in await rows.fetchall()]


async def owners(conn: Connection, table: str) -> set[tuple[str, str | None]]:
    """Whose rows a scope sees, by tenant and customer; None where it may not read the table at all."""
    customer = "null" if table in PER_TENANT else "customer_id"
    rows = await conn.execute(f"select distinct tenant, {customer} from setright.{table}".encode())
    return set(await rows.fetchall())


@pytest.mark.usefixtures("filled")
async def test_an_operators_scope_sees_one_tenant(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """In every table there are rows, and all of them are of the tenant of the scope."""
    for table in await tenant_tables(superuser):
        customers = [None] if table in PER_TENANT else CUSTOMERS
        for tenant in TENANTS:
            async with pools.operator(tenant) as conn:
                assert await owners(conn, table) == {(tenant, customer) for customer in customers}, table


@pytest.mark.usefixtures("filled")
async def test_a_customers_scope_sees_one_customer(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """In every table it sees that customer's rows or is not let in; of what is the tenant's, it reads the articles."""
    closed = set()
    for table in await tenant_tables(superuser):
        expected: set[tuple[str, str | None]] = {("meridian", None if table in KNOWLEDGE else "c-1")}
        try:
            async with pools.customer("meridian", "c-1") as conn:
                seen = await owners(conn, table)
        except StoreFault:
            closed.add(table)
        else:
            assert seen == expected, table
    assert closed == PER_TENANT - KNOWLEDGE | FOR_OPERATORS


@pytest.mark.usefixtures("filled")
async def test_where_actions_happen_no_operators_words_are_read(pools: Pools) -> None:
    """A customer's scope knows what was decided, and neither why nor by whom."""
    for column in ("reason", "decided_by"):
        with pytest.raises(StoreFault) as caught:
            async with pools.customer("meridian", "c-1") as conn:
                await conn.execute(f"select {column} from setright.approval_decisions".encode())
        assert caught.value.facts["sqlstate"] == "42501"


@pytest.mark.usefixtures("filled")
async def test_a_connection_without_a_scope_sees_nothing(
    dsns: Mapping[Role, str], superuser: psycopg.AsyncConnection
) -> None:
    """Fails closed: no tenant set, an empty one, or one set outside a transaction shows no row."""
    async with await psycopg.AsyncConnection.connect(dsns["operator_scope"], autocommit=True) as conn:
        for prepare in (
            "select 1",
            "set app.tenant = ''",
            "select set_config('app.tenant', 'meridian', true)",  # gone with its own statement
        ):
            await conn.execute(prepare.encode())
            for table in await tenant_tables(superuser):
                assert await owners(conn, table) == set(), table


@pytest.mark.usefixtures("filled")
async def test_nothing_is_left_in_a_connection_for_the_next_scope(dsns: Mapping[Role, str]) -> None:
    """The one connection of a pool goes from tenant to tenant, also after a failure, and carries nothing along."""
    single = await Pools.open({role: dsn for role, dsn in dsns.items() if role != "migrator"}, most=1)
    try:
        async with single.operator("meridian") as conn:
            first = conn.info.backend_pid
        with pytest.raises(StoreFault):
            async with single.operator("meridian") as conn:
                await conn.execute("select no_such_column from setright.tickets")
        async with single.operator("tidewater") as conn:
            assert conn.info.backend_pid == first
            assert await owners(conn, "messages") == {("tidewater", customer) for customer in CUSTOMERS}
        async with single._pools["operator_scope"].connection() as conn:
            assert await owners(conn, "messages") == set()
            row = await (await conn.execute("select current_setting('app.tenant', true)")).fetchone()
            assert row == ("",)  # not null: what the policies' nullif is for
    finally:
        await single.close()


async def test_rows_of_others_cannot_be_written(pools: Pools, filled: list[TicketRef]) -> None:
    """Inserting for, moving to, or changing rows of another tenant or customer is refused or touches nothing."""
    neighbour, tidewater = filled[1], filled[2]
    for scope, other in (
        (pools.customer("meridian", "c-1"), neighbour),
        (pools.customer("meridian", "c-1"), tidewater),
        (pools.operator("meridian"), tidewater),
    ):
        with pytest.raises(StoreFault) as caught:
            async with scope as conn:
                await announce(conn, other, "message", 99, NOW)
        assert caught.value.facts["sqlstate"] == "42501"
    async with pools.operator("meridian") as conn:
        touched = await conn.execute(
            "update setright.tickets set status = 'closed' where ticket_id = %s", [tidewater.ticket_id]
        )
        assert touched.rowcount == 0
    async with pools.customer("meridian", "c-1") as conn:
        touched = await conn.execute("update setright.tickets set last_message_seq = 0")
        assert touched.rowcount == 1


async def test_a_row_cannot_name_another_customer_than_its_ticket(pools: Pools, filled: list[TicketRef]) -> None:
    """Even within the tenant, what belongs to a ticket belongs to the ticket's customer."""
    forged = filled[0].model_copy(update={"customer_id": "c-2"})
    with pytest.raises(StoreFault) as caught:
        async with pools.operator("meridian") as conn:
            await insert_draft(conn, forged, NewDraft(turn=2, text="forged"), NOW)
    assert caught.value.facts["sqlstate"] == "23503"


@pytest.mark.usefixtures("filled")
async def test_unique_keys_tell_nothing_of_other_tenants(pools: Pools) -> None:
    """The same external id, business key, slug, procedure and idempotency key were used by all tenants alike."""
    async with pools.operator("newcomer") as conn:
        ref = make_ref("newcomer")
        accepted = await open_ticket(conn, ref, says("first", external_id="m-1c-1"))
        assert not accepted.is_repeat
        await fill_tenant(conn, "newcomer")
        await claim(conn, ref, intent(refund(ref), "refund:c-1"))


@pytest.mark.usefixtures("filled")
async def test_the_owner_is_bound_too(superuser: psycopg.AsyncConnection) -> None:
    """FORCE: as the owner nobody sees a row, but for look-ups of keys and operators, and words."""
    tables = await tenant_tables(superuser)
    await superuser.execute("set role setright_owner")
    seen = {table for table in tables if await owners(superuser, table)}
    assert seen == {"api_keys", "memberships", "passage_words"}


async def test_the_superuser_would_see_everything(superuser: psycopg.AsyncConnection, filled: list[TicketRef]) -> None:
    """Why neither the product nor these tests connect as the superuser: no policy binds it."""
    assert len(await owners(superuser, "messages")) == len(filled)


@pytest.mark.usefixtures("filled")
async def test_a_migrator_sees_no_rows(dsns: Mapping[Role, str]) -> None:
    """The role that changes the schema cannot read what is in it, neither as itself nor as the owner it may become."""
    async with await psycopg.AsyncConnection.connect(dsns["migrator"], autocommit=True) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("select * from setright.messages")
        await conn.execute("set role setright_owner")
        assert await owners(conn, "messages") == set()


async def test_notifications_carry_ids_alone(dsns: Mapping[Role, str], pools: Pools, filled: list[TicketRef]) -> None:
    """LISTEN is open to every role, so a notice says that something is there and not what."""
    async with await psycopg.AsyncConnection.connect(dsns["auth"], autocommit=True) as conn:
        await conn.execute("listen setright_events; listen setright_outbox")
        async with pools.operator("meridian") as scoped:
            await accept_message(scoped, filled[0], says("a secret"))
            await append_events(scoped, "meridian", filled[0].ticket_id, events(3, 3, note="secret"))
        payloads = [notice.payload async for notice in conn.notifies(timeout=5, stop_after=2)]
    assert sorted(payloads, key=len) == [payloads[0], f"meridian|{filled[0].ticket_id}|3"]
    assert payloads[0].isdigit()
