"""The list of parts that come up, ticked off as they do: redrawn in a terminal, a line each where there is none."""

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from runtime.cli.style import ARROW, BAD, OK, WARN

#: The parts in the order in which they come up, as people call them; any other one is called by its own name.
TITLES = {
    "postgres": "Postgres with pgvector",
    "temporal": "Temporal with its web UI",
    "database": "Schema and roles",
    "workspace": "Shop and knowledge base",
    "worker": "Worker",
    "api": "API",
}
_SIGNS = {"ready": (OK, "good"), "failed": (BAD, "bad"), "restarting": (WARN, "warn")}


@dataclass
class _Part:
    """One line of the list."""

    state: str = "waiting"
    detail: str = ""
    began: float = field(default_factory=time.monotonic)
    spinner: Spinner = field(default_factory=lambda: Spinner("dots", style="accent"))


class Checklist:
    """What the stack's parts are doing; hand `heard` to whoever starts them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._parts: dict[str, _Part] = {name: _Part() for name in TITLES}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        """Draw the list until the block ends; what is heard afterwards becomes a line each."""
        if self._console.is_terminal:
            self._live = Live(get_renderable=self._draw, console=self._console, refresh_per_second=12)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the list as it stands, without the parts that nobody started (servers of your own)."""
        if isinstance(error, Exception):
            for part in self._parts.values():
                part.state = "failed" if part.state == "starting" else part.state
        self._parts = {name: part for name, part in self._parts.items() if part.state != "waiting"}
        if self._live is not None:
            self._live.stop()
            self._live = None

    def heard(self, name: str, state: str, detail: str) -> None:
        """Take in that a part is now in another state."""
        if state in {"stopping", "stopped"}:
            return  # whoever stops everything says so once
        part = self._parts.setdefault(name, _Part())
        part.state, part.detail = state, detail.splitlines()[0] if detail else ""
        if self._live is None and state in _SIGNS:
            sign, style = _SIGNS[state]
            self._console.print(_line(Text(sign, style), name, part))

    def _draw(self) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        for name, part in self._parts.items():
            table.add_row("", self._sign(part), _title(name), _detail(part))
        return Group(table)

    def _sign(self, part: _Part) -> RenderableType:
        if part.state in _SIGNS:
            return Text(*_SIGNS[part.state])
        return part.spinner if part.state == "starting" else Text(" ")


def _title(name: str) -> Text:
    return Text(TITLES.get(name, name.replace("_", " ").capitalize()))


def _detail(part: _Part) -> Text:
    shown = part.detail if part.detail or part.state in {"ready", "waiting"} else part.state
    return Text(shown, "bad" if part.state == "failed" else "quiet")


def _line(sign: Text, name: str, part: _Part) -> Text:
    said = part.detail or part.state
    return Text.assemble(" ", sign, " ", _title(name), (f"  {ARROW} {said}" if said else "", "quiet"))
