"""`setright attack`: replace the assistant by an attacker and see whether anything leaks or happens unapproved."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.exit_codes import ExitCode
from runtime.cli.options import DATA_SETS, AsJson, data_option, examples

EPILOG = examples(
    "setright attack",
    "setright attack --calls 2000 --seed 7",
    "setright attack --calls 20000 --json > attack.json",
    "setright attack --sequences 10000            # the long one: about 60,000 calls",
)


def attack(
    *,
    calls: Annotated[int, typer.Option("--calls", metavar="N", min=1, help="At least so many hostile calls.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed makes the same calls.")] = 1,
    sequences: Annotated[
        int, typer.Option("--sequences", metavar="N", min=0, help="At least so many random sequences of 2 to 8 calls.")
    ] = 0,
    data: Annotated[Path | None, data_option("injecagent, agentdojo_injection and cse_prompt_injection")] = None,
    as_json: AsJson = False,
) -> int:
    """Let an evil model loose on a throw-away Setright of twenty tenants, and check what leaked or happened.

    Starts servers of its own and removes them; it touches no stack of yours. It exits with 1 when a promise was broken,
    a planted hole was not found, or nothing worked, so that the run proves nothing.
    """
    from runtime.attack.run import run_attack
    from runtime.cli.output import print_json
    from runtime.cli.style import err, out
    from runtime.cli.views.attack import progress_bar, table
    from runtime.wiring import forbid_tracing

    forbid_tracing()
    with progress_bar(err(), is_quiet=as_json) as on_progress:
        report = asyncio.run(
            run_attack(calls, seed, sequences=sequences, data=data or DATA_SETS, on_progress=on_progress)
        )
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        out().print(table(report))
    return ExitCode.ok if report.is_good else ExitCode.problems_found
