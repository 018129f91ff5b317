"""All that is read for a ticket's page, in the scope of whoever looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.auth import Scope
from api.reading import names_for, read_detail
from api.schemas.detail import TicketDetail
from api.services import Services
from api.telling import Names
from console.seat import Seat
from domain.action import ActionSpec
from domain.customer import CustomerContext
from domain.event import TicketEvent
from domain.ids import Label, TicketId
from domain.intent import OUT_OF_SCOPE
from store.approvals import ApprovalRow, DecisionRow, list_approvals
from store.events import read_events
from store.operators import Member, list_members
from store.ticket_page import DraftedRow, SaidRow, SeenContext, latest_context, list_answers, list_drafts, list_said


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRows:
    """A ticket and everything around it, as it was at `now`."""

    detail: TicketDetail
    said: tuple[SaidRow, ...]
    drafts: tuple[DraftedRow, ...]
    asked: tuple[ApprovalRow, ...]
    answers: tuple[DecisionRow, ...]
    events: tuple[TicketEvent, ...]
    seen: SeenContext | None
    customer_name: str | None  # shown to whoever may read the ticket, as what the customer wrote is
    names: Names
    specs: Mapping[Label, ActionSpec]
    colleagues: tuple[Member, ...]  # who may work on tickets here
    queues: tuple[Label, ...]
    intents: tuple[Label, ...]  # what a message may be read as
    now: datetime

    @property
    def context(self) -> CustomerContext | None:
        """The customer's records as the last turn saw them."""
        return self.seen.body if self.seen is not None else None


async def read_rows(services: Services, seat: Seat, ticket_id: TicketId) -> TicketRows:
    """Read a ticket; notes, unsent drafts and the customer's records are for operators alone. Raises NotFound."""
    tenant, is_operator = seat.tenant, seat.may(Scope.operators)
    trust = services.deps.trust.get(tenant)
    detail = await read_detail(services, seat.principal, ticket_id)
    async with services.pools.operator(tenant) as conn:
        events = await read_events(conn, tenant, ticket_id)
        drafts = await list_drafts(conn, tenant, ticket_id)
        seen = await latest_context(conn, tenant, ticket_id)
        return TicketRows(
            detail=detail,
            said=tuple(await list_said(conn, tenant, ticket_id, notes=is_operator)),
            drafts=tuple(draft for draft in drafts if is_operator or draft.sent_as is not None),
            asked=tuple(await list_approvals(conn, tenant, ticket_id=ticket_id, open_only=False)),
            answers=tuple(await list_answers(conn, tenant, ticket_id)),
            events=tuple(events),
            seen=seen if is_operator else None,
            customer_name=seen.body.name if seen is not None else None,
            names=await names_for(services, conn, tenant, events),
            specs=services.deps.backend_specs.get(tenant, {}),
            colleagues=tuple(await list_members(conn)) if is_operator else (),
            queues=tuple(sorted(services.deps.queues.get(tenant, ()))),
            intents=(*sorted(trust.levels), OUT_OF_SCOPE) if trust is not None else (),
            now=services.deps.clock(),
        )
