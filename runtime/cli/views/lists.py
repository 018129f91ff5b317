"""Tickets and approvals as lists."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli.answers import Approval, Ticket
from runtime.cli.views.bar import Bar
from runtime.cli.views.words import ago, plain

STATUS_STYLES = {
    "new": "accent",
    "open": "warn",
    "pending": "accent",
    "on_hold": "magenta",
    "solved": "good",
    "closed": "quiet",
}


def status_text(ticket: Ticket) -> Text:
    """A ticket's status, and whose move it is where that is not plain."""
    shown = Text(plain(ticket.status), STATUS_STYLES.get(ticket.status, ""))
    if ticket.waiting_for not in {"nobody", "customer"} and ticket.status != "closed":
        shown.append(f" ({ticket.waiting_for})", "quiet")
    return shown


def ticket_table(tickets: Iterable[Ticket]) -> RenderableType:
    """Tickets as a table, in the order given."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in ("ticket", "status", "customer", "about", "queue", "turns", "updated"):
        table.add_column(title, no_wrap=title in {"ticket", "turns"})
    now = datetime.now(UTC)
    for ticket in tickets:
        about = ticket.subject or plain(ticket.intent or "")
        queue = Text(ticket.queue or "", "warn" if ticket.is_urgent else "")
        if ticket.is_urgent:
            queue.append(" urgent", "warn")
        turns = f"{ticket.turns}" + (f", reopened {ticket.reopens} times" if ticket.reopens else "")
        table.add_row(
            Text(ticket.ticket_id, "title"),
            status_text(ticket),
            ticket.customer_id,
            about,
            queue,
            turns,
            Text(ago(ticket.updated_at, now), "quiet"),
        )
    return table


def approval_list(approvals: Iterable[Approval]) -> RenderableType:
    """Requests with what exactly is asked, and how to answer."""
    return Group(*(part for approval in approvals for part in _request(approval)))


def _request(approval: Approval) -> Iterator[RenderableType]:
    now = datetime.now(UTC)
    is_open = approval.state == "open"
    head = Text.assemble(
        (approval.approval_id, "title"), "  ", (plain(approval.state), "warn" if is_open else "quiet"), "  "
    )
    if approval.settled is not None:
        by = f" by {approval.settled.decided_by}" if approval.settled.decided_by else ""
        head.append(f"{by.strip()} {ago(approval.settled.at, now)}", "quiet")
    else:
        who = f"{approval.approvers} of {plain(approval.role)}" if approval.approvers > 1 else plain(approval.role)
        head.append(f"asks {who}, expires {ago(approval.expires_at, now)}", "quiet")
        if approval.snoozed_until is not None and approval.snoozed_until > now:
            head.append(f", put off, back {ago(approval.snoozed_until, now)}", "quiet")
    yield head
    yield Bar(Text(approval.text), "warn" if is_open else "quiet")
    yield Text(f"  because of {', '.join(approval.rules)}", "quiet")
    if is_open:
        yield Text.assemble(("  setright approve ", "quiet"), approval.approval_id)
    yield Text()
