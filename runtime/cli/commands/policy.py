"""`setright policy …`: what judgments go by, tried on past tickets before it counts."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Newest, Number, Replaces, Tenant, TextFile, examples

_PART = "policy"
_ABOUT = (
    "Read the policy, try an edited one on past tickets, publish it, roll back.\n\n"
    "The workspace's policy.yaml is version 0. What is published wins over it, from the next judgment on and without a "
    "restart, until somebody rolls back to 0."
)
app = typer.Typer(name="policy", help=_ABOUT, no_args_is_help=True)

_SHOW_EPILOG = examples("setright policy show > policy.yaml", "setright policy show 3    [dim]an earlier version[/dim]")
_CHECK_EPILOG = examples("setright policy check policy.yaml", "cat policy.yaml | setright policy check - --json")
_DRY_RUN_EPILOG = examples(
    "setright policy dry-run policy.yaml",
    "setright policy dry-run rule.yaml --rule refund_up_to_100    [dim]one rule, edited or new[/dim]",
    "setright policy dry-run --rule refund_as_goodwill    [dim]without this rule[/dim]",
)
_PUBLISH_EPILOG = examples(
    'setright policy publish policy.yaml --note "Refunds above 50 euro need approval."',
    'setright policy publish policy.yaml --note "…" --replaces 9f2c…    [dim]refused if somebody was faster[/dim]',
)
_VERSIONS_EPILOG = examples("setright policy versions", "setright policy versions --json")
_ROLL_BACK_EPILOG = examples(
    'setright policy roll-back 2 --reason "Version 3 refuses too much."',
    'setright policy roll-back 0 --reason "Back to the file."',
)


@app.command(epilog=_SHOW_EPILOG)
def show(
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", min=0, help="A version; 0: the file.")] = None,
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print the current policy, or an earlier version: the text alone, and on standard error what it is."""
    from runtime.cli import rulebook

    answer = rulebook.ask(
        data_dir,
        tenant,
        lambda client: client.read_text(_PART) if number is None else client.version(_PART, number),
    )
    rulebook.show(answer, as_json=as_json)


@app.command(epilog=_CHECK_EPILOG)
def check(file: TextFile, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say what is wrong with an edited policy, each with file, line and field; ends with 1 if anything is."""
    from runtime.cli import rulebook

    rulebook.check(_PART, file, data_dir, tenant, as_json=as_json)


@app.command("dry-run", epilog=_DRY_RUN_EPILOG)
def dry_run(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The edited policy; with --rule, that rule alone.")
    ] = None,
    *,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Edit or add one rule; without a FILE, leave it out.")
    ] = None,
    newest: Newest = 1_000,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Judge past actions again under an edited policy: which would change, in money. Nothing is done to any of them.

    What is compared is the current policy with the edited one, on the facts as they were when the action was judged.
    """
    from runtime.cli import rulebook

    if file is None and rule is None:
        raise typer.BadParameter("say what: a FILE, or --rule with the id of a rule")
    body: dict[str, object] = {"newest": newest}
    body |= {"text": rulebook.read_text(file)} if file is not None else {}
    body |= {"rule": rule} if rule is not None else {}
    rulebook.try_out(_PART, body, data_dir, tenant, as_json=as_json)


@app.command(epilog=_PUBLISH_EPILOG)
def publish(
    file: TextFile,
    *,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What changes and why; kept with the version.")],
    replaces: Replaces = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make an edited policy current: the next judgment of every worker goes by it."""
    from runtime.cli import rulebook

    rulebook.publish(_PART, file, note, replaces, data_dir, tenant, as_json=as_json)


@app.command(epilog=_VERSIONS_EPILOG)
def versions(*, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List what was published, and which version was current since when, by whom and why."""
    from runtime.cli import rulebook

    rulebook.versions(_PART, data_dir, tenant, as_json=as_json)


@app.command("roll-back", epilog=_ROLL_BACK_EPILOG)
def roll_back(
    number: Number,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Kept with the change.")],
    replaces: Replaces = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make an earlier version current again, or (0) the workspace's file."""
    from runtime.cli import rulebook

    rulebook.roll_back(_PART, number, reason, replaces, data_dir, tenant, as_json=as_json)
