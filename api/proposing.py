"""What an operator's reply proposes to learn: the suggestion as they edited it, kept for review with the reply.

Nobody does anything for it. Nothing is learnt before somebody has read and accepted it, and no fact ever: personal
data, figures and links are marked before it is kept.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from api.services import Services
from domain.event import TicketEvent
from domain.grounding import check_reply
from domain.ids import Label
from domain.message import ERASED, AuthorKind, Message
from domain.operator import OperatorId
from domain.suggestion import suggested_now
from domain.wording import is_edited, wording_of
from store.contexts import read_newest_context
from store.corrections import NewCorrection, insert_edit
from store.drafts import DraftRow, read_draft
from store.events import read_events
from store.knowledge import read_passages
from store.messages import read_messages
from store.rows import Connection
from store.tickets import TicketRow

#: As long as a procedure's own examples may be; what comes after is rarely what the message is about.
MOST_CHARS = 500


async def propose_edit(
    services: Services, conn: Connection, ticket: TicketRow, text: str, *, by: OperatorId, at: datetime
) -> None:
    """Keep a correction where the reply differs from what the assistant suggests now; the first edit of it counts."""
    trust = services.deps.trust.get(ticket.tenant)
    if trust is None:  # nothing is taught here
        return
    events = await read_events(conn, ticket.tenant, ticket.ticket_id)
    number = suggested_now(events)
    if number is None:
        return
    draft = await read_draft(conn, ticket.tenant, number)
    if draft.text == ERASED or not draft.text.strip() or not is_edited(draft.text, text):
        return
    asked = [it for it in await read_messages(conn, ticket.tenant, ticket.ticket_id) if is_the_customers(it)]
    intent = (read_as(events, asked[-1].seq) or ticket.intent) if asked else None
    if intent is None:  # nobody knows what it was an answer to
        return
    context = await read_newest_context(conn, ticket.tenant, ticket.ticket_id)
    new = NewCorrection(
        seq=asked[-1].seq,
        kind="reply",
        was=intent,
        intent=intent,
        words=trust.mask(asked[-1].text[:MOST_CHARS], context),
        note=None,
        corrected_by=by,
        at=at,
        draft_id=number,
    )
    unfounded = await _unfounded(conn, ticket, draft, text, at)
    new = _edit(new, lambda it: trust.mask(it, context), draft.text, text, unfounded)
    await insert_edit(conn, ticket.ref, new)


async def reworded(
    conn: Connection,
    ticket: TicketRow,
    new: NewCorrection,
    text: str,
    told: Sequence[Message],
    events: Sequence[TicketEvent],
    mask: Callable[[str], str],
) -> NewCorrection:
    """A correction that somebody wrote, with the reply as they would have it beside the one that there was.

    That is what the assistant suggests now, else what it sent next after the customer's message.
    """
    number = suggested_now(events)
    draft = await read_draft(conn, ticket.tenant, number) if number is not None else None
    if draft is None:
        sent = (it.text for it in told if it.author is AuthorKind.assistant and it.seq > new.seq)
        return _edit(new, mask, next(sent, None), text)
    return _edit(new, mask, draft.text, text, await _unfounded(conn, ticket, draft, text, new.at))


def _edit(
    new: NewCorrection, mask: Callable[[str], str], before: str | None, after: str, unfounded: int | None = None
) -> NewCorrection:
    """The correction as one of the reply, without a fact in any of its texts."""
    known = before if before and before.strip() and before != ERASED else None
    return new.model_copy(
        update={
            "kind": "reply",
            "words": wording_of(new.words),
            "suggested": wording_of(mask(known)) if known is not None else None,
            "sent": wording_of(mask(after)),
            "unfounded": unfounded,
        }
    )


async def _unfounded(conn: Connection, ticket: TicketRow, draft: DraftRow, text: str, at: datetime) -> int:
    """How many figures, links, addresses and claims of deeds in a text neither the draft nor its passages hold."""
    passages = await read_passages(conn, ticket.tenant, draft.citations, at) if draft.citations else {}
    known = [draft.text, *(row.text for row in passages.values())]
    return len(check_reply(text, sources=known, facts_text=known, allowed_links=known).findings)


def is_the_customers(message: Message) -> bool:
    """Whether the customer wrote it, and it still has its words."""
    return message.author is AuthorKind.customer and message.text != ERASED


def read_as(events: Sequence[TicketEvent], seq: int) -> Label | None:
    """The intent that a message was read as, by the turn that read it."""
    for event in reversed(events):
        seqs, wishes = event.body.get("seqs"), event.body.get("wishes")
        if event.kind == "classified" and isinstance(seqs, list) and seq in seqs and isinstance(wishes, list):
            best = next((ranked[0] for ranked in wishes if isinstance(ranked, list) and ranked), None)
            return str(best["intent"]) if isinstance(best, dict) else None
    return None
