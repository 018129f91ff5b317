"""The handoff packet: what the person who takes over must know, at a glance."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.handoff import why as in_words
from runtime.cli.answers import Handoff, Signal
from runtime.cli.views.words import plain


def packet(handoff: Handoff) -> RenderableType:
    """The packet as a list of named facts; what the customer was told stands in the conversation already."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="quiet", justify="right")
    table.add_column()
    for name, value in _rows(handoff):
        table.add_row(name, value)
    return Group(table)


def _rows(handoff: Handoff) -> Iterator[tuple[str, Text]]:
    told = handoff.packet
    why = Text(in_words(handoff.reason), "warn")
    why.append(f"  queue {handoff.queue}", "quiet")
    if handoff.is_urgent:
        why.append("  urgent", "warn")
    if handoff.accepted_by:
        why.append(f"  taken by {handoff.accepted_by}", "quiet")
    yield "why", why
    yield "summary", Text(told.summary)
    yield from ((plain(name), Text(value)) for name, value in told.slots.items())
    yield from ((plain(name), Text(value)) for name, value in told.known.items())
    for signal, words in _signals(handoff.signals):
        yield signal, Text(words)
    if told.attachments:
        yield "attached", Text(", ".join(told.attachments))
    if told.open_question:
        yield "open", Text(told.open_question)
    if told.promise is not None and told.promise.due_at is not None:
        yield "promised", Text(f"an answer by {told.promise.due_at:%Y-%m-%d %H:%M} UTC")
    if told.suggested_next_step:
        yield "next", Text(told.suggested_next_step, "title")
    if handoff.suggestion is not None:
        yield "suggested", Text(handoff.suggestion.text)


def _signals(signals: Iterable[Signal]) -> Iterator[tuple[str, str]]:
    """Each signal once, with the customer's own words behind it."""
    words: dict[str, list[str]] = {}
    for one in signals:
        words.setdefault(plain(one.signal), []).append(f"“{one.words}”")
    yield from ((signal, " ".join(quoted)) for signal, quoted in words.items())
