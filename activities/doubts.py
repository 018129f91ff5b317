"""Contradictions between passages: looked for when articles change, and when a reply would rest on them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import combinations

from adapters.contradictions.asked import contradictions_asked
from adapters.contradictions.detector import contradictions
from adapters.contradictions.scope import Text
from domain.ask import TurnKey
from domain.conflict import ConflictRef, ConflictStatus, FoundConflict, conflict_id_of
from domain.handoff import Dispute
from domain.ids import TenantId
from domain.ticket import TicketRef
from store.conflicts import (
    Compared,
    close_ended,
    conflicts_touching,
    neighbours_of,
    passages_of,
    read_compared,
    read_conflict,
    save_conflicts,
)
from store.questions import answer_questions
from store.rows import Connection


def between(one: Compared, other: Compared, *, is_asked: bool = False) -> FoundConflict | None:
    """The first contradiction between two passages of the same language that one person may see both of.

    `is_asked`: both were found for one question, and are compared more leniently.
    """
    if one.passage_id == other.passage_id or one.language != other.language:
        return None
    if one.audience and other.audience and not set(one.audience) & set(other.audience):
        return None
    found = (contradictions_asked if is_asked else contradictions)(_text(one), _text(other))
    return next(
        (
            FoundConflict(
                **it.model_dump(),
                passage_a=one.passage_id,
                passage_b=other.passage_id,
                conflict_id=conflict_id_of((one.slug, other.slug), it),
            )
            for it in found
        ),
        None,
    )


async def conflicts_among(
    conn: Connection, tenant: TenantId, passages: Sequence[int], at: datetime
) -> tuple[ConflictRef, ...]:
    """What speaks against resting on these valid passages: open conflicts that touch them, contradictions among them.

    It reads and keeps nothing; a pair that a person has dismissed is no conflict.
    """
    known = await conflicts_touching(conn, tenant, passages, at)
    dismissed = {it.conflict_id for it in known if it.status is ConflictStatus.dismissed}
    found = {
        it.conflict_id: ConflictRef(**it.model_dump(exclude={"status"}))
        for it in known
        if it.status is ConflictStatus.open
    }
    rows = await read_compared(conn, tenant, passages)
    for one, other in combinations(rows.values(), 2):
        conflict = between(one, other, is_asked=True)
        if conflict is not None and conflict.conflict_id not in dismissed:
            found.setdefault(conflict.conflict_id, conflict.ref)
    return tuple(found[key] for key in sorted(found))


async def keep_found(conn: Connection, ticket: TicketRef, refs: Sequence[ConflictRef], at: datetime) -> None:
    """Keep what was found while a ticket was worked on, with the statements read again from the passages."""
    tenant = ticket.tenant
    rows = await read_compared(conn, tenant, {p for ref in refs for p in (ref.passage_a, ref.passage_b)})
    found = [
        conflict
        for ref in refs
        if ref.passage_a in rows and ref.passage_b in rows
        if (conflict := between(rows[ref.passage_a], rows[ref.passage_b], is_asked=True)) is not None
        and conflict.conflict_id == ref.conflict_id
    ]
    await save_conflicts(conn, tenant, found, at=at, found_by=ticket.ticket_id)


async def disputes_of(conn: Connection, key: TurnKey, refs: Sequence[ConflictRef]) -> tuple[Dispute, ...]:
    """The conflicts for a person to read: both articles, and what each says."""
    rows = [await read_conflict(conn, key.ticket.tenant, ref.conflict_id) for ref in refs]
    return tuple(
        Dispute(
            conflict_id=row.conflict_id,
            kind=row.kind,
            article_a=row.article_a,
            said_a=row.said_a,
            article_b=row.article_b,
            said_b=row.said_b,
        )
        for row in rows
    )


async def examine_articles(conn: Connection, tenant: TenantId, slugs: Collection[str], at: datetime) -> int:
    """Compare the passages of articles that are new or changed with their nearest, and keep what contradicts.

    Then close the conflicts of which a passage is gone, and the questions that an article now answers. Returns how many
    conflicts are new. To be called in the transaction that wrote the articles; again, it changes nothing.
    """
    new = 0
    for passage in await passages_of(conn, tenant, slugs):
        near = await neighbours_of(conn, tenant, passage)
        rows = await read_compared(conn, tenant, [passage, *near])
        pairs = (between(rows[min(passage, other)], rows[max(passage, other)]) for other in near)
        found = [conflict for conflict in pairs if conflict is not None]
        new += await save_conflicts(conn, tenant, found, at=at, found_by="ingestion")
    await close_ended(conn, tenant, at)
    await answer_questions(conn, tenant, at)
    return new


def _text(row: Compared) -> Text:
    return Text(title=row.title, section=row.section, text=row.text, products=frozenset(row.products))
