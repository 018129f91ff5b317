"""`setright up` and `setright demo`: the whole product on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import DataDir, examples

UP_EPILOG = examples(
    "setright up",
    "setright up --port 8080 --data-dir ./state",
    "setright up --fresh    [dim]begins anew; the old state is set aside, not deleted[/dim]",
)
DEMO_EPILOG = examples(
    "setright demo",
    "setright demo --fast",
    "setright demo --only big_refund --keep",
    "setright demo --fast --json",
)


def up(
    *,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="The API's port; by default a free one, kept.")
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", metavar="FOLDER", help="Your procedures, policy and articles; else the example."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Set the present state aside and begin with none.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Start everything on this machine and stay, until Ctrl-C stops it in order."""
    from runtime.cli.running import load_settings
    from runtime.cli.staying import stay_up

    given = {"api_port": port, "workspace": workspace}
    overrides = {name: value for name, value in given.items() if value is not None}
    stay_up(load_settings(data_dir, **overrides), is_fresh=fresh)


def demo(
    *,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Play only this ticket; may be repeated.")
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Without the pauses for reading.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Stay up afterwards, to look around.")] = False,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object with every outcome.")] = False,
) -> None:
    """Watch real tickets being settled by a real workflow on real servers, then look around yourself."""
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.running import load_settings
    from runtime.demo.run import run_demo

    settings = load_settings(data_dir)
    if data_dir is None:
        settings = settings.model_copy(update={"data_dir": settings.demo_data_dir})
    is_as_expected = run_demo(settings, only=only or [], is_fast=fast, is_kept=keep, as_json=as_json)
    if not is_as_expected:
        raise typer.Exit(ExitCode.problems_found)
