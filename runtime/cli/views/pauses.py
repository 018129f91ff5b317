"""Pauses as a table."""

from collections.abc import Iterable
from datetime import UTC, datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli.answers import Pause
from runtime.cli.views.words import ago, plain


def covered(pause: Pause) -> str:
    """What a pause stops, in words."""
    return "every write" if pause.name is None else f"the {pause.scope} {plain(pause.name)}"


def pause_table(pauses: Iterable[Pause]) -> RenderableType:
    """Pauses in the order given."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in ("pause", "stops", "because", "by", "since", "until", "holds"):
        table.add_column(title, no_wrap=title == "pause")
    now = datetime.now(UTC)
    for pause in pauses:
        ended = None if pause.lifted_at is None else f"{ago(pause.lifted_at, now)} by {pause.lifted_by}"
        table.add_row(
            Text(str(pause.id), "title"),
            covered(pause),
            pause.reason,
            pause.paused_by,
            Text(ago(pause.at, now), "quiet"),
            Text(ended, "quiet") if ended else Text("lifted", "warn"),
            f"{pause.held} action{'' if pause.held == 1 else 's'}",
        )
    return table
