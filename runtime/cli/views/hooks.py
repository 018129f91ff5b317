"""Hooks as a table."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from domain.hook import HOOK_EVENTS
from runtime.cli.answers import Hook
from runtime.cli.views.words import plain

_STYLES = {"active": "good", "failing": "warn", "disabled": "bad"}


def hook_table(hooks: Iterable[Hook]) -> RenderableType:
    """Hooks in the order given."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in ("hook", "goes", "where", "tells", "state", "latest call"):
        table.add_column(title, no_wrap=title == "hook", overflow="fold")
    for hook in hooks:
        is_out = hook.direction == "outbound"
        told = "everything" if len(hook.events) == len(HOOK_EVENTS) else ", ".join(hook.events)
        state = Text(hook.state, _STYLES.get(hook.state, ""))
        if hook.waiting:
            state.append(f", {hook.waiting} waiting", "quiet")
        table.add_row(
            Text(hook.hook_id, "title"),
            "out" if is_out else "in",
            hook.url or hook.path or "",
            told if is_out else "",
            state,
            _latest(hook),
        )
    return table


def _latest(hook: Hook) -> str:
    if hook.attempts is None:
        return ""
    times = f", {hook.attempts} attempts" if hook.attempts > 1 else ""
    answered = str(hook.last_status) if hook.last_status is not None else plain(hook.last_error_code or "")
    return f"{answered}{times}"
