"""Withheld turns as rows: kept with the turn, and compared with what the operator then did.

A suggested reply is compared with the operator's first words after it. What a shadow would have done is compared when
the ticket is solved or closed: only then is it known what the operator did. A comparison never holds a ticket up: where
the system of record does not answer, its deeds are left out.
"""

from collections.abc import Sequence

from activities.desk import Desk, scope_of
from domain.agreement import Comparison, Deed, compare, deeds
from domain.ask import RecordAsk
from domain.errors import SetrightError
from domain.message import AuthorKind
from store.autonomy import CaseRow, NewCase, insert_case, insert_comparison, open_cases
from store.messages import read_messages
from store.rows import Connection

_LEVELS = {"reply_suggested": "suggest", "reply_shadowed": "shadow"}
_PEOPLE = frozenset({"operator_replied", "resolved", "closed"})


async def keep_case(conn: Connection, ask: RecordAsk, compared: Sequence[tuple[int, Comparison]]) -> None:
    """Keep the turn that was withheld, if this one was, and the comparisons that are due with it."""
    for case_id, comparison in compared:
        await insert_comparison(conn, ask.key.ticket, case_id, comparison, by=_operator_of(ask), at=ask.key.now)
    for event in ask.events:
        if event.kind in _LEVELS and "would" in event.body:  # what is suggested beside a level is no case of it
            about = event.body
            case = NewCase.model_validate(
                {
                    "turn": ask.key.turn,
                    "procedure": about["procedure"],
                    "level": _LEVELS[event.kind],
                    "would": about["would"],
                    "draft_id": about["draft"],
                    "context_id": about["context"],
                    "actions": about["actions"],
                    "after_seq": ask.read_upto,
                    "at": ask.key.now,
                }
            )
            await insert_case(conn, ask.key.ticket, case)


def _operator_of(ask: RecordAsk) -> str:
    """Who made the move that is being recorded."""
    return next((str(event.body["by"]) for event in (*ask.events, *ask.if_fresh) if "by" in event.body), "system")


async def compared_cases(desk: Desk, ask: RecordAsk) -> list[tuple[int, Comparison]]:
    """The comparisons that are due with this move of an operator, by case; nothing is written yet."""
    kinds = {event.kind for event in (*ask.events, *ask.if_fresh)} & _PEOPLE
    if not kinds:
        return []
    is_over = bool(kinds & {"resolved", "closed"})
    ticket = ask.key.ticket
    async with desk.pools.operator(ticket.tenant) as conn:
        cases = [case for case in await open_cases(conn, ticket.tenant, ticket.ticket_id) if is_over or _is_due(case)]
        messages = await read_messages(conn, ticket.tenant, ticket.ticket_id) if cases else []
    said = [message for message in messages if message.author is AuthorKind.operator]
    compared: list[tuple[int, Comparison]] = []
    for case in cases:
        replies = [message.text for message in said if message.seq > case.after_seq]
        done = await _done(desk, ask, case) if is_over else None
        compared.append((case.id, compare(case.would, case.actions, done, replies, case.draft)))
    return compared


def _is_due(case: CaseRow) -> bool:
    """A suggestion has been used or thrown away as soon as the operator writes."""
    return case.level == "suggest" and case.draft is not None


async def _done(desk: Desk, ask: RecordAsk, case: CaseRow) -> tuple[Deed, ...] | None:
    """What changed in the customer's records since the turn; None where nobody can say."""
    ticket = ask.key.ticket
    if case.context_id is None:
        return None
    try:
        now = await desk.tenant(ticket.tenant).backend.gather(scope_of(ticket), ask.key.now)
        async with desk.pools.operator(ticket.tenant) as conn:
            before = await desk.contexts.read(conn, ticket.tenant, case.context_id)
    except SetrightError:
        return None
    return deeds(before, now)
