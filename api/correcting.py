"""Corrections: kept masked, tried on held-out examples, and taught once somebody has accepted them."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from api.auth import Principal
from api.deps import Trust
from api.idempotency import Once
from api.proposing import MOST_CHARS, is_the_customers, read_as, reworded
from api.schemas.corrections import CorrectionBody, CorrectionsView, EffectView, ReviewBody
from api.services import Services
from domain.correction import Correction, Wording, WordingsEffect
from domain.errors import InvalidInput, NotFound
from domain.ids import Label, TicketId
from domain.intent import OUT_OF_SCOPE
from domain.message import ERASED
from domain.wording import wording_of
from store.contexts import read_newest_context
from store.corrections import (
    NewCorrection,
    insert_correction,
    insert_review,
    list_corrections,
    list_wordings,
    read_correction,
    read_lessons,
)
from store.events import read_events
from store.messages import read_messages
from store.tickets import read_ticket

#: How many wordings of colleagues an operator is shown.
MOST_SHOWN = 2


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
        messages = await read_messages(conn, caller.tenant, ticket_id)
        said = [it for it in messages if is_the_customers(it) and body.seq in {None, it.seq}]
        if not said:
            raise NotFound("There is no such message of the customer's.")
        context = await read_newest_context(conn, caller.tenant, ticket_id)
        events = await read_events(conn, caller.tenant, ticket_id)
        was = read_as(events, said[0].seq) or ticket.intent
        intent = body.intent or was
        if intent is None or (body.intent is not None and body.intent == was):
            raise InvalidInput("Name another intent: the message was read as this one, or as none.")
        new = NewCorrection(
            seq=said[0].seq,
            kind="intent",
            was=was,
            intent=intent,
            words=trust.mask(said[0].text[:MOST_CHARS], context),
            note=trust.mask(body.note, context) if body.note is not None else None,
            corrected_by=by,
            at=now,
        )
        if body.reply is not None:
            new = await reworded(conn, ticket, new, body.reply, messages, events, lambda it: trust.mask(it, context))
        correction_id = await insert_correction(conn, ticket.ref, new)
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
        held = await list_wordings(conn, caller.tenant, accepted_only=False)
    new = [it.example for it in tried if it.words != ERASED]
    if not new:
        raise NotFound("There is no correction to try.")
    others = [example for example in known if example not in new]
    effect = await asyncio.to_thread(trust.effect, others, new)
    wordings = await asyncio.to_thread(_effect_on_wordings, trust, held, {it.id for it in tried})
    return EffectView(corrections=tuple(it.id for it in tried), taught=len(others), effect=effect, wordings=wordings)


async def nearest_wordings(services: Services, caller: Principal, intent: Label, question: str) -> tuple[Wording, ...]:
    """How colleagues have answered a question like this one, the nearest first: accepted wordings, without a fact."""
    trust = services.deps.trust.get(caller.tenant)
    if trust is None:
        return ()
    async with services.pools.operator(caller.tenant) as conn:
        wordings = await list_wordings(conn, caller.tenant)
    if not wordings:
        return ()
    asked = wording_of(question[:MOST_CHARS])
    return await asyncio.to_thread(trust.wordings.nearest, wordings, intent, asked, MOST_SHOWN)


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


async def read_one(services: Services, caller: Principal, correction_id: int) -> Correction:
    """Return one correction; raises NotFound."""
    async with services.pools.operator(caller.tenant) as conn:
        return await read_correction(conn, caller.tenant, correction_id)


def _effect_on_wordings(trust: Trust, held: Sequence[Wording], tried: AbstractSet[int]) -> WordingsEffect | None:
    """What the tried ones would do as wordings; None where none of them is one."""
    new = [it for it in held if it.id in tried]
    if not new:
        return None
    return trust.wordings.effect([it for it in held if it.is_accepted], new, held)
