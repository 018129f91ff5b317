"""Keeping an installation healthy: `doctor`, `backup`, `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, examples

DOCTOR_EPILOG = examples("setright doctor", "setright doctor --json")
BACKUP_EPILOG = examples("setright backup setright.tar.zst", "setright backup monday.tar.gz --data-dir ./state")
RESTORE_EPILOG = examples(
    "setright restore setright.tar.zst --data-dir ./restored",
    "setright restore setright.tar.zst --force    [dim]sets the present state aside[/dim]",
)

_File = Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .tar.zst or .tar.gz.")]


def doctor(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Find what is wrong with this installation and say how to mend it."""
    from runtime.cli.connect import run
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import out
    from runtime.cli.views.findings import findings_view
    from runtime.doctor.examine import examine

    findings = run(examine(load_settings(data_dir)))
    if as_json:
        print_json([finding.model_dump() for finding in findings])
    else:
        out().print(findings_view(findings))
    if any(finding.verdict == "fail" for finding in findings):
        raise typer.Exit(ExitCode.problems_found)


def backup(
    file: _File,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole state (Postgres, Temporal, secrets) to one file; the stack may go on running."""
    from runtime.backup.make import make_backup
    from runtime.cli.connect import run
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import OK, out

    manifest = run(make_backup(load_settings(data_dir), file, is_forced=force))
    if as_json:
        print_json({"file": str(file.absolute()), **manifest.model_dump(mode="json")})
        return
    out().print(f"[good]{OK}[/good] {file}  [quiet]{file.stat().st_size / 1e6:.1f} MB[/quiet]")
    out().print("  It holds passwords and API keys besides the tickets: keep it as you keep those.", style="quiet")


def restore(
    file: _File,
    *,
    force: Annotated[bool, typer.Option("--force", help="Set the present state aside instead of refusing.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Bring back the state that a backup holds, into a data folder whose stack is stopped."""
    from runtime.backup.restore import restore_backup
    from runtime.cli.connect import run
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import OK, out

    settings = load_settings(data_dir)
    restored = run(restore_backup(settings, file, is_forced=force))
    if as_json:
        print_json(restored.model_dump(mode="json"))
        return
    out().print(f"[good]{OK}[/good] {restored.data_dir} holds the state of {restored.made_at:%-d %B %Y %H:%M} UTC.")
    if restored.set_aside is not None:
        out().print(f"  What was there before is in {restored.set_aside}; delete it when you no longer need it.")
    out().print("  setright up", style="quiet")
