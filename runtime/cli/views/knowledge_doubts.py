"""Conflicts, gaps and the other doubts about knowledge, as tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli.views.words import plain
from runtime.knowledge_check import Findings


def findings(found: Findings) -> RenderableType:
    """Everything that a check found, most urgent first."""
    parts: list[RenderableType] = []
    if found.conflicts:
        parts += [Text("These contradict each other:", "bad"), conflict_table(found.conflicts)]
    for title, rows in (
        ("These could not be read:", [f"{it['article']}:{it['line']}  {it['text']}" for it in found.problems]),
        ("These are stale:", [it["article"] for it in found.stale]),
        ("Nobody can find these:", [f"{it['article']}  {plain(it['reason'])}" for it in found.unfindable]),
        (
            "These say nearly the same:",
            [f"{it['article']}  {it['other']}  {it['similarity']:.2f}" for it in found.overlapping],
        ),
    ):
        if rows:
            parts += [Text(title, "warn"), *(Text(f"  {row}") for row in rows)]
    return Group(*parts)


def conflict_table(conflicts: Iterable[Mapping[str, Any]]) -> RenderableType:
    """Each conflict with both statements, one above the other."""
    table = _table("conflict", "differs in", "article", "says", "status")
    for conflict in conflicts:
        one, other = conflict["passages"]
        table.add_row(
            Text(conflict.get("conflict_id", ""), "title"),
            conflict["kind"],
            one["article"],
            Text(one["said"]),
            conflict.get("status", ""),
        )
        table.add_row("", "", other["article"], Text(other["said"]), "")
    return table


def gap_table(gaps: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Each gap with how often it was asked, and where."""
    table = _table("gap", "asked", "about", "tickets")
    for gap in gaps:
        table.add_row(
            Text(gap["gap_id"], "title"), str(gap["questions"]), Text(gap["title"]), ", ".join(gap["tickets"][:5])
        )
    return table


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in titles:
        table.add_column(title, no_wrap=title in {"conflict", "gap"})
    return table
