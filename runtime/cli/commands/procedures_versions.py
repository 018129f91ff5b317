"""The commands of `setright procedures …` that speak to a running stack: texts, and what was published of them."""

from typing import Annotated, TypeAlias

import typer

from runtime.cli.options import AsJson, DataDir, Newest, Number, Replaces, Tenant, TextFile, examples

Name: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="The procedure's name, as in its text.")]

_SHOW_EPILOG = examples("setright procedures show late_refund > late_refund.yaml")
_CHECK_EPILOG = examples("setright procedures check-text late_refund late_refund.yaml")
_DRY_RUN_EPILOG = examples("setright procedures dry-run late_refund late_refund.yaml --newest 5000")
_PUBLISH_EPILOG = examples('setright procedures publish late_refund late_refund.yaml --note "Ask for the photo first."')
_VERSIONS_EPILOG = examples(
    "setright procedures versions late_refund", "setright procedures versions late_refund --json"
)
_ROLL_BACK_EPILOG = examples('setright procedures roll-back late_refund 0 --reason "Back to the file."')


def attach(app: typer.Typer) -> None:
    """Add them to the procedures' commands."""
    app.command(epilog=_SHOW_EPILOG)(show)
    app.command("check-text", epilog=_CHECK_EPILOG)(check_text)
    app.command("dry-run", epilog=_DRY_RUN_EPILOG)(dry_run)
    app.command(epilog=_PUBLISH_EPILOG)(publish)
    app.command(epilog=_VERSIONS_EPILOG)(versions)
    app.command("roll-back", epilog=_ROLL_BACK_EPILOG)(roll_back)


def show(
    name: Name,
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", min=0, help="A version; 0: the file.")] = None,
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print a running stack's procedure, or an earlier version: the text alone, and on standard error what it is."""
    from runtime.cli import rulebook

    part = f"procedures/{name}"
    answer = rulebook.ask(
        data_dir,
        tenant,
        lambda client: client.read_text(part) if number is None else client.version(part, number),
    )
    rulebook.show(answer, as_json=as_json)


def check_text(
    name: Name, file: TextFile, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Say what is wrong with an edited procedure, each with file, line and field; ends with 1 if anything is."""
    from runtime.cli import rulebook

    rulebook.check(f"procedures/{name}", file, data_dir, tenant, as_json=as_json)


def dry_run(
    name: Name,
    file: TextFile,
    *,
    newest: Newest = 1_000,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Judge the procedure's past actions again by the edited allowed_actions and autonomy; nothing is done to any."""
    from runtime.cli import rulebook

    body = {"text": rulebook.read_text(file), "newest": newest}
    rulebook.try_out(f"procedures/{name}", body, data_dir, tenant, as_json=as_json)


def publish(
    name: Name,
    file: TextFile,
    *,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What changes and why; kept with the version.")],
    replaces: Replaces = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make an edited procedure current, or a new one: tickets that begin from now on are handled by it."""
    from runtime.cli import rulebook

    rulebook.publish(f"procedures/{name}", file, note, replaces, data_dir, tenant, as_json=as_json)


def versions(name: Name, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List what was published, and which version was current since when, by whom and why."""
    from runtime.cli import rulebook

    rulebook.versions(f"procedures/{name}", data_dir, tenant, as_json=as_json)


def roll_back(
    name: Name,
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

    rulebook.roll_back(f"procedures/{name}", number, reason, replaces, data_dir, tenant, as_json=as_json)
