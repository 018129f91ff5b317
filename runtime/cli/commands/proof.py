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
    "setright chaos --crash-points    [dim]a process dies at every one of them[/dim]",
    "setright chaos --paused 3000     [dim]waits for approval, cold restart, decisions[/dim]",
    "setright chaos --self-test       [dim]does the checker find what is planted?[/dim]",
)
_MAX_SEED = 2**31 - 1


def chaos(  # noqa: PLR0913 - each is an option of the command line
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
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Only this fault, or this crash point; may be repeated."),
    ] = None,
    crash_points: Annotated[
        bool, typer.Option("--crash-points", help="Instead: crash at every point, a ticket for each.")
    ] = False,
    paused: Annotated[
        int | None,
        typer.Option("--paused", min=1, metavar="N", help="Instead: pause so many tickets, then decide all."),
    ] = None,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Instead: plant faults that the checker must find.")
    ] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="List faults, kinds of tickets and crash points, and end.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run tickets on a throw-away stack while everything is killed, cut and slowed; then verify."""
    import secrets

    from runtime.chaos import names
    from runtime.chaos.paused import run_paused
    from runtime.chaos.plan import Plan
    from runtime.chaos.run import run_chaos
    from runtime.chaos.self_test import run_self_test
    from runtime.cli.connect import run
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.chaos import chaos_view, names_view, self_test_view
    from runtime.wiring import forbid_tracing

    if listed:
        print_json(names.names()) if as_json else out().print(names_view(names.names()))
        return
    forbid_tracing()
    chosen = secrets.randbelow(_MAX_SEED) if seed is None else seed

    def say(text: str) -> None:
        err().print(text, style="quiet")

    say(f"seed {chosen}")
    if self_test:
        tested = run(run_self_test(chosen, say))
        print_json(tested.model_dump(mode="json")) if as_json else out().print(self_test_view(tested))
        if not tested.is_passed:
            raise typer.Exit(ExitCode.problems_found)
        return
    if paused is not None:
        report = run(run_paused(paused, chosen, say))
    elif crash_points:
        points = names.chosen("crash_points", only or [])
        report = run(run_chaos(Plan(tickets=0, seed=chosen, has_faults=False, points=points), say))
    else:
        faults = names.chosen("faults", only) if only else ()
        report = run(run_chaos(Plan(tickets=tickets, seed=chosen, minutes=minutes, only=faults), say))
    print_json(report.model_dump(mode="json")) if as_json else out().print(chaos_view(report))
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
