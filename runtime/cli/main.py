"""The command line: `setright`. Every command is declared here and written in `commands/`.

Only what `--help` shows is imported before a command runs, so that the help answers at once.
"""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from runtime.cli.commands import (
    approvals,
    ask,
    attack,
    audit,
    autonomy,
    care,
    corrections,
    costs,
    forget,
    graph,
    guardrails,
    handoffs,
    hooks,
    identity,
    knowledge,
    knowledge_doubts,
    metrics,
    operator,
    operators,
    pauses,
    policy,
    procedures,
    procedures_versions,
    processes,
    proof,
    stack,
    tickets,
    tune,
    widget,
    workspace,
)
from runtime.cli.commands import eval as measuring
from runtime.cli.errors import explain
from runtime.cli.exit_codes import MEANINGS, ExitCode
from runtime.cli.options import examples
from runtime.cli.output import print_problem
from runtime.ending import leave

_RUN, _TICKETS, _DECIDE, _OPERATE, _CARE, _PROOF, _BUILD, _GROWN_UP = (
    "Run",
    "From a running stack: tickets",
    "From a running stack: decisions",
    "From a running stack: an operator's moves",
    "Care",
    "Proof",
    "Your own workspace",
    "Your own servers",
)
_EXIT_CODES = "\n".join(f"[dim]{code.value:>3}[/dim]  {meaning}" for code, meaning in MEANINGS.items())
_EXAMPLES = examples(
    "setright demo",
    "setright up",
    'setright ask "Where is my order?" --customer cus_jon',
    "setright show T-7H3K9QWZ",
)

app = typer.Typer(
    name="setright",
    help="Setright settles customer tickets end to end. Start with [bold]setright demo[/bold].",
    epilog=f"{_EXAMPLES}\n\n[bold]Exit codes[/bold]\n{_EXIT_CODES}",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001 - typer's signature
    if is_wanted:
        import importlib.metadata

        typer.echo(importlib.metadata.version("setright"))
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    del version, debug  # seen to by the callback above, and by `run`, which must know even if this is not reached


app.command(rich_help_panel=_RUN, epilog=stack.UP_EPILOG)(stack.up)
app.command(rich_help_panel=_RUN, epilog=stack.DEMO_EPILOG)(stack.demo)

app.command(rich_help_panel=_TICKETS, epilog=ask.EPILOG)(ask.ask)
app.command(rich_help_panel=_TICKETS, epilog=tickets.TICKETS_EPILOG)(tickets.tickets)
app.command(rich_help_panel=_TICKETS, epilog=tickets.SHOW_EPILOG)(tickets.show)
app.command(rich_help_panel=_TICKETS, epilog=tickets.HISTORY_EPILOG)(tickets.history)
app.command(rich_help_panel=_TICKETS, epilog=tickets.EVIDENCE_EPILOG)(tickets.evidence)
app.command(rich_help_panel=_TICKETS, epilog=tickets.WATCH_EPILOG)(tickets.watch)
app.command(rich_help_panel=_TICKETS, epilog=costs.COSTS_EPILOG)(costs.costs)
app.command(rich_help_panel=_TICKETS, epilog=metrics.EPILOG)(metrics.metrics)
app.command(rich_help_panel=_TICKETS, epilog=guardrails.EPILOG)(guardrails.guardrails)
app.command(rich_help_panel=_TICKETS, epilog=handoffs.EPILOG)(handoffs.handoffs)
app.command(rich_help_panel=_TICKETS, epilog=operator.RATE_EPILOG)(operator.rate)
app.command(rich_help_panel=_TICKETS, epilog=identity.CODES_EPILOG)(identity.codes)
app.command(rich_help_panel=_TICKETS, epilog=widget.EPILOG)(widget.widget)

app.command(rich_help_panel=_DECIDE, epilog=approvals.LIST_EPILOG)(approvals.approvals)
app.command(rich_help_panel=_DECIDE, epilog=approvals.APPROVE_EPILOG)(approvals.approve)
app.command(rich_help_panel=_DECIDE, epilog=approvals.DECLINE_EPILOG)(approvals.decline)
app.command(rich_help_panel=_DECIDE, epilog=approvals.AMEND_EPILOG)(approvals.amend)

app.command(rich_help_panel=_DECIDE, epilog=approvals.SNOOZE_EPILOG)(approvals.snooze)
app.command(rich_help_panel=_DECIDE, epilog=pauses.PAUSE_EPILOG)(pauses.pause)
app.command(rich_help_panel=_DECIDE, epilog=pauses.RESUME_EPILOG)(pauses.resume)
app.command(rich_help_panel=_DECIDE, epilog=pauses.PAUSES_EPILOG)(pauses.pauses)

app.add_typer(autonomy.app, rich_help_panel=_DECIDE)
app.add_typer(corrections.app, rich_help_panel=_DECIDE)
app.command(rich_help_panel=_OPERATE, epilog=corrections.CORRECT_EPILOG)(corrections.correct)
app.command(rich_help_panel=_OPERATE, epilog=operator.REPLY_EPILOG)(operator.reply)
app.command("take-over", rich_help_panel=_OPERATE, epilog=operator.TAKE_OVER_EPILOG)(operator.take_over)
app.command("hand-back", rich_help_panel=_OPERATE, epilog=operator.HAND_BACK_EPILOG)(operator.hand_back)
app.command(rich_help_panel=_OPERATE, epilog=operator.ASSIGN_EPILOG)(operator.assign)
app.command(rich_help_panel=_OPERATE, epilog=operator.NOTE_EPILOG)(operator.note)
app.command("put-off", rich_help_panel=_OPERATE, epilog=operator.PUT_OFF_EPILOG)(operator.put_off)
app.command(rich_help_panel=_OPERATE, epilog=operator.UNDO_EPILOG)(operator.undo)
app.command(rich_help_panel=_DECIDE, epilog=operator.SETTLE_EPILOG)(operator.settle)
app.command(rich_help_panel=_OPERATE, epilog=operator.CLOSE_EPILOG)(operator.close)

app.command(rich_help_panel=_CARE, epilog=care.DOCTOR_EPILOG)(care.doctor)
app.command(rich_help_panel=_CARE, epilog=care.BACKUP_EPILOG)(care.backup)
app.command(rich_help_panel=_CARE, epilog=care.RESTORE_EPILOG)(care.restore)

app.command(rich_help_panel=_PROOF, epilog=proof.CHAOS_EPILOG)(proof.chaos)
app.command(rich_help_panel=_PROOF, epilog=proof.VERIFY_EPILOG)(proof.verify)
app.command(rich_help_panel=_PROOF, epilog=attack.EPILOG)(attack.attack)
app.add_typer(audit.app, rich_help_panel=_CARE)
app.command(rich_help_panel=_CARE, epilog=forget.EPILOG)(forget.forget)

app.add_typer(workspace.app, rich_help_panel=_BUILD)
app.add_typer(policy.app, rich_help_panel=_BUILD)
procedures_versions.attach(procedures.app)
app.add_typer(procedures.app, rich_help_panel=_BUILD)
app.command(rich_help_panel=_BUILD, epilog=tune.EPILOG)(tune.tune)
knowledge_doubts.attach(knowledge.app)
app.add_typer(knowledge.app, rich_help_panel=_BUILD)
app.add_typer(hooks.app, rich_help_panel=_BUILD)
app.add_typer(identity.app, rich_help_panel=_BUILD)
app.add_typer(measuring.app, rich_help_panel=_BUILD)
app.command("model-server", rich_help_panel=_BUILD, epilog=costs.MODEL_SERVER_EPILOG)(costs.model_server)
app.command(rich_help_panel=_BUILD, epilog=graph.EPILOG)(graph.graph)

app.command(rich_help_panel=_GROWN_UP, epilog=processes.API_EPILOG)(processes.api)
app.command(rich_help_panel=_GROWN_UP, epilog=processes.WORKER_EPILOG)(processes.worker)
app.add_typer(operators.app, rich_help_panel=_RUN)
app.add_typer(processes.db, rich_help_panel=_GROWN_UP)


def run(arguments: Sequence[str]) -> ExitCode | int:
    """Run one command line and return its exit code; what goes wrong is told in words on standard error."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without Unicode gets question marks, not a crash
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        ended = get_command(app)(list(arguments), prog_name="setright", standalone_mode=False)
    except typer.TyperException as error:  # the command line is wrong
        if what := error.format_message():  # nothing is said where the help was shown for want of a command
            print_problem(what, "See `setright --help`, or `--help` behind a command.")
        return ExitCode.usage
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.interrupted
    except SystemExit:  # typer and rich, when the reader had seen enough: `setright tickets | head`
        return ExitCode.ok
    except Exception as error:
        what, todo, code = explain(error)
        if "--debug" in arguments:
            raise
        print_problem(what, todo)
        return code
    return ended if isinstance(ended, int) else ExitCode.ok


def main() -> None:
    """The entry point."""
    # More threads of the numerics library only fight over a few cores: ten times slower on two busy ones (measured).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    leave(run(sys.argv[1:]))
