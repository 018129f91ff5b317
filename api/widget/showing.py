"""Putting together what a customer is shown, from rows of their own scope: never notes, drafts or events."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from api.widget.site import WidgetSite
from api.widget.views import QuestionView, SaidView, StateView
from domain.choice import choice_text
from domain.customer import CustomerContext
from domain.ids import Handle, Label, TenantId, TicketId
from domain.memory import ReplyPart
from domain.message import AuthorKind
from domain.ticket import TicketStatus, WaitingFor
from store.ratings import read_rating
from store.rows import Connection
from store.tickets import TicketRow, read_ticket
from store.visits import Last, Said, read_last, read_newest_context

#: More choices than this are read better in the message itself.
MOST_CHOICES = 6
_FIRST_NAME = re.compile(r"[a-z]{2,20}")
_HOLDERS = frozenset({WaitingFor.operator, WaitingFor.approver})
_OVER = frozenset({TicketStatus.solved, TicketStatus.closed})


def shown(said: Said, names: Mapping[str, str]) -> SaidView:
    """Show one message; `names` are those of the tenant's operators, by id.

    Of an operator who is no member (a key may name anybody), the id is told only where it reads as a first name.
    """
    name = None
    if said.author is AuthorKind.operator and said.author_id is not None:
        own = said.author_id.capitalize() if _FIRST_NAME.fullmatch(said.author_id) else None
        name = names.get(said.author_id, own)
    return SaidView(seq=said.seq, author=said.author, name=name, text=said.text, at=said.at, files=said.files)


async def read_state(conn: Connection, tenant: TenantId, ticket_id: TicketId, site: WidgetSite) -> StateView:
    """Return where a ticket stands; raises NotFound for what is not the scope's own."""
    ticket = await read_ticket(conn, tenant, ticket_id)
    last = await read_last(conn, tenant, ticket_id)
    rating = await read_rating(conn, tenant, ticket_id)
    question = None
    if ticket.waiting_for is WaitingFor.customer and last is not None and last.parts:
        choices = last.parts[-1].choices
        context = await read_newest_context(conn, tenant, ticket_id) if choices else None
        question = _question(last, last.parts[-1], context, site.choice_words)
    return StateView(
        ticket_id=ticket_id,
        status=ticket.status,
        waiting_for=ticket.waiting_for,
        is_working=_is_working(ticket, last),
        answer_by=_promised(ticket),
        language=ticket.language,
        question=question,
        rating=rating.score if rating is not None else None,
        upto=last.seq if last is not None else 0,
    )


def _promised(ticket: TicketRow) -> datetime | None:
    """When the queue's first answer is due, while a person has the ticket and has not given it."""
    first = ticket.sla.target("first_response") if ticket.sla is not None else None
    return first.due_at if first is not None and ticket.waiting_for is WaitingFor.operator else None


def _is_working(ticket: TicketRow, last: Last | None) -> bool:
    """Whether the assistant owes an answer: the newest message is the customer's, and no person has the ticket."""
    has_it = ticket.waiting_for not in _HOLDERS and ticket.status is not TicketStatus.closed
    return has_it and last is not None and last.author is AuthorKind.customer


def _question(
    last: Last, part: ReplyPart, context: CustomerContext | None, words: Mapping[Label, frozenset[str]]
) -> QuestionView | None:
    if part.kind == "confirmation":
        return QuestionView(asks="confirmation")
    if part.reply == "needs_identity":
        return QuestionView(asks="identity")
    texts = tuple(_texts(last.text, part.choices, context, words))
    if not 1 < len(texts) <= MOST_CHOICES or len(texts) < len(part.choices):
        return None
    return QuestionView(asks="choice", choices=texts)


def _texts(
    said: str, choices: Sequence[Handle | Label], context: CustomerContext | None, words: Mapping[Label, frozenset[str]]
) -> Iterator[str]:
    """How each choice was named in the message; one that is not found there has no button."""
    for choice in choices:
        known = words.get(choice, frozenset())
        record = {choice_text(choice, context)} if context is not None and context.find(choice) is not None else set()
        found = sorted((text for text in known | record if text in said), key=len)
        if found:
            yield found[-1]
