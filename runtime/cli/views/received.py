"""What the API says when it has taken a message: the answer, and how to go on."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from runtime.cli.answers import Received
from runtime.cli.views.conversation import bubble
from runtime.cli.views.lists import status_text


def received_view(received: Received) -> RenderableType:
    """The answers that came in time, the ticket's id and status, and the next command worth knowing."""
    return Group(*_parts(received))


def _parts(received: Received) -> Iterator[RenderableType]:
    for message in received.answers:
        yield bubble(message, "customer")
    ticket_id = received.ticket_id
    if received.ticket is None:
        yield Text.assemble((ticket_id, "title"), "  accepted; no answer yet")
        yield Text(f"  setright show {ticket_id}", "quiet")
        return
    yield Text.assemble((ticket_id, "title"), "  ", status_text(received.ticket))
    match received.ticket.status, received.ticket.waiting_for:
        case "on_hold", _:
            yield Text("  setright approvals", "quiet")
        case _, "operator":
            yield Text(f"  setright show {ticket_id}    the packet for the operator", "quiet")
        case _:
            yield Text(f'  setright ask "…" --ticket {ticket_id}', "quiet")
