"""`setright chaos` and `setright verify`: what is promised, put to the test by programs that anyone can run."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, examples

VERIFY_EPILOG = examples(
    "setright verify",
    "setright verify --json --replays 200",
    "DATABASE_URL=postgresql://postgres:…@db/setright TEMPORAL_ADDRESS=temporal:7233 setright verify",
)

CHAOS_EPILOG = examples(
    "setright chaos --tickets 100",
    "setright chaos --tickets 1000 --seed 7 --json > chaos.json",
    "setright chaos --only kill_worker --only provider_answer_lost",
    "setright chaos --list",
)
_MAX_SEED = 2**31 - 1


def chaos(
    *,
    tickets: Annotated[int, typer.Option("--tickets", min=1, metavar="N", help="How many tickets are played.")] = 100,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, metavar="S", help="Repeat the run of this seed; by default a new one."),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.1, help="Open tickets for at most so long.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="FAULT", help="Only this fault; may be repeated.")
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List faults, kinds of tickets and crash points, and end.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run tickets on a throw-away stack while everything is killed, cut and slowed; then verify."""
    import secrets

    from runtime.chaos.names import check_faults, names
    from runtime.chaos.plan import Plan
    from runtime.chaos.run import run_chaos
    from runtime.cli.connect import run
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.chaos import chaos_view, names_view
    from runtime.wiring import forbid_tracing

    if listed:
        print_json(names()) if as_json else out().print(names_view(names()))
        return
    forbid_tracing()
    chosen = secrets.randbelow(_MAX_SEED) if seed is None else seed
    plan = Plan(tickets=tickets, seed=chosen, minutes=minutes, only=check_faults(only or []))
    err().print(f"seed {chosen}", style="quiet")
    report = run(run_chaos(plan, lambda text: err().print(text, style="quiet")))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        out().print(chaos_view(report))
    if not report.is_proof:
        raise typer.Exit(ExitCode.problems_found)


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
