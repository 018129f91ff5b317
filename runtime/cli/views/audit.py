"""The verdict on the record: what does not hold, where, and how much was looked at."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.audit.verify import AuditReport
from runtime.cli.style import BAD, OK, WARN

_SHOWN = 20


def report_view(report: AuditReport, heads_file: Path) -> RenderableType:
    """Every problem by ticket and place (the first ones, of many), and a last line that sums up."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for problem in report.problems[:_SHOWN]:
        where = problem.ticket_id or ("chain" if problem.tenant else "file")
        table.add_row(Text(BAD, "bad"), problem.tenant or "", Text(where, "title"), str(problem.seq), problem.what)
    parts: list[RenderableType] = [table] if report.problems else []
    if len(report.problems) > _SHOWN:
        parts.append(Text(f"… and {len(report.problems) - _SHOWN} more; --json has them all", "quiet"))
    if report.kept_heads and not report.has_checked_signatures:
        parts.append(Text(f"{WARN} The kept heads' signatures were not checked: set SETRIGHT_AUDIT_KEY.", "warn"))
    parts.append(
        Text(f"{BAD} The record does not hold.", "bad") if report.problems else Text(f"{OK} The record holds.")
    )
    seconds = report.milliseconds / 1000
    looked_at = f"  {report.events} events of {report.tickets} tickets, {report.tenants} tenants"
    speed = f"{seconds:.1f} s, {report.events_per_second} events/s"
    kept = f"{report.kept_heads} kept heads in {heads_file}" if report.kept_heads else "no kept heads"
    parts.append(Text(f"{looked_at}; {kept}; {speed}", "quiet"))
    return Group(*parts)
