"""Somebody at a ticket's page: what they are shown, and where they go after a press."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.auth import Scope
from api.correcting import nearest_wordings
from api.services import Services
from console.inbox_query import VIEWS
from console.local_time import local_time
from console.pages import FRAGMENT_HEADER, page
from console.routers.inbox import inbox_of
from console.seat import Seat
from console.told import say_next
from console.views.cards import Tried, cards_of
from console.views.conversation import entries_of, suggestion_of
from console.views.person import person
from console.views.ticket_moves import offer_of
from console.views.ticket_path import path_of
from console.views.ticket_rows import TicketRows, read_rows
from console.views.ticket_side import side_of
from domain.correction import Wording
from domain.ids import TicketId
from domain.message import AuthorKind
from domain.ticket import WaitingFor
from store.ticket_page import PassageRow

#: The blocks of the page that hold what an operator writes.
_WITH_REPLY = frozenset({None, "ticket", "ticket-body", "reply"})


@dataclass(frozen=True, slots=True)
class Unsent:
    """A reply that was not sent, and why: its words are still the operator's to send."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One request about one ticket; `line` is the filter of the list beside it."""

    request: Request
    seat: Seat
    services: Services
    ticket_id: TicketId
    q: str | None = None

    @property
    def line(self) -> str:
        """The filter of the list beside the ticket; without one, what waits for us."""
        return VIEWS[0].line if self.q is None else self.q

    @property
    def here(self) -> str:
        """The page's own address."""
        return f"/console/tickets/{self.ticket_id}?q={quote(self.line, safe='')}"

    @property
    def fragment(self) -> str | None:
        """The block that is asked for alone."""
        return self.request.headers.get(FRAGMENT_HEADER)

    async def show(
        self,
        *,
        turn: int | None = None,
        opened: str | None = None,
        told: str | None = None,
        tried: Tried | None = None,
        unsent: Unsent | None = None,
        passage: PassageRow | None = None,
        status: int = 200,
    ) -> Response:
        """Answer with the page, or with the block of it that is asked for.

        `opened` is the dialog that is open from the start, `tried` and `unsent` what somebody sent that could not be
        done.
        """
        list_beside: dict[str, Any] = {"line": self.line}
        if self.fragment is None:
            list_beside = await inbox_of(self.request, self.seat, self.services, self.line, None)
        rows = await read_rows(self.services, self.seat, self.ticket_id)
        local = local_time(self.services, self.seat.tenant)
        is_timed = self.fragment in {None, "ticket", "path"}
        return page(
            self.request,
            self.seat,
            "ticket.html",
            here="inbox",
            told=told,
            status=status,
            **(list_beside | {"now": rows.now}),
            here_src=self.here,
            is_fragment=self.fragment is not None,
            ticket=rows.detail.ticket,
            detail=rows.detail,
            customer=person(rows.detail.ticket.customer_id, rows.customer_name),
            entries=entries_of(rows),
            cards=cards_of(self.seat, rows, tried),
            offer=offer_of(self.seat, rows, local),
            suggestion=suggestion_of(rows),
            wordings=await self._wordings(rows),
            side=side_of(rows, local),
            path=await path_of(self.services, rows, turn, is_timed=is_timed),
            opened=opened,
            unsent=unsent,
            last_seq=rows.said[-1].seq if rows.said else 0,
            passage=passage,
        )

    async def _wordings(self, rows: TicketRows) -> tuple[Wording, ...]:
        """How colleagues answered such a question; only where a person answers this one, and the block is shown."""
        ticket = rows.detail.ticket
        is_with_people = ticket.waiting_for is WaitingFor.operator or ticket.assigned_to is not None
        asks = [said.text for said in rows.said if said.author is AuthorKind.customer]
        if (
            ticket.intent is None
            or not asks
            or not is_with_people
            or not self.seat.may(Scope.operators)
            or self.fragment not in _WITH_REPLY
        ):
            return ()
        return await nearest_wordings(self.services, self.seat.principal, ticket.intent, asks[-1])

    async def answer(self, told: str) -> Response:
        """After a press: the block that was asked for; or, without our script, back to the page, which says it."""
        if self.fragment is not None:
            return await self.show(told=told)
        response = RedirectResponse(self.here, status_code=303)
        say_next(response, told)
        return response
