"""Policy and procedures in the terminal: what is current, versions, and what a dry run found."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.money import Money
from runtime.cli.views.words import ago, plain

_SHOWN = 20
_WHY = {
    "not_kept": "judged by a release that kept no facts",
    "erased": "the customer was forgotten",
    "before_policy": "refused before policy was asked",
}


def standing(part: Mapping[str, Any]) -> Text:
    """One line: which version is current, since when, by whom; and whether a file changed under it."""
    now = datetime.now(UTC)
    number = part["number"]
    text = Text(f"{part['title']}: {'the file' if number == 0 else f'version {number}'}", "title")
    text.append(f"  {part['version'][:12]}", "quiet")
    if part["at"] is not None:
        how = part["how"].replace("_", " ")
        text.append(f"  {how} {ago(datetime.fromisoformat(part['at']), now)} by {part['changed_by']}: {part['reason']}")
    if part["file_changed"]:
        text.append("\nThe workspace's file has changed since, and its changes do not count: ", "warn")
        text.append("publish them, or roll back to version 0.", "warn")
    return text


def versions_view(answer: Mapping[str, Any]) -> RenderableType:
    """Versions, and below them what was current when."""
    now = datetime.now(UTC)
    table = _table("version", "current", "digest", "by", "published", "note")
    for row in answer["versions"]:
        at = "" if row["at"] is None else ago(datetime.fromisoformat(row["at"]), now)
        name = Text("0 (file)" if row["number"] == 0 else str(row["number"]), "title")
        current = Text("current", "good") if row["is_current"] else ""
        table.add_row(name, current, row["version"][:12], row["published_by"] or "", at, row["note"] or "")
    changes = _table("what", "version", "by", "when", "because")
    for row in answer["changes"]:
        when = ago(datetime.fromisoformat(row["at"]), now)
        changes.add_row(plain(row["how"]), str(row["number"]), row["changed_by"], when, row["reason"])
    return Group(table, "", changes) if answer["changes"] else table


def dry_run_view(answer: Mapping[str, Any]) -> RenderableType:
    """How many change, from what to what, in money; the tickets behind them; and what could not be judged again."""
    parts: list[RenderableType] = []
    shifts = _table("was", "becomes", "actions", "tickets", "money")
    for row in answer["shifts"]:
        style = "quiet" if row["was"] == row["becomes"] else ""
        money = ", ".join(amount(it["amount"], it["currency"]) for it in row["amounts"])
        cells = (plain(row["was"]), plain(row["becomes"]), str(row["actions"]), str(row["tickets"]), money)
        shifts.add_row(*(Text(cell, style) for cell in cells))
    parts += [shifts, ""] if answer["shifts"] else []
    changed = answer["changed"]
    if changed:
        table = _table("ticket", "action", "money", "was", "becomes", "because of")
        for row in changed[:_SHOWN]:
            money = "" if row["amount"] is None else amount(row["amount"]["amount"], row["amount"]["currency"])
            verdicts = (plain(row["was"]), plain(row["becomes"]))
            table.add_row(row["ticket_id"], plain(row["action"]), money, *verdicts, ", ".join(row["rules"]))
        parts += [
            table,
            *([f"… and {len(changed) - _SHOWN} more; --json has all"] if len(changed) > _SHOWN else []),
            "",
        ]
    said = f"{answer['judged']} of {answer['looked_at']} past actions were judged again, {len(changed)} would change."
    parts.append(said + (" There are older ones: --newest looks further back." if answer["is_bounded"] else ""))
    parts += [
        Text(f"{row['actions']} could not be: {_WHY.get(row['reason'], row['reason'])}.", "warn")
        for row in answer["not_judged"]
    ]
    if answer["differs_from_record"]:
        count = answer["differs_from_record"]
        parts.append(f"{count} of them the current text would judge otherwise than was done: it was published later.")
    if answer["unlooked"]:
        parts.append(Text(f"Not judged, though they differ: {', '.join(answer['unlooked'])}.", "warn"))
    return Group(*parts)


def amount(minor: int, currency: str) -> str:
    """An amount, or a sum of them, as people read it."""
    return str(Money.model_construct(amount=minor, currency=currency))  # a sum may be more than one payment could be


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in titles:
        table.add_column(title)
    return table
