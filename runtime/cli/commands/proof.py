"""`setright verify`: the checker that trusts nobody, for any stack."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, examples

VERIFY_EPILOG = examples(
    "setright verify",
    "setright verify --json --replays 200",
    "DATABASE_URL=postgresql://postgres:…@db/setright TEMPORAL_ADDRESS=temporal:7233 setright verify",
)


def verify(
    *,
    expect: Annotated[
        Path | None, typer.Option("--expect", metavar="FILE", help="What a driver sent and was answered (JSON).")
    ] = None,
    canaries: Annotated[
        Path | None,
        typer.Option("--canaries", metavar="FILE", help="Lines of a customer's id, a tab and a string only theirs."),
    ] = None,
    replays: Annotated[
        int | None, typer.Option("--replays", min=0, metavar="N", help="Replay only so many histories; by default all.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Hold Postgres, the provider's log and all histories of a stack at rest against twelve invariants."""
    from runtime.cli.connect import run
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.running import load_settings
    from runtime.cli.style import out
    from runtime.cli.views.proof import verified_view
    from runtime.verify.check import read_canaries
    from runtime.verify.check import verify as check
    from runtime.verify.expected import Expected
    from runtime.verify.places import find_places
    from runtime.wiring import forbid_tracing

    forbid_tracing()
    settings = load_settings(data_dir)
    verified = run(
        check(
            settings,
            find_places(settings),
            expected=Expected.read(expect) if expect is not None else None,
            canaries=read_canaries(canaries) if canaries is not None else (),
            replays=replays,
        )
    )
    if as_json:
        print_json(verified.model_dump(mode="json"))
    else:
        out().print(verified_view(verified))
    if verified.violations:
        raise typer.Exit(ExitCode.problems_found)
