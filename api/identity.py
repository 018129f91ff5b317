"""Who is believed: the level that a message gives its ticket, decided here and nowhere else.

A level comes from a key that may assert it, from a customer token, or from a one-time code that was sent to the address
in the tenant's own records. Nothing else that is written raises it, whoever wrote it.
"""

import re
from datetime import datetime

from api.auth import Principal, Scope
from api.errors import Refused
from api.services import Services
from domain.errors import NotFound
from domain.identity import RaisedBy, is_above, next_level
from domain.model import Model
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.codes import try_code, was_code
from store.identity import read_standing
from store.messages import lock_ticket
from store.rows import Connection
from store.tickets import TicketRow

#: A one-time code as people type it: eight digits, perhaps in two halves, and part of no longer number.
_CODE = re.compile(r"(?<![\w-])([0-9]{4})[ -]?([0-9]{4})(?![\w-])")
#: What stands in the conversation instead of it.
CODE_SHOWN = "[code]"
_CODES_READ = 3  # of one message


class Shown(Model):
    """What a request shows of its writer, and by what."""

    level: IdentityLevel
    by: RaisedBy


class Written(Model):
    """A message as it is kept: its ticket with the level it has now, and what changed it, if anything did."""

    ref: TicketRef
    text: str
    by: RaisedBy | None


def shown_by(caller: Principal, asserted: IdentityLevel) -> Shown:
    """What the caller shows; raises Refused where the key may not say who the writer is."""
    if asserted is not IdentityLevel.anonymous and not caller.may(Scope.identity_assert):
        raise Refused("forbidden", f"This key lacks the scope {Scope.identity_assert}; leave identity out.")
    if caller.customer is not None and not caller.is_visitor:
        return Shown(level=IdentityLevel.proven, by="token")
    return Shown(level=asserted, by="assertion")


def check_own(caller: Principal, ticket: TicketRow) -> None:
    """Raise NotFound where a customer token is for somebody else: their tickets are like those that do not exist."""
    if caller.customer is not None and caller.customer != ticket.customer_id:
        raise NotFound("There is no such ticket.")


async def written(services: Services, conn: Connection, ref: TicketRef, text: str, shown: Shown) -> Written:
    """Decide the level of a ticket with its next message, and take the code out of it, if one is in it.

    Holds the ticket's lock from here on, so that levels change in the order of the messages.
    """
    now = services.deps.clock()
    ticket = await lock_ticket(conn, ref)
    before = await read_standing(conn, ref)
    rules = services.identity_rules(ref.tenant)
    is_reopened = ticket.status == TicketStatus.solved

    def level_with(level: IdentityLevel) -> IdentityLevel:
        return next_level(rules, ref.channel, before, level, is_reopened=is_reopened, now=now)

    can_try = level_with(shown.level) is not IdentityLevel.proven and can_be_proven(services, ref)
    text, is_right = await _take_codes(conn, services.deps.code_key, ref, text, now, can_try=can_try)
    if is_right:
        shown = Shown(level=IdentityLevel.proven, by="code")
    level = level_with(shown.level)
    return Written(
        ref=ref.model_copy(update={"identity": level}),
        text=text,
        by=_changed_by(before.level, level, shown, is_reopened=is_reopened),
    )


def can_be_proven(services: Services, ref: TicketRef) -> bool:
    """Whether the ticket's channel lets anybody be proven."""
    return services.identity_rules(ref.tenant).channels.of(ref.channel).highest is IdentityLevel.proven


def _changed_by(before: IdentityLevel, level: IdentityLevel, shown: Shown, *, is_reopened: bool) -> RaisedBy | None:
    if is_above(before, level):
        return "lapse"
    is_renewed = is_reopened and shown.level is level and level is not IdentityLevel.anonymous
    return shown.by if level is not before or is_renewed else None


async def _take_codes(
    conn: Connection, key: bytes, ref: TicketRef, text: str, now: datetime, *, can_try: bool
) -> tuple[str, bool]:
    """Try what looks like a code, and keep no digits that ever were one; returns the text and whether one was right."""
    is_right = False
    for found in list(_CODE.finditer(text))[:_CODES_READ]:
        digits = found[1] + found[2]
        if can_try and not is_right:
            is_right = await try_code(conn, key, ref, digits, now)
        if await was_code(conn, key, ref, digits):
            text = text.replace(found[0], CODE_SHOWN)
    return text, is_right
