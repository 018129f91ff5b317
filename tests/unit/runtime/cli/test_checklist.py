"""The list of parts that come up."""

from io import StringIO

from rich.console import Console

from runtime.cli.checklist import Checklist
from runtime.cli.style import THEME


def listed(*heard: tuple[str, str, str], is_terminal: bool = False) -> str:
    """What was printed while these things were heard."""
    console = Console(file=StringIO(), theme=THEME, force_terminal=is_terminal, width=100, color_system=None)
    checklist = Checklist(console)
    with checklist:
        for name, state, detail in heard:
            checklist.heard(name, state, detail)
    return str(console.file.getvalue())  # type: ignore[attr-defined] # a StringIO, as given above


def test_without_a_terminal_each_part_is_one_line() -> None:
    """A log file gets no control characters and no half-drawn lists: a line when a part is ready, and when it fails."""
    shown = listed(
        ("postgres", "starting", ""),
        ("postgres", "ready", "PostgreSQL 18 on 127.0.0.1:20001, 1.1 s"),
        ("temporal", "failed", "Port 7233 is in use.\nthe log's last lines"),
    )
    assert shown.splitlines() == [
        " ✓ Postgres with pgvector  → PostgreSQL 18 on 127.0.0.1:20001, 1.1 s",
        " ✗ Temporal with its web UI  → Port 7233 is in use.",
    ]


def test_in_a_terminal_the_list_stands_as_it_ended() -> None:
    """Parts that nobody started (servers of one's own) are not listed at the end."""
    shown = listed(("temporal", "ready", "127.0.0.1:20002"), ("api", "ready", "http://127.0.0.1:1"), is_terminal=True)
    last = shown.rpartition("\x1b[2K")[2]
    assert "✓ Temporal with its web UI" in last
    assert "API" in last
    assert "Postgres" not in last


def test_what_happens_later_is_told_line_by_line() -> None:
    """A restart while the stack is up is told; that everything stops when it is stopped is not news."""
    console = Console(file=StringIO(), theme=THEME, width=100, color_system=None)
    checklist = Checklist(console)
    with checklist:
        checklist.heard("worker", "ready", "")
    checklist.heard("worker", "restarting", "it ended unexpectedly (status -9)")
    checklist.heard("worker", "stopped", "")
    assert str(console.file.getvalue()).splitlines() == [  # type: ignore[attr-defined] # as above
        " ✓ Worker  → ready",
        " ! Worker  → it ended unexpectedly (status -9)",
    ]
