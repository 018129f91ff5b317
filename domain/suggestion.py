"""Which reply the assistant suggests to whoever holds a ticket now, as its events tell."""

from collections.abc import Sequence

from domain.event import TicketEvent

_ENDS = frozenset({"reply_suggested", "operator_replied", "handed_back", "message_received", "closed"})


def suggested_now(events: Sequence[TicketEvent]) -> int | None:
    """The draft of the newest suggestion, unless somebody has answered, written or handed back since; else None."""
    newest = next((event for event in reversed(events) if event.kind in _ENDS), None)
    draft = newest.body.get("draft") if newest is not None and newest.kind == "reply_suggested" else None
    return draft if isinstance(draft, int) else None
