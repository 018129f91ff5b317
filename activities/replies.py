"""Writing and checking replies: the assistant drafts, the checks below trust nobody."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from temporalio import activity
from typing_extensions import override

from activities.contracts import ReplyActivities
from activities.desk import Desk, TenantDesk
from activities.failures import typed_failures
from activities.grounds import effects_of, ground_of
from activities.mending import mended
from activities.metering import asked
from activities.queueing import is_about_handoff, promise_for, told
from activities.sight import Sight, look, procedure_of, words_of
from activities.speaking import Planned, reply_language, template_in
from adapters.assistants.port import DraftBrief, PartFacts, Passage
from domain.ask import CheckAsk, DraftAsk, TurnKey
from domain.choice import choice_text
from domain.correction import Wording
from domain.deeds_told import gives_money, may_tell
from domain.errors import ActionRefused
from domain.facts import action_view, reply_view
from domain.grounding import MAX_REPLY_CHARS, check_reply, facts_text
from domain.handing_over import says_handover
from domain.memory import ReplyPart, Wish
from domain.message import AuthorKind
from domain.outcome import DraftRef
from domain.points import reach
from domain.reading import part_read
from domain.template import show
from domain.text import outgoing_text
from domain.verification import Verification
from domain.wording import wording_of
from store.approvals import read_decision
from store.corrections import list_wordings
from store.drafts import NewDraft, insert_draft, read_draft
from store.knowledge import PassageRow, read_passages
from store.messages import read_messages
from store.rows import Connection

#: Wordings of operators that a model is shown beside one question.
_MOST_WORDINGS = 3


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
            language, parts = await _looked_up(conn, desk, ask, sight)
            parts = [await self._mended(conn, ask, part) for part in parts]
        wordings = await self._wordings(ask) if desk.uses_model else ()
        async with asked(self._desk, desk, ask.key) as (assistant, meter):
            brief = _brief(ask, desk, sight, parts, language)
            brief = replace(brief, findings=ask.findings, attempt=ask.attempt, meter=meter, wordings=wordings)
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

    async def _wordings(self, ask: DraftAsk) -> tuple[Wording, ...]:
        """How operators answered questions like the first that the reply is about."""
        ticket, number = ask.key.ticket, next((part.wish for part in ask.parts if part.wish is not None), None)
        if number is None:
            return ()
        wish = ask.memory.wish(number)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            known = await list_wordings(conn, ticket.tenant)
            asks = wording_of(await _question(conn, ask.key, wish)) if known else ""
        if not known:
            return ()
        shelf = self._desk.shelf(ticket.tenant)
        return await asyncio.to_thread(shelf.nearest, known, wish.intent, asks, _MOST_WORDINGS)

    @override
    @activity.defn
    @typed_failures
    async def check_reply(self, ask: CheckAsk) -> Verification:
        ticket, memory = ask.key.ticket, ask.memory
        desk = self._desk.tenant(ticket.tenant)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            draft = await read_draft(conn, ticket.tenant, ask.draft.draft_id)
            sight = await look(self._desk, conn, ask.key, ask.context_id, ask.reads)
            language, parts = await _looked_up(conn, desk, ask, sight)
            done = await effects_of(conn, ticket, memory) if may_tell(draft.text) else ()
        templates = [
            *(part.template for part in parts if part.template),
            *desk.config.common(language).values(),
        ]

        def known() -> list[str]:
            return [text for part in parts for text in facts_text(part.facts)]

        checked = check_reply(
            draft.text,
            sources=[passage.text for part in parts for passage in part.passages],
            facts_text=known,
            allowed_links=[*templates, *desk.config.links],
            performed=frozenset(effect.name for effect in done),
            paid=[effect.amount for effect in done if effect.amount and gives_money(effect.name, effect.amount)],
            ground=ground_of(_brief(ask, desk, sight, parts, language), draft.citations, done, desk.backend.specs),
        )
        stale = {passage.passage_id for part in parts for passage in part.passages if passage.is_stale}
        rests_on = tuple(sorted(stale & set(draft.citations)))
        is_held = bool(rests_on) and desk.config.stale_answers == "held"
        return checked.model_copy(update={"stale": rests_on, "is_held": is_held})

    async def _mended(self, conn: Connection, ask: DraftAsk, part: PartFacts) -> PartFacts:
        """The part with the question as the search read it: what was found for it answers that."""
        if not part.question:
            return part
        tenant, language = ask.key.ticket.tenant, ask.memory.language
        return replace(part, question=await mended(conn, self._desk.embedder, tenant, language, part.question))


def _brief(
    ask: DraftAsk | CheckAsk, desk: TenantDesk, sight: Sight, parts: Sequence[PartFacts], language: str
) -> DraftBrief:
    """What the writer is told, and the checker after it."""
    return DraftBrief(
        parts=tuple(parts),
        language=language,
        common=desk.config.common(language),
        introduce=not ask.memory.is_introduced,
        first_name=sight.context.first_name or None,
        ticket_id=ask.key.ticket.ticket_id,
    )


async def _looked_up(
    conn: Connection, desk: TenantDesk, ask: DraftAsk | CheckAsk, sight: Sight
) -> tuple[str, list[PartFacts]]:
    """The language that the reply is written in, and everything that the templates of its parts may name."""
    memory, planned, passages = ask.memory, list[Planned](), list[list[PassageRow]]()
    for part in ask.parts:
        wish = memory.wish(part.wish) if part.wish is not None else None
        procedure = await procedure_of(conn, desk, wish) if wish is not None else None
        passages.append(await _passages(conn, ask.key, part))
        planned.append(Planned(part, procedure, tuple(row.language for row in passages[-1])))
    language = reply_language(
        desk.config, sight.context, planned, wanted=memory.language, introduce=not memory.is_introduced
    )
    return language, [
        await _part_facts(conn, desk, ask, sight, paragraph, _in_language(rows, language), language)
        for paragraph, rows in zip(planned, passages, strict=True)
    ]


def _in_language(rows: Sequence[PassageRow], language: str) -> tuple[Passage, ...]:
    """The passages in the reply's language; all of them where none is."""
    spoken = [row for row in rows if row.language == language] or rows
    return tuple(
        Passage(passage_id=row.passage_id, title=row.title, section=row.section, text=row.text, is_stale=row.is_stale)
        for row in spoken
    )


async def _part_facts(
    conn: Connection,
    desk: TenantDesk,
    ask: DraftAsk | CheckAsk,
    sight: Sight,
    paragraph: Planned,
    passages: tuple[Passage, ...],
    language: str,
) -> PartFacts:
    """Look up everything a part's template may name."""
    key, memory, part, procedure = ask.key, ask.memory, paragraph.part, paragraph.procedure
    wish = memory.wish(part.wish) if part.wish is not None else None
    view = sight.facts(key, wish, memory)
    action = await _action_facts(conn, desk, key, sight, part) if part.action is not None else None
    reason = None
    if part.decision_id is not None:
        decision = await read_decision(conn, key.ticket.tenant, part.decision_id)
        reason = decision.reason
    slot = procedure.slots.get(part.slot) if procedure is not None and part.slot is not None else None
    choices = [
        _intent_choice(desk, choice) or choice_text(choice, sight.context, slot=slot, language=language)
        for choice in part.choices
    ]
    handoff = None
    if is_about_handoff(part):
        handoff = told(desk, promise_for(desk, key, memory, sight, part), key.now, language)
    facts = reply_view(view, action=action, choices=choices, reason=reason, handoff=handoff)
    facts["wish"] = procedure.title if procedure is not None else ""
    if gone := [record for handle in part.sold_out if (record := sight.context.find(handle)) is not None]:
        facts["sold_out"] = [show(record, language) for record in gone]
    return PartFacts(
        part=part,
        template=template_in(desk.config, procedure, part, language),
        facts=facts,
        passages=passages,
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


async def _passages(conn: Connection, key: TurnKey, part: ReplyPart) -> list[PassageRow]:
    if not part.passages:
        return []
    rows = await read_passages(conn, key.ticket.tenant, part.passages, key.now)
    return [rows[passage_id] for passage_id in part.passages if passage_id in rows]


async def _question(conn: Connection, key: TurnKey, wish: Wish) -> str:
    messages = await read_messages(conn, key.ticket.tenant, key.ticket.ticket_id, after=wish.seq - 1, upto=wish.seq)
    words = [m.text[wish.start : wish.end] or part_read(m).text for m in messages if m.author is AuthorKind.customer]
    return words[0] if words else ""
