"""How things look in the terminal: a few colours that mean something, and the signs that go with them.

Colour never carries a meaning alone: every state has a sign and a word as well.
"""

from functools import cache

from rich.console import Console
from rich.theme import Theme

#: Longer lines are hard to read, however wide the terminal is.
MAX_WIDTH = 100

THEME = Theme(
    {
        "good": "green",
        "bad": "red",
        "warn": "yellow",
        "accent": "cyan",
        "quiet": "dim",
        "title": "bold",
        "customer": "cyan",
        "assistant": "green",
        "operator": "magenta",
        "system": "dim",
        "node.on": "bold green",
        "node.off": "dim",
    },
    inherit=True,
)

OK, BAD, WARN, BUSY, DOT, ARROW = "✓", "✗", "!", "•", "·", "→"


@cache
def out() -> Console:
    """The console for what was asked for (standard output)."""
    return _console(stderr=False)


@cache
def err() -> Console:
    """The console for progress and complaints (standard error)."""
    return _console(stderr=True)


def nowhere() -> Console:
    """A console that prints nothing, for when programs listen."""
    return Console(theme=THEME, quiet=True)


def _console(*, stderr: bool) -> Console:
    console = Console(theme=THEME, stderr=stderr, highlight=False, emoji=False)
    console.width = min(console.width, MAX_WIDTH)
    return console
