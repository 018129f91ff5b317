"""A whole ticket: the conversation, how each turn went, what was done, what was asked of people, and the waits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from runtime.cli.answers import Event, Ticket, TicketDetail, Turn
from runtime.cli.views.conversation import chat
from runtime.cli.views.costs import spent_line
from runtime.cli.views.deeds import deed_lines, verdict_lines
from runtime.cli.views.guardrails import guardrail_line
from runtime.cli.views.lists import approval_list, status_text
from runtime.cli.views.packet import packet
from runtime.cli.views.path import lit_path
from runtime.cli.views.waits import Wait, waits
from runtime.cli.views.words import ago, clock, plain, span

_INDENT = (0, 0, 0, 2)


def ticket_view(detail: TicketDetail, events: Sequence[Event]) -> RenderableType:
    """Everything there is to see of a ticket, in the order in which people ask for it."""
    return Group(*_parts(detail, events))


def _parts(detail: TicketDetail, events: Sequence[Event]) -> Iterator[RenderableType]:
    yield _head(detail.ticket)
    if detail.guardrails is not None:
        yield guardrail_line(detail.guardrails)
    yield Text()
    yield chat(detail.messages, detail.ticket.customer_id)
    yield from _section("Turns", [_turn(turn) for turn in detail.turns])
    yield from _section("Policy", verdict_lines(events))
    yield from _section("Actions", deed_lines(events, detail.actions, reads=True))
    yield from _section("Approvals", [approval_list(detail.approvals)] if detail.approvals else [])
    yield from _section("Handoff", [packet(handoff) for handoff in detail.handoffs[-1:]])
    yield from _section("Waits", [_wait(wait) for wait in waits(events)])
    yield from _section("Model calls", [spent_line(detail.costs)] if detail.costs.calls else [])
    if detail.rating is not None:
        comment = f"  “{detail.rating.comment}”" if detail.rating.comment else ""
        yield from _section("Rating", [Text(f"{detail.rating.score} of 5{comment}")])
    if detail.links.temporal:
        yield from _section(
            "In Temporal's web UI", [Text(detail.links.temporal, f"accent link {detail.links.temporal}")]
        )


def _head(ticket: Ticket) -> RenderableType:
    head = Text.assemble((ticket.ticket_id, "title"), "  ", status_text(ticket))
    facts = [ticket.customer_id, f"by {ticket.channel}", f"opened {ago(ticket.opened_at)}"]
    if ticket.intent:
        facts.insert(1, plain(ticket.intent))
    if ticket.resolution:
        facts.append(f"resolution {plain(ticket.resolution)}")
    if ticket.assigned_to:
        facts.append(f"with {ticket.assigned_to}")
    if ticket.follow_up_of:
        facts.append(f"follow-up of {ticket.follow_up_of}")
    return Group(head, Text(" · ".join(facts), "quiet"))


def _turn(turn: Turn) -> Text:
    return lit_path(turn.path)


def _wait(wait: Wait) -> Text:
    now = datetime.now(UTC)
    ended = "" if wait.until else "  and still waiting"
    return Text.assemble(
        (f"{clock(wait.since)}  ", "quiet"), f"for the {wait.waiting_for}  {span(wait.length(now))}{ended}"
    )


def _section(title: str, content: Iterable[RenderableType]) -> Iterator[RenderableType]:
    """The content under its title; nothing at all where there is no content."""
    shown = list(content)
    if shown:
        yield Rule(Text(title, "title"), align="left", style="quiet", characters="─")
        yield Padding(Group(*shown), _INDENT)
        yield Text()
