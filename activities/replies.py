"""Writing and checking replies: the assistant drafts, the checks below trust nobody."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from temporalio import activity
from typing_extensions import override

from activities.contracts import ReplyActivities
from activities.desk import Desk, TenantDesk
from activities.failures import typed_failures
from activities.grounds import effects_of, ground_of
from activities.metering import asked
from activities.queueing import is_about_handoff, promise_for, told
from activities.sight import Sight, look, procedure_of, words_of
from adapters.assistants.port import DraftBrief, PartFacts, Passage
from domain.ask import CheckAsk, DraftAsk, TurnKey
from domain.choice import choice_text
from domain.errors import ActionRefused
from domain.facts import action_view, reply_view
from domain.grounding import MAX_REPLY_CHARS, check_reply, facts_text, names_a_deed
from domain.handing_over import says_handover
from domain.ids import Label
from domain.memory import Memory, ReplyPart, Wish
from domain.message import AuthorKind
from domain.outcome import DraftRef
from domain.points import reach
from domain.procedure import Procedure
from domain.template import show
from domain.text import outgoing_text
from domain.verification import Finding, Verification
from store.approvals import read_decision
from store.drafts import NewDraft, insert_draft, read_draft
from store.knowledge import read_passages
from store.messages import read_messages
from store.rows import Connection


class Replies(ReplyActivities):
    """Drafts from templates and evidence, and the checks before sending."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def draft_reply(self, ask: DraftAsk) -> DraftRef:
        reach("draft_reply.begun")
        ticket, memory = ask.key.ticket, ask.memory
        desk = self._desk.tenant(ticket.tenant)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            sight = await look(self._desk, conn, ask.key, ask.context_id, ask.reads)
            parts = [await _part_facts(conn, desk, ask.key, memory, sight, part) for part in ask.parts]
        async with asked(self._desk, desk, ask.key) as (assistant, meter):
            brief = replace(_brief(ask, desk, sight, parts, ask.findings), attempt=ask.attempt, meter=meter)
            draft = await assistant.draft(brief)
        reach("draft_reply.drafted")
        async with self._desk.pools.operator(ticket.tenant) as conn:
            row = NewDraft(
                turn=ask.key.turn,
                attempt=ask.attempt,
                text=outgoing_text(draft.text, most=MAX_REPLY_CHARS),
                parts=ask.parts,
                citations=tuple(cited.passage_id for cited in draft.citations),
            )
            kept = await insert_draft(conn, ticket, row, ask.key.now)
        reach("draft_reply.committed")
        promised = [promise_for(desk, ask.key, memory, sight, part) for part in ask.parts if is_about_handoff(part)]
        own = [part.template for part in parts if part.template]
        is_unanswered = any(part.kind == "knowledge" for part in ask.parts) and not draft.citations
        return kept.model_copy(
            update={
                "is_unanswered": is_unanswered,
                "fallback": draft.fallback,
                "by_model": draft.by_model,
                "promise": promised[-1] if promised else None,
                "hands_over": not promised and says_handover(draft.text, own),
            }
        )

    @override
    @activity.defn
    @typed_failures
    async def check_reply(self, ask: CheckAsk) -> Verification:
        ticket, memory = ask.key.ticket, ask.memory
        desk = self._desk.tenant(ticket.tenant)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            draft = await read_draft(conn, ticket.tenant, ask.draft.draft_id)
            sight = await look(self._desk, conn, ask.key, ask.context_id, ask.reads)
            parts = [await _part_facts(conn, desk, ask.key, memory, sight, part) for part in ask.parts]
            done = await effects_of(conn, ticket, memory) if names_a_deed(draft.text) else ()
        templates = [
            *(part.template for part in parts if part.template),
            *desk.config.common(memory.language).values(),
        ]

        def known() -> list[str]:
            return [text for part in parts for text in facts_text(part.facts)]

        return check_reply(
            draft.text,
            sources=[passage.text for part in parts for passage in part.passages],
            facts_text=known,
            allowed_links=[*templates, *desk.config.links],
            performed=frozenset(effect.name for effect in done),
            ground=ground_of(_brief(ask, desk, sight, parts), draft.citations, done, desk.backend.specs),
        )


def _brief(
    ask: DraftAsk | CheckAsk,
    desk: TenantDesk,
    sight: Sight,
    parts: Sequence[PartFacts],
    findings: tuple[Finding, ...] = (),
) -> DraftBrief:
    """What the writer is told, and the checker after it."""
    memory = ask.memory
    return DraftBrief(
        parts=tuple(parts),
        language=memory.language,
        common=desk.config.common(memory.language),
        introduce=not memory.is_introduced,
        first_name=sight.context.first_name or None,
        ticket_id=ask.key.ticket.ticket_id,
        findings=findings,
    )


async def _part_facts(
    conn: Connection, desk: TenantDesk, key: TurnKey, memory: Memory, sight: Sight, part: ReplyPart
) -> PartFacts:
    """Look up everything a part's template may name."""
    wish = memory.wish(part.wish) if part.wish is not None else None
    procedure = await procedure_of(conn, desk, wish) if wish is not None else None
    view = sight.facts(key, wish, memory)
    action = await _action_facts(conn, desk, key, sight, part) if part.action is not None else None
    reason = None
    if part.decision_id is not None:
        decision = await read_decision(conn, key.ticket.tenant, part.decision_id)
        reason = decision.reason
    slot = procedure.slots.get(part.slot) if procedure is not None and part.slot is not None else None
    choices = [_intent_choice(desk, choice) or choice_text(choice, sight.context, slot=slot) for choice in part.choices]
    handoff = None
    if is_about_handoff(part):
        handoff = told(desk, promise_for(desk, key, memory, sight, part), key.now, memory.language)
    facts = reply_view(view, action=action, choices=choices, reason=reason, handoff=handoff)
    facts["wish"] = procedure.title if procedure is not None else ""
    if gone := [record for handle in part.sold_out if (record := sight.context.find(handle)) is not None]:
        facts["sold_out"] = [show(record, memory.language) for record in gone]
    return PartFacts(
        part=part,
        template=_template(desk, procedure, part, memory.language),
        facts=facts,
        passages=await _passages(conn, key, part),
        question=await _question(conn, key, wish) if part.kind == "knowledge" and wish is not None else "",
        results=wish.results if wish is not None else (),
    )


def _intent_choice(desk: TenantDesk, choice: str) -> str | None:
    procedure = desk.config.procedures.get(choice)
    return procedure.title if procedure is not None else None


async def _action_facts(
    conn: Connection, desk: TenantDesk, key: TurnKey, sight: Sight, part: ReplyPart
) -> dict[str, Any] | None:
    """The action as people read it; its name alone once the world has moved on and it can no longer be prepared."""
    if part.action is None:
        return None
    spec = desk.backend.specs[part.action.name]
    words = await words_of(conn, key, part.action)
    try:
        prepared = desk.backend.prepare(sight.context, part.action, words)
    except ActionRefused:
        return {"name": spec.name, "title": spec.title}
    return action_view(spec=spec, amount=prepared.amount, shown=prepared.shown)


def _template(desk: TenantDesk, procedure: Procedure | None, part: ReplyPart, language: str) -> str | None:
    """The sentence for a part: the procedure's own, or the workspace's common one."""
    name: Label | None = part.reply
    match part.kind:
        case "knowledge":
            return None
        case "common" if part.handoff is not None:
            own = desk.config.reply(language, f"handed_off_{part.handoff.value}")
            return own or desk.config.reply(language, "handed_off")
        case _:
            pass
    own = procedure.template(language, name) if procedure is not None and name is not None else None
    return own or desk.config.reply(language, name or "") or desk.config.reply(language, _fallback(name or ""))


def _fallback(name: Label) -> Label:
    return "refused" if name.startswith("refused_") else name


async def _passages(conn: Connection, key: TurnKey, part: ReplyPart) -> tuple[Passage, ...]:
    if not part.passages:
        return ()
    rows = await read_passages(conn, key.ticket.tenant, part.passages, key.now)
    return tuple(
        Passage(passage_id=passage_id, title=row.title, section=row.section, text=row.text)
        for passage_id in part.passages
        if (row := rows.get(passage_id)) is not None
    )


async def _question(conn: Connection, key: TurnKey, wish: Wish) -> str:
    messages = await read_messages(conn, key.ticket.tenant, key.ticket.ticket_id, after=wish.seq - 1, upto=wish.seq)
    words = [m.text[wish.start : wish.end] or m.text for m in messages if m.author is AuthorKind.customer]
    return words[0] if words else ""
