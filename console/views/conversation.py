"""The conversation as operators see it: messages in order, unsent drafts, and what each sentence rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from console.views.ticket_rows import TicketRows
from domain.event import TicketEvent
from domain.message import AuthorKind
from domain.model import Model
from domain.reading import READ_CHARS, is_read_whole
from domain.suggestion import suggested_now
from domain.verification import Claim, explain
from store.ticket_page import DraftedRow, SaidRow

#: A message is folded behind its first lines beyond that.
LINES_SHOWN, CHARS_SHOWN = 16, 1_600
_TAKES = frozenset({"handed_off", "handoff_accepted", "operator_replied"})  # from then on a person has the ticket
Fate = Literal["held_back", "dropped", "suggested", "shadowed", "unhelpful", "replaced", "cut_off"]
FATES: Mapping[Fate, str] = {
    "held_back": "Held back by a check, never sent",
    "dropped": "Dropped: the customer wrote again before it was sent",
    "suggested": "Suggested to an operator",
    "shadowed": "Written in shadow, to be compared with what people did",
    "unhelpful": "Not suggested: it answers nothing that was asked",
    "replaced": "Not sent: its turn ended with another reply",
    "cut_off": "Not sent: its turn did not end",
}
#: Drafts that came to nothing: told of only where nobody has read their words.
_LEFT = frozenset({"unhelpful", "replaced", "cut_off"})


class Piece(Model):
    """A stretch of a message, and what it rests on where a check has told."""

    text: str
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, or a draft that became none."""

    at: datetime
    pieces: tuple[Piece, ...]
    rest: str  # what is folded away
    said: SaidRow | None = None
    draft: DraftedRow | None = None
    fate: str | None = None
    findings: tuple[str, ...] = ()
    citations: tuple[int, ...] = ()
    read: int | None = None  # characters that the assistant reads of it, where it goes on behind them
    stale: tuple[int, ...] = ()  # passages it rests on that nobody had confirmed in time when it was checked


def entries_of(rows: TicketRows) -> tuple[Entry, ...]:
    """Messages and unsent drafts in the order of time; a draft stands before the message that was sent instead."""
    drafts = {draft.id: draft for draft in rows.drafts}
    claims = dict(_claims(rows.events))
    told = [((said.at, 1, said.seq), _message(said, drafts, claims)) for said in rows.said]
    unsent = [
        ((draft.created_at, 0, draft.id), _draft(draft, fate))
        for draft in rows.drafts
        if draft.sent_as is None and draft.text.strip()
        if (fate := fate_of(draft, rows.drafts, rows.events)) not in _LEFT or not _was_said(draft, rows.said)
    ]
    entries = (entry for _, entry in sorted([*told, *unsent], key=lambda pair: pair[0]))
    stale = dict(_stale(rows.events))
    return tuple(
        replace(entry, stale=stale.get(entry.draft.id, ())) if entry.draft is not None else entry for entry in entries
    )


def fold(text: str) -> tuple[str, str]:
    """Cut a long text behind its first lines; the second part is empty for a short one."""
    lines = text.split("\n")
    lead = "\n".join(lines[:LINES_SHOWN])[:CHARS_SHOWN]
    if len(text) - len(lead) < CHARS_SHOWN // 4 and len(lines) <= LINES_SHOWN + 4:
        return text, ""
    return lead, text[len(lead) :]


def pieces_of(text: str, claims: Sequence[Claim]) -> tuple[Piece, ...]:
    """Cut a text where its claims begin and end; claims that do not fit it are left out."""
    pieces, end = [], 0
    for claim in sorted(claims, key=lambda claim: claim.start):
        if not end <= claim.start < claim.end <= len(text):
            continue
        if claim.start > end:
            pieces.append(Piece(text=text[end : claim.start]))
        pieces.append(Piece(text=text[claim.start : claim.end], claim=claim))
        end = claim.end
    return (*pieces, Piece(text=text[end:])) if end < len(text) else tuple(pieces)


def _message(said: SaidRow, drafts: Mapping[int, DraftedRow], claims: Mapping[int, tuple[Claim, ...]]) -> Entry:
    draft = drafts.get(said.draft_id) if said.draft_id is not None else None
    if draft is not None and draft.text == said.text and draft.id in claims:
        cited = {claim.passage_id for claim in claims[draft.id]}
        others = tuple(passage for passage in draft.citations if passage not in cited)
        return Entry(
            at=said.at, said=said, draft=draft, pieces=pieces_of(said.text, claims[draft.id]), rest="", citations=others
        )
    lead, rest = fold(said.text)
    citations = draft.citations if draft is not None else ()
    is_cut = said.author == AuthorKind.customer and not is_read_whole(said.text)
    return Entry(
        at=said.at,
        said=said,
        draft=draft,
        pieces=(Piece(text=lead),),
        rest=rest,
        citations=citations,
        read=READ_CHARS if is_cut else None,
    )


def _draft(draft: DraftedRow, fate: Fate) -> Entry:
    lead, rest = fold(draft.text)
    return Entry(
        at=draft.created_at,
        draft=draft,
        pieces=(Piece(text=lead),),
        rest=rest,
        fate=FATES[fate],
        findings=tuple(explain(finding.check, finding.detail) for finding in draft.findings or ()),
        citations=draft.citations,
    )


def fate_of(draft: DraftedRow, drafts: Sequence[DraftedRow], events: Sequence[TicketEvent]) -> Fate:
    """What became of a draft that was not sent."""
    about = [event for event in events if event.body.get("draft") == draft.id]
    if any(event.kind == "reply_suggested" for event in about):
        return "suggested"
    if any(event.kind == "reply_shadowed" for event in about):
        return "shadowed"
    if draft.findings:
        return "held_back"
    turns = {event.at for event in about}
    if any(event.kind == "reply_dropped" and event.at in turns for event in events):
        return "dropped"
    before = [event.kind for event in events if event.at < draft.created_at and event.kind in _TAKES | {"handed_back"}]
    if before and before[-1] in _TAKES:
        return "unhelpful"
    is_replaced = any(it.turn == draft.turn and it.id > draft.id for it in drafts)
    return "replaced" if is_replaced else "cut_off"


def _was_said(draft: DraftedRow, said: Sequence[SaidRow]) -> bool:
    """Whether the customer has read these words in a message of the assistant's."""
    return any(it.author is AuthorKind.assistant and draft.text.strip() in it.text for it in said)


def suggestion_of(rows: TicketRows) -> DraftedRow | None:
    """The reply that the assistant suggests now: the newest that nobody has answered, handed back or written after."""
    suggested = suggested_now(rows.events)
    return next((draft for draft in rows.drafts if draft.id == suggested), None)


def _stale(events: Sequence[TicketEvent]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """What each checked draft rests on that was stale then, by draft."""
    for event in events:
        draft, stale = event.body.get("draft"), event.body.get("stale")
        if event.kind == "reply_checked" and isinstance(draft, int) and isinstance(stale, list):
            yield draft, tuple(int(str(passage)) for passage in stale)


def _claims(events: Sequence[TicketEvent]) -> Iterator[tuple[int, tuple[Claim, ...]]]:
    """What the sentences of each checked draft rest on, by draft; events of older programs tell less."""
    for event in events:
        draft, claims = event.body.get("draft"), event.body.get("claims")
        if event.kind == "reply_checked" and isinstance(draft, int) and isinstance(claims, list):
            yield draft, tuple(Claim.model_validate(claim) for claim in claims)
