"""Corrections: kept masked, tried on held-out examples, and taught once somebody has accepted them."""

import asyncio
from collections.abc import Sequence

from api.auth import Principal
from api.idempotency import Once
from api.schemas.corrections import CorrectionBody, CorrectionsView, EffectView, ReviewBody
from api.services import Services
from domain.correction import Correction
from domain.errors import InvalidInput, NotFound
from domain.event import TicketEvent
from domain.ids import Label, TicketId
from domain.intent import OUT_OF_SCOPE
from domain.message import ERASED, AuthorKind
from store.contexts import read_newest_context
from store.corrections import (
    NewCorrection,
    insert_correction,
    insert_review,
    list_corrections,
    read_correction,
    read_lessons,
)
from store.events import read_events
from store.messages import read_messages
from store.tickets import read_ticket

#: As long as a procedure's own examples may be; what comes after is rarely what the message is about.
MOST_CHARS = 500


async def correct(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: CorrectionBody
) -> Correction:
    """Keep a correction, with everything personal marked; it teaches nothing before it is accepted.

    Raises:
        NotFound: there is no such ticket, or no such message of its customer.
        InvalidInput: there is no such procedure, or the message was read so already.
        Refused: the caller is no operator.
    """
    by, now = caller.operator, services.deps.clock()
    trust = services.trust(caller.tenant)
    if body.intent is not None and body.intent not in {*trust.levels, OUT_OF_SCOPE}:
        raise InvalidInput(f"There is no such procedure; there are {', '.join(sorted(trust.levels))}, {OUT_OF_SCOPE}.")
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        kept = await once.recall(conn, Correction)
        if kept is not None:
            return kept
        said = [
            message
            for message in await read_messages(conn, caller.tenant, ticket_id)
            if message.author is AuthorKind.customer and message.text != ERASED and body.seq in {None, message.seq}
        ]
        if not said:
            raise NotFound("There is no such message of the customer's.")
        context = await read_newest_context(conn, caller.tenant, ticket_id)
        was = _read_as(await read_events(conn, caller.tenant, ticket_id), said[0].seq) or ticket.intent
        intent = body.intent or was
        if intent is None or (body.intent is not None and body.intent == was):
            raise InvalidInput("Name another intent: the message was read as this one, or as none.")
        note = body.reply if body.reply is not None else body.note
        correction_id = await insert_correction(
            conn,
            ticket.ref,
            NewCorrection(
                seq=said[0].seq,
                kind="intent" if body.intent is not None else "reply",
                was=was,
                intent=intent,
                words=trust.mask(said[0].text[:MOST_CHARS], context),
                note=trust.mask(note, context) if note is not None else None,
                corrected_by=by,
                at=now,
            ),
        )
        made = await read_correction(conn, caller.tenant, correction_id)
        await once.keep(conn, made, now)
    return made


async def read_corrections(
    services: Services, caller: Principal, *, ticket_id: TicketId | None, open_only: bool, limit: int
) -> CorrectionsView:
    """Return corrections, the newest first."""
    async with services.pools.operator(caller.tenant) as conn:
        found = await list_corrections(conn, caller.tenant, ticket_id=ticket_id, open_only=open_only, limit=limit)
    return CorrectionsView(corrections=tuple(found))


async def try_corrections(services: Services, caller: Principal, ids: Sequence[int]) -> EffectView:
    """Show what corrections would do, before they are accepted; without ids, all that nobody has reviewed.

    Raises:
        NotFound: there is no such correction, or none to try.
    """
    trust = services.trust(caller.tenant)
    async with services.pools.operator(caller.tenant) as conn:
        if ids:
            tried = [await read_correction(conn, caller.tenant, number) for number in sorted(set(ids))]
        else:
            tried = await list_corrections(conn, caller.tenant, open_only=True)
        known = (await read_lessons(conn, caller.tenant)).examples
    new = [it.example for it in tried if it.words != ERASED]
    if not new:
        raise NotFound("There is no correction to try.")
    others = [example for example in known if example not in new]
    effect = await asyncio.to_thread(trust.effect, others, new)
    return EffectView(corrections=tuple(it.id for it in tried), taught=len(others), effect=effect)


async def review(services: Services, caller: Principal, once: Once, correction_id: int, body: ReviewBody) -> Correction:
    """Accept a correction, which teaches it from the next message on, or reject it; said again, the newest counts.

    Raises:
        NotFound: there is no such correction.
        Refused: the caller is no operator.
    """
    by, now = caller.operator, services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, Correction)
        if kept is not None:
            return kept
        await read_correction(conn, caller.tenant, correction_id)
        await insert_review(conn, caller.tenant, correction_id, body.verdict, reason=body.reason, by=by, at=now)
        reviewed = await read_correction(conn, caller.tenant, correction_id)
        await once.keep(conn, reviewed, now)
    return reviewed


def _read_as(events: Sequence[TicketEvent], seq: int) -> Label | None:
    """The intent that a message was read as, by the turn that read it."""
    for event in reversed(events):
        seqs, wishes = event.body.get("seqs"), event.body.get("wishes")
        if event.kind == "classified" and isinstance(seqs, list) and seq in seqs and isinstance(wishes, list):
            best = next((ranked[0] for ranked in wishes if isinstance(ranked, list) and ranked), None)
            return str(best["intent"]) if isinstance(best, dict) else None
    return None
