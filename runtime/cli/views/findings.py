"""What the doctor found, one line a check, with what to do below those that need it."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli.style import BAD, OK, WARN
from runtime.doctor.finding import Finding

_SIGNS = {"ok": (OK, "good"), "warn": (WARN, "warn"), "fail": (BAD, "bad")}


def findings_view(findings: Sequence[Finding]) -> RenderableType:
    """Every finding, and a last line that sums them up."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for finding in findings:
        detail = Text(finding.detail, "quiet" if finding.verdict == "ok" else "")
        if finding.todo:
            detail.append(f"\n→ {finding.todo}", "accent")
        table.add_row(Text(*_SIGNS[finding.verdict]), Text(finding.name, "title"), detail)
    return Group(table, Text(), _sum(findings))


def _sum(findings: Sequence[Finding]) -> Text:
    bad = sum(finding.verdict == "fail" for finding in findings)
    if bad:
        return Text(f"{bad} thing{'s' if bad > 1 else ''} to mend.", "bad")
    return Text("Nothing to mend.", "good")
