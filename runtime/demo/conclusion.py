"""What the demo came to: for people a table and what to try next, for programs one object."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from domain.handoff import why
from runtime.cli.style import BAD, OK
from runtime.cli.views.next_steps import next_steps
from runtime.cli.views.words import plain
from runtime.demo.play import Played


def conclusion(played: Sequence[Played], *, console_link: str | None) -> RenderableType:
    """What it all came to, and what to try next; with a link to the console of a stack that is kept."""
    parts: list[RenderableType] = [Text(), Rule(Text("What it came to ", "title"), align="left", style="accent")]
    parts += [summary(played), Text()]
    if any(ticket.mismatches for ticket in played):
        parts += [
            Text(f"{BAD} Not everything went as expected; each difference is told with its ticket.", "bad"),
            Text(),
        ]
    return Group(*parts, Rule(Text("Try next ", "title"), align="left", style="accent"), _next(console_link))


def _next(console_link: str | None) -> RenderableType:
    if console_link is not None:
        return Group(
            Text("Look around in the console; this link signs you in once:"),
            Text(console_link, f"accent link {console_link}", no_wrap=True, overflow="ignore"),
            Text("This stack stays, and its links work, until Ctrl-C. In another terminal:"),
            next_steps(),
        )
    return next_steps(
        ("setright demo --keep", "the links above work for as long as it stays"),
        ("setright up", "a stack that keeps its tickets; then, in another terminal:"),
    )


def report(played: Sequence[Played], seconds: float) -> dict[str, object]:
    """The demo's outcome for programs."""
    return {
        "tickets": [
            {
                "name": ticket.scenario.name,
                "ticket_id": ticket.detail.ticket.ticket_id,
                "status": ticket.detail.ticket.status,
                "is_autonomous": ticket.is_autonomous,
                "handed_off": ticket.handed_off,
                "performed": list(ticket.performed),
                "seconds": round(ticket.seconds, 3),
                "mismatches": list(ticket.mismatches),
                "temporal_url": ticket.detail.links.temporal,
            }
            for ticket in played
        ],
        "resolved_autonomously": sum(ticket.is_autonomous for ticket in played),
        "handed_off": sum(ticket.handed_off is not None for ticket in played),
        "actions": sum(len(ticket.performed) for ticket in played),
        "as_expected": not any(ticket.mismatches for ticket in played),
        "seconds": round(seconds, 3),
    }


def summary(played: Sequence[Played]) -> RenderableType:
    """All tickets in a table, with the totals below."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet", show_footer=True)
    actions = sum(len(ticket.performed) for ticket in played)
    alone = sum(ticket.is_autonomous for ticket in played)
    seconds = sum(ticket.seconds for ticket in played)
    table.add_column("")
    table.add_column("ticket", f"{len(played)} tickets", footer_style="title")
    table.add_column("how it ended", f"{alone} settled alone", footer_style="title")
    table.add_column("done", f"{actions} action{'' if actions == 1 else 's'}", footer_style="title")
    table.add_column("seconds", f"{seconds:.1f}", footer_style="title", justify="right")
    for ticket in played:
        sign = Text(BAD, "bad") if ticket.mismatches else Text(OK, "good")
        done = ", ".join(plain(action) for action in ticket.performed)
        table.add_row(sign, ticket.scenario.title, ending(ticket), done, f"{ticket.seconds:.1f}")
    return table


def ending(played: Played) -> Text:
    """How a ticket ended, in a few words."""
    if played.handed_off is not None:
        return Text(f"with a person: {why(played.handed_off)}", "warn")
    if played.is_autonomous:
        return Text("settled alone", "good")
    match played.detail.ticket.status:
        case "solved":
            return Text("settled after approval", "good")
        case "pending":
            return Text("waits for the customer", "accent")
        case status:
            return Text(plain(status))
