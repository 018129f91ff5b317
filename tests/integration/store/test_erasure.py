"""Forgetting a customer: every column is known, every word of theirs goes, and nothing else changes."""

from collections.abc import Mapping
from datetime import timedelta

import psycopg
import pytest
from pydantic import JsonValue

from domain.approval import EVERY_ROLE, Decision, DecisionVerdict, Settlement
from domain.errors import Conflict, NotFound
from domain.event import TicketEvent
from domain.handoff import Entitled, KnownFrom, WaitingApproval
from domain.message import AuthorKind
from domain.ticket import TicketRef, TicketStatus
from store.approvals import NewDecision, insert_decision, insert_request, list_approvals, settle_approval
from store.audit import verify_chain
from store.claims import claim
from store.contexts import insert_context
from store.corrections import NewCorrection, insert_correction, insert_review, list_wordings, read_lessons
from store.drafts import NewDraft, insert_draft
from store.erasure import erase_words, list_forgotten, read_standing
from store.errors import StoreFault
from store.events import append_events, read_events
from store.facts import insert_fact
from store.handoffs import insert_handoff, list_handoffs
from store.hook_conversations import bind_conversation, ticket_of_conversation
from store.idempotency import Answer, RequestKey, claim_request, remember
from store.inbox import Stub, accept_message
from store.judged import keep_judged
from store.ledger import mark_unknown, settle, ticket_actions
from store.messages import Attachment, read_messages
from store.pools import Pools
from store.questions import NewQuestion, save_question
from store.ratings import Rating, save_rating
from store.settling import NewSettling, settle_by_hand
from store.tickets import project_ticket, read_ticket
from tests.integration.store.makers import (
    NOW,
    intent,
    make_context,
    make_judged,
    make_packet,
    make_ref,
    refund,
    request,
    says,
)

#: Columns that hold words by, to or about a customer: `erase_words` empties each of them.
ERASED = {
    "action_ledger.args",
    "action_ledger.outcome",
    "approval_decisions.reason",
    "approval_requests.rendered_text",
    "attachments.content",
    "attachments.media_type",
    "attachments.name",
    "attachments.sha256",
    "contexts.body",
    "action_ledger.settled_because",
    "contexts.key",
    "contexts.name",
    "corrections.note",
    "corrections.sent",
    "corrections.suggested",
    "corrections.words",
    "drafts.text",
    "facts.body",
    "facts.name",
    "handoffs.packet",
    "hook_conversations.conversation_id",
    "hook_conversations.source",
    "idempotency.response",
    "judged_facts.body",
    "messages.external_id",
    "messages.text",
    "ratings.comment",
    "tickets.subject",
}
#: Columns of these names hold no words, whichever table they are in.
COMMON: Mapping[str, str] = {
    "tenant": "a name that the operator of the installation chose",
    "ticket_id": "random",
    "customer_id": "the customer as the shop's own system names them; what is left refers to it",
    "action_id": "the ticket's id and a number",
    "approval_id": "the ticket's id and a number",
    "args_sha256": "a digest",
    "sha256": "a digest",
    "hash": "a digest",
    "prev_hash": "a digest",
    "policy_version": "a digest",
    "status": "a label",
    "channel": "a label",
    "identity": "a label",
    "kind": "a label",
    "code": "a label",
    "currency": "a currency's code",
    "queue": "a label",
    "rules": "labels",
    "roles": "labels",
    "last_error_code": "a label",
    "hook_id": "random",
    "source": "a label that the operator of the installation chose",
    "language": "a language's code",
}
#: Any other column without words, and what it holds instead.
NO_WORDS: Mapping[str, tuple[str, ...]] = {
    "labels and numbers that code chose": (
        "action_ledger.action",
        "action_ledger.procedure",
        "action_transitions.after",
        "action_transitions.before",
        "approval_decisions.amended_currency",
        "approval_decisions.auth_method",
        "approval_decisions.key_kind",
        "approval_decisions.verdict",
        "approval_requests.role",
        "approval_settlements.how",
        "drafts.citations",
        "autonomy_cases.level",
        "autonomy_cases.procedure",
        "autonomy_cases.would",
        "autonomy_comparisons.did",
        "autonomy_comparisons.edit_share",
        "autonomy_comparisons.reply",
        "autonomy_levels.before",
        "autonomy_levels.level",
        "autonomy_levels.procedure",
        "approval_requests.procedure",
        "correction_reviews.verdict",
        "corrections.intent",
        "corrections.was",
        "answer_reviews.standing",
        "model_calls.model",
        "model_calls.outcome",
        "model_calls.price_source",
        "model_calls.provider",
        "model_calls.purpose",
        "drafts.findings",
        "erasures.counts",
        "handoffs.reason",
        "messages.audience",
        "messages.author",
        "messages.external_channel",
        "migrations.name",
        "ticket_identities.by",
        "ticket_identities.level",
        "tickets.intent",
        "tickets.procedure",
        "tickets.procedure_version",
        "tickets.resolution",
        "tickets.sla",
        "tickets.waiting_for",
    ),
    "handles, labels, amounts, places and digests: a proposal or an event has no words": (
        "action_ledger.proposal",
        "approval_decisions.amended",
        "approval_requests.action",
        "autonomy_cases.actions",
        "drafts.parts",
        "events.body",
    ),
    "made of records' ids, labels and digests": (
        "action_ledger.business_key",
        "action_ledger.idempotency_key",
        "action_ledger.subject",
        "idempotency.request_sha256",
        "tenant_heads.ticket_hash",
    ),
    "ids of rows, requests and deliveries, by us or by whoever sent them": (
        "handling.session_id",
        "model_calls.activity_id",
        "model_calls.run_id",
        "model_calls.workflow_id",
        "hook_deliveries.delivery_id",
        "idempotency.key",
        "knowledge_conflicts.conflict_id",
        "knowledge_conflicts.found_by",
        "idempotency.route",
        "tickets.follow_up_of",
    ),
    "ids of operators and keys, who are not the customer": (
        "action_ledger.settled_by",
        "answer_reviews.reviewed_by",
        "approval_decisions.decided_by",
        "approval_requests.requested_by",
        "approval_snoozes.snoozed_by",
        "autonomy_comparisons.by",
        "autonomy_levels.set_by",
        "correction_reviews.reviewed_by",
        "corrections.corrected_by",
        "handling.operator_id",
        "member_changes.changed_by",
        "member_changes.operator_id",
        "memberships.operator_id",
        "operators.operator_id",
        "sessions.operator_id",
        "sign_in_links.operator_id",
        "ticket_snoozes.operator_id",
        "erasures.asked_by",
        "handoffs.accepted_by",
        "hooks.created_by",
        "knowledge_conflicts.decided_by",
        "messages.author_id",
        "pause_ends.lifted_by",
        "pauses.paused_by",
        "ratings.rated_by",
        "tickets.assigned_to",
    ),
    "salted digests of codes that live for minutes": ("identity_codes.digest", "identity_codes.salt"),
    "a vector and places of a customer's words: the rows are deleted, as a test below says": (
        "knowledge_questions.embedding",
        "knowledge_questions.seqs",
    ),
    "the installation's own: operators, keys, hooks, pauses": (
        "member_changes.approves",
        "member_changes.role",
        "memberships.approves",
        "memberships.role",
        "operators.email",
        "operators.name",
        "operators.password_hash",
        "sign_in_failures.tokens",
        "sessions.chosen_tenant",
        "sessions.csrf",
        "sessions.method",
        "api_keys.name",
        "api_keys.operator_id",
        "api_keys.prefix",
        "api_keys.scopes",
        "autonomy_levels.reason",
        "correction_reviews.reason",
        "hooks.direction",
        "hooks.events",
        "hooks.url",
        "pauses.name",
        "pauses.reason",
        "pauses.scope",
        "published_versions.note",
        "published_versions.published_by",
        "version_changes.changed_by",
        "version_changes.how",
        "version_changes.reason",
        "knowledge_conflicts.note",
    ),
    "the workspace's own words: procedures and articles": (
        "articles.audience",
        "articles.products",
        "articles.slug",
        "knowledge_conflicts.said_a",
        "knowledge_conflicts.said_b",
        "knowledge_questions.answered_by",
        "knowledge_questions.model",
        "articles.source_id",
        "articles.title",
        "articles.url",
        "passages.audience",
        "passages.codes",
        "passages.embedding",
        "passages.model",
        "passages.path",
        "passages.products",
        "passages.section",
        "passages.slug",
        "passages.text",
        "passages.words",
        "passage_words.word",
        "articles.audience",
        "articles.products",
        "articles.source_id",
        "articles.url",
        "knowledge_items.digest",
        "knowledge_items.etag",
        "knowledge_items.item",
        "knowledge_items.listed_digest",
        "knowledge_items.modified",
        "knowledge_items.problems",
        "knowledge_items.read_as",
        "knowledge_items.slugs",
        "knowledge_items.source_id",
        "knowledge_runs.error_code",
        "knowledge_runs.problems",
        "knowledge_runs.source_id",
        "knowledge_runs.state",
        "knowledge_runs.version",
        "knowledge_sources.audience",
        "knowledge_sources.created_by",
        "knowledge_sources.kind",
        "knowledge_sources.location",
        "knowledge_sources.products",
        "knowledge_sources.source_id",
        "knowledge_sources.sync_every",
        "passages.audience",
        "passages.codes",
        "passages.path",
        "passages.products",
        "procedure_versions.body",
        "procedure_versions.name",
        "procedure_versions.version",
        "published_versions.part",
        "published_versions.version",
        "published_versions.yaml",
        "version_changes.file_version",
        "version_changes.part",
    ),
}


async def test_every_column_that_could_hold_words_is_known(superuser: psycopg.AsyncConnection) -> None:
    """A new column fails here until somebody says whether a customer's words can be in it, and erases them if so."""
    rows = await superuser.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'setright'"
        " and udt_name not in ('int2', 'int4', 'int8', 'bool', 'timestamptz', 'date')"
    )
    known = ERASED | {column for columns in NO_WORDS.values() for column in columns}
    unknown = {
        f"{table}.{column}"
        for table, column in await rows.fetchall()
        if f"{table}.{column}" not in known and column not in COMMON
    }
    assert unknown == set()


async def test_a_customer_s_questions_go_with_their_words(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """A vector says nearly what its words said: the rows go, and are counted; another customer's stay."""
    gone = await whole_life(pools, "Zwetschge")
    stays = await whole_life(pools, "Mirabelle", customer="c-2")
    asked = NewQuestion(seqs=(1,), language="en", model="minilm", embedding=(1.0, *[0.0] * 383), at=NOW)
    async with pools.operator("meridian") as conn:
        for ref in (gone, stays):
            await save_question(conn, ref, 1, asked)
        erasure = await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
    assert erasure.counts["questions"] == 1
    rows = await superuser.execute("select ticket_id from setright.knowledge_questions")
    assert await rows.fetchall() == [(stays.ticket_id,)]


async def test_why_an_effect_was_settled_goes_with_the_words(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """Whoever settled it stays on record, as whoever approves does; what they wrote about it goes."""
    ref = await whole_life(pools, "Zwetschge")
    action_id = f"{ref.ticket_id}/a7"
    said = {
        "ticket_id": ref.ticket_id,
        "action_id": action_id,
        "finding": "did_not_take_place",
        "by": "olga",
        "at": NOW,
    }
    async with pools.operator("meridian") as conn:
        await claim(conn, ref, intent(refund(ref, 7), business_key="refund:pay-7"))
        await mark_unknown(conn, "meridian", action_id, code="effect_unknown")
        settling = NewSettling.model_validate(said | {"because": "Asked for the Zwetschge by phone."})
        await settle_by_hand(conn, "meridian", settling)
        await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
        assert await verify_chain(conn, "meridian") == []
    rows = await superuser.execute(
        "select settled_by, settled_because from setright.action_ledger where action_id = %s", [action_id]
    )
    assert await rows.fetchall() == [("olga", "[erased]")]


async def whole_life(pools: Pools, canary: str, tenant: str = "meridian", customer: str = "c-1") -> TicketRef:
    """A closed ticket with something in every column that can hold words."""
    ref = make_ref(tenant, customer)
    photo = Attachment.of(f"{canary}.txt", "text/plain", f"photo of {canary}".encode())
    action = refund(ref)
    asked = request(action)
    async with pools.operator(tenant) as conn:
        first = says(f"I am {canary}.", external_id=f"web-{canary}", attachments=(photo,))
        await accept_message(conn, ref, first, stub=Stub(subject=f"About {canary}"))
        note = says(f"{canary} sounds upset.", author=AuthorKind.operator, author_id="op-1", is_note=True)
        await accept_message(conn, ref, note)
        await insert_draft(conn, ref, NewDraft(turn=1, attempt=1, text=f"Hello {canary}.", parts=(), citations=()), NOW)
        await insert_context(conn, ref, turn=1, key="1/gather", context=make_context(canary), at=NOW)
        await insert_fact(conn, ref, turn=1, action_id=action.action_id, name="track", body={"to": canary}, at=NOW)
        words = {"summary": canary, "slots": {"address": canary}, "known": {"name": canary}, "attachments": (canary,)}
        told: dict[str, object] = {"told_customer": canary, "open_question": canary, "suggested_next_step": canary}
        told["customer"] = Entitled(customer_id=customer, name=canary, identity="proven", tier="standard")
        told["known_from"] = {canary: KnownFrom(kind="records")}
        told["waiting"] = (
            WaitingApproval(approval_id=action.action_id, action="issue_refund", text=canary, state="open"),
        )
        await keep_judged(conn, ref, make_judged(canary), NOW)
        await insert_handoff(conn, ref, 1, make_packet().model_copy(update={**words, **told}))
        await save_rating(conn, ref, Rating(score=2, comment=canary, rated_by="key:1", at=NOW))
        await insert_request(conn, ref, asked, f"Issue a refund for {canary}")
        decision = await decided(conn, tenant, asked.approval_id, action.args_sha256, canary)
        settlement = {"approval_id": asked.approval_id, "how": "approved", "decision_id": decision.decision_id}
        await settle_approval(conn, ref, Settlement.model_validate({**settlement, "at": NOW}))
        wanted = intent(action, f"refund:{ref.ticket_id}", args={"to": canary}, approval_id=asked.approval_id)
        await claim(conn, ref, wanted)
        outcome: dict[str, JsonValue] = {
            "status": "succeeded",
            "code": "succeeded",
            "ref": "re-1",
            "facts": {"to": canary},
        }
        await settle(conn, tenant, action.action_id, "succeeded", code="succeeded", outcome=outcome, at=NOW)
        await remember(
            conn, key_of(ref), Answer(status=200, response={"ticket_id": ref.ticket_id, "text": canary}), NOW
        )
        await bind_conversation(conn, ref, "helpdesk", canary)
        wrong = NewCorrection(
            seq=1,
            kind="reply",
            was="x",
            intent="x",
            words=canary,
            note=canary,
            corrected_by="op-1",
            at=NOW,
            suggested=canary,
            sent=canary,
        )
        await insert_review(
            conn, tenant, await insert_correction(conn, ref, wrong), "accepted", reason=None, by="op-1", at=NOW
        )
        await close(conn, ref)
    return ref


async def decided(conn: psycopg.AsyncConnection, tenant: str, approval_id: str, digest: str, canary: str) -> Decision:
    """An approval with a reason."""
    return await insert_decision(
        conn,
        tenant,
        NewDecision(
            approval_id=approval_id,
            verdict=DecisionVerdict.approved,
            args_sha256=digest,
            decided_by="op-1",
            reason=f"{canary} is right.",
            at=NOW,
            auth_method="api_key",
            roles=(EVERY_ROLE,),
            key_kind="operator",
        ),
    )


async def close(conn: psycopg.AsyncConnection, ref: TicketRef) -> None:
    """Close a ticket as its workflow would."""
    events = [
        TicketEvent(seq=1, kind="ticket_opened", at=NOW, body={"channel": "api"}),
        TicketEvent(seq=2, kind="closed", at=NOW, body={"by": "op-1"}),
    ]
    await project_ticket(conn, ref, 2, NOW, status=TicketStatus.closed)
    await append_events(conn, ref.tenant, ref.ticket_id, events)


def key_of(ref: TicketRef) -> RequestKey:
    """The idempotency key that the ticket was opened under."""
    return RequestKey(tenant=ref.tenant, key=f"k-{ref.ticket_id}", route="POST /v1/tickets", request_sha256="c" * 64)


async def everything(superuser: psycopg.AsyncConnection) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    tables = await superuser.execute(
        "select relname from pg_class where relnamespace = 'setright'::regnamespace and relkind = 'r'"
    )
    found = {}
    for (table,) in await tables.fetchall():
        rows = await superuser.execute(
            f"select kept::text, encode(kept::text::bytea, 'escape') from setright.{table} as kept".encode()
        )
        found[str(table)] = [text for (text, _) in await rows.fetchall()]
    return found


def holding(rows: dict[str, list[str]], words: str) -> dict[str, list[str]]:
    """The rows that hold some words, attachments decoded."""
    needles = (words, words.encode().hex())
    held = {table: [row for row in texts if any(needle in row for needle in needles)] for table, texts in rows.items()}
    return {table: sorted(texts) for table, texts in held.items() if texts}


async def test_every_word_goes_and_nothing_else(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """No row holds the customer's canary any more; another customer's rows, and another tenant's, are as they were."""
    ref = await whole_life(pools, "Zwetschge")
    others = [
        await whole_life(pools, "Mirabelle", customer="c-2"),
        await whole_life(pools, "Quitte", tenant="tidewater"),
    ]
    before = await everything(superuser)
    planted = holding(before, "Zwetschge")
    assert {column.partition(".")[0] for column in ERASED} == set(planted)
    async with pools.operator("meridian") as conn:
        erasure = await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW + timedelta(days=1))
    after = await everything(superuser)
    assert holding(after, "Zwetschge") == {}
    for other in others:
        assert holding(after, other.ticket_id) == holding(before, other.ticket_id)
    async with pools.operator("meridian") as conn:
        assert [it.text for it in (await read_lessons(conn, "meridian")).examples] == ["Mirabelle"]
        assert [it.sent for it in await list_wordings(conn, "meridian", accepted_only=False)] == ["Mirabelle"]
    assert erasure.counts == {
        "corrections": 1,
        "tickets": 1,
        "messages": 2,
        "attachments": 1,
        "drafts": 1,
        "contexts": 1,
        "facts": 1,
        "handoffs": 1,
        "ratings": 1,
        "approval_requests": 1,
        "approval_decisions": 1,
        "actions": 1,
        "answers": 1,
        "conversations": 1,
        "questions": 0,
        "judged_facts": 1,
    }
    assert (erasure.customer_id, erasure.asked_by) == ("c-1", "olga")
    async with pools.operator("meridian") as conn:
        row = await read_ticket(conn, "meridian", ref.ticket_id)
    assert row.subject is None


async def test_what_is_left_is_readable_and_still_verifies(pools: Pools) -> None:
    """The ledger keeps its key, amount and reference, the record its chain; whoever opens the ticket sees the mark."""
    ref = await whole_life(pools, "Zwetschge")
    async with pools.operator("meridian") as conn:
        [paid] = await ticket_actions(conn, "meridian", ref.ticket_id)
        await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
    async with pools.operator("meridian") as conn:
        assert await verify_chain(conn, "meridian") == []
        events = await read_events(conn, "meridian", ref.ticket_id)
        assert [event.kind for event in events] == ["ticket_opened", "closed", "erased"]
        assert events[-1].body["by"] == "olga"
        assert (await read_ticket(conn, "meridian", ref.ticket_id)).last_event_seq == 3
        assert {message.text for message in await read_messages(conn, "meridian", ref.ticket_id)} == {"[erased]"}
        [kept] = await ticket_actions(conn, "meridian", ref.ticket_id)
        assert kept.model_copy(update={"args": paid.args, "outcome": paid.outcome}) == paid
        assert kept.args == {}
        assert kept.outcome is not None
        assert (kept.outcome["ref"], kept.outcome["facts"]) == ("re-1", {})
        [handoff] = await list_handoffs(conn, "meridian", ticket_id=ref.ticket_id, waiting=False)
        assert handoff.packet.summary == "[erased]"
        [approval] = await list_approvals(conn, "meridian", ticket_id=ref.ticket_id, open_only=False)
        assert approval.rendered_text == "[erased]"


async def test_an_erased_answer_is_not_given_and_not_made_again(pools: Pools) -> None:
    """A request that comes again under its key is refused: carrying it out once more would bring the words back."""
    ref = await whole_life(pools, "Zwetschge")
    async with pools.operator("meridian") as conn:
        assert await claim_request(conn, key_of(ref)) is not None
        await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
    async with pools.operator("meridian") as conn:
        with pytest.raises(Conflict, match="erased"):
            await claim_request(conn, key_of(ref))
        assert await ticket_of_conversation(conn, "meridian", "helpdesk", "[erased]") is None


async def test_forgetting_again_takes_what_has_come_since(pools: Pools) -> None:
    """The second time finds nothing, or a newer ticket; a ticket is marked once."""
    ref = await whole_life(pools, "Zwetschge")
    for expected in (1, 0):
        async with pools.operator("meridian") as conn:
            erasure = await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
        assert (erasure.counts["tickets"], erasure.counts["actions"]) == (expected, expected)
    await whole_life(pools, "Zwetschge again")
    async with pools.operator("meridian") as conn:
        erasure = await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
        assert (erasure.counts["tickets"], erasure.counts["messages"]) == (1, 2)
        assert [event.kind for event in await read_events(conn, "meridian", ref.ticket_id)].count("erased") == 1
    async with pools.relay() as conn:
        forgotten = await list_forgotten(conn)
        assert [one.customer_id for one in forgotten] == ["c-1"] * 3
        assert await list_forgotten(conn, after=forgotten[1].id) == forgotten[2:]


async def test_what_is_open_or_unsettled_is_refused(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """A ticket that is worked on, or money that nobody has settled, keeps everything as it is."""
    await whole_life(pools, "Zwetschge")
    ref = make_ref()
    async with pools.operator("meridian") as conn:
        await accept_message(conn, ref, says("Zwetschge, too."), stub=Stub())
    before = holding(await everything(superuser), "Zwetschge")
    with pytest.raises(Conflict):
        async with pools.operator("meridian") as conn:
            await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
    async with pools.operator("meridian") as conn:
        await claim(conn, ref, intent(refund(ref)))
        await close(conn, ref)
    async with pools.operator("meridian") as conn:
        assert [ticket.is_acting for ticket in await read_standing(conn, "meridian", "c-1")].count(True) == 1
    with pytest.raises(Conflict):
        async with pools.operator("meridian") as conn:
            await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
    after = holding(await everything(superuser), "Zwetschge")
    assert after == before | {"messages": after["messages"], "tickets": after["tickets"]}
    async with pools.operator("meridian") as conn:
        with pytest.raises(NotFound):
            await read_standing(conn, "meridian", "c-unknown")


OWNER = "set role setright_owner; set app.tenant = 'meridian'; "
FORBIDDEN = {
    "other words": "update setright.approval_requests set rendered_text = 'Refund 1 EUR'",
    "another role": "update setright.approval_requests set rendered_text = '[erased]', role = 'finance'",
    "another action": "update setright.approval_requests set action = '{}'",
    "another verdict": "update setright.approval_decisions set reason = '[erased]', verdict = 'declined'",
    "another reason": "update setright.approval_decisions set reason = 'never mind'",
    "no request": "delete from setright.approval_requests",
    "no decision": "delete from setright.approval_decisions",
    "no erasure": "delete from setright.erasures",
    "no event": "alter table setright.events no force row level security; delete from setright.events",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_erasing_is_all_that_even_the_owner_can_do(
    pools: Pools, superuser: psycopg.AsyncConnection, statement: str
) -> None:
    """What is written once stays as it was written, except that its words may become the mark."""
    await whole_life(pools, "Zwetschge")
    async with pools.operator("meridian") as conn:
        await erase_words(conn, "meridian", "c-1", asked_by="olga", at=NOW)
    async with superuser.transaction(force_rollback=True):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            await superuser.execute((OWNER + statement).encode())


@pytest.mark.parametrize("role", ["operator_scope", "customer_scope"])
async def test_nobody_erases_past_the_function(pools: Pools, superuser: psycopg.AsyncConnection, role: str) -> None:
    """The roles that work on tickets cannot write the mark themselves, nor a row that says they did."""
    await whole_life(pools, "Zwetschge")
    for statement in (
        "update setright.approval_requests set rendered_text = '[erased]'",
        "update setright.messages set text = '[erased]'",
        "delete from setright.contexts",
        "insert into setright.erasures values (default, 'meridian', 'c-1', 'x', now(), '{}')",
    ):
        async with superuser.transaction(force_rollback=True):
            await superuser.execute(f"set local role {role}; set local app.tenant = 'meridian'".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await superuser.execute(statement.encode())


async def test_the_customers_scope_cannot_erase(pools: Pools) -> None:
    """Only a whole tenant's scope may ask for it: a customer's request is an operator's business."""
    await whole_life(pools, "Zwetschge")
    with pytest.raises(StoreFault):
        async with pools.customer("meridian", "c-1") as conn:
            await conn.execute("select setright.erase_words('c-1', 'c-1', now())")
