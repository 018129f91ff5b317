"""`setright operators …`: who may sign in to the console, and as what."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from runtime.cli.options import AsJson, DataDir, examples

if TYPE_CHECKING:  # the database's client takes a while to import, which `--help` does without
    from runtime.operators import OperatorDesk

T = TypeVar("T")
#: As `domain.operator.OperatorRole` has them, whose import would keep `--help` waiting.
Role = Literal["viewer", "operator", "approver", "admin"]

app = typer.Typer(
    name="operators",
    help="Who may sign in to the console, and as what: viewer, operator, approver or admin of a tenant.",
    no_args_is_help=True,
)

_LIST_EPILOG = examples("setright operators list", "setright operators list --json")
_ADD_EPILOG = examples(
    "setright operators add olga --name 'Olga Ivanova' --email olga@example.com --role approver",
    "setright operators add ben --role operator --tenant meridian",
    "setright operators add rita --role approver --approves refunds    [dim]only what asks for that role[/dim]",
)
_ROLE_EPILOG = examples(
    "setright operators role olga admin",
    "setright operators role olga approver --tenant meridian --approves support_lead --approves finance",
    "setright operators role olga none --tenant tidewater    [dim]no member there any more[/dim]",
)
_PASSWORD_EPILOG = examples(
    "setright operators password olga    [dim]asks for it twice[/dim]",
    "pass show setright/olga | setright operators password olga --stdin",
    "setright operators password olga --remove    [dim]links, proxy and single sign-on still let them in[/dim]",
)
_LINK_EPILOG = examples(
    "setright operators link olga", "setright operators link    [dim]your own, on this machine[/dim]"
)
_DISABLE_EPILOG = examples("setright operators disable olga", "setright operators disable olga --undo")
_SIGN_OUT_EPILOG = examples("setright operators sign-out olga")

Who = Annotated[str, typer.Argument(metavar="NAME", help="An operator's id or e-mail address.")]
Tenants = Annotated[
    list[str] | None, typer.Option("--tenant", metavar="NAME", help="In this tenant; may be repeated. Default: all.")
]
Approves = Annotated[
    list[str] | None,
    typer.Option(
        "--approves", metavar="ROLE", help="An approval role they answer for; may be repeated. Default: all of them."
    ),
]


@app.command("list", epilog=_LIST_EPILOG)
def list_(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List operators with what they are in each tenant."""
    from runtime.cli.output import print_json
    from runtime.cli.style import out
    from runtime.cli.views.operators import operator_table

    found = _at_desk(data_dir, lambda desk: desk.everybody())
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    else:
        out().print(operator_table(found))


@app.command(epilog=_ADD_EPILOG)
def add(
    operator_id: Annotated[str, typer.Argument(metavar="NAME", help="Their id: lower-case letters, digits, '_.-'.")],
    *,
    name: Annotated[str | None, typer.Option("--name", help="Their name as the console shows it.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="For signing in, and for single sign-on.")] = None,
    role: Annotated[Role, typer.Option("--role", help="What they are.")] = "operator",
    tenant: Tenants = None,
    approves: Approves = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add somebody, and print a link that signs them in once."""
    from domain.operator import OperatorRole

    async def work(desk: "OperatorDesk") -> str:
        return await desk.add(operator_id, name or operator_id, email, OperatorRole(role), tenant or (), approves or ())

    _show_link(operator_id, _at_desk(data_dir, work), as_json=as_json)


@app.command(epilog=_ROLE_EPILOG)
def role(
    who: Who,
    new: Annotated[
        Literal["viewer", "operator", "approver", "admin", "none"],
        typer.Argument(metavar="ROLE", help="viewer, operator, approver, admin, or none."),
    ],
    *,
    tenant: Tenants = None,
    approves: Approves = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make somebody a member of a tenant, change what they are there, or end it; it counts from their next click."""
    from domain.operator import OperatorRole

    wanted = None if new == "none" else OperatorRole(new)
    given = _at_desk(data_dir, lambda desk: desk.put(who, wanted, tenant or (), approves or ()))
    _say(
        f"{who} is {wanted or 'no member'} in {', '.join(given)}.",
        {"name": who, "roles": given},
        as_json=as_json,
    )


@app.command(epilog=_PASSWORD_EPILOG)
def password(
    who: Who,
    *,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read it from standard input, one line.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the password away.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Set somebody's password, which ends their sessions."""
    new = None
    if not remove:
        new = (
            typer.get_text_stream("stdin").readline().rstrip("\r\n")
            if stdin
            else typer.prompt(
                "New password (12 characters or more)", hide_input=True, confirmation_prompt=True, err=True
            )
        )
    _at_desk(data_dir, lambda desk: desk.password(who, new))
    _say(
        f"{who} has {'no password any more' if remove else 'a new password'}, and is signed out everywhere.",
        {"name": who, "has_password": not remove},
        as_json=as_json,
    )


@app.command(epilog=_LINK_EPILOG)
def link(
    who: Annotated[str, typer.Argument(metavar="[NAME]", help="An operator's id or e-mail address.")] = "local",
    *,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Print a link that signs somebody in once, within 15 minutes; send it as you would send a password."""
    _show_link(who, _at_desk(data_dir, lambda desk: desk.link(who)), as_json=as_json)


@app.command(epilog=_DISABLE_EPILOG)
def disable(
    who: Who,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Shut somebody out at once; what they did stays in the record. API keys of theirs are revoked apart."""
    _at_desk(data_dir, lambda desk: desk.disable(who, undo=undo))
    _say(
        f"{who} may {'sign in again' if undo else 'not sign in any more'}.",
        {"name": who, "is_disabled": not undo},
        as_json=as_json,
    )


@app.command("sign-out", epilog=_SIGN_OUT_EPILOG)
def sign_out(who: Who, *, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """End somebody's sessions on every device, and their unused links."""
    ended = _at_desk(data_dir, lambda desk: desk.sign_out(who))
    _say(
        f"{who} is signed out of {ended} session{'' if ended == 1 else 's'}.",
        {"name": who, "ended": ended},
        as_json=as_json,
    )


def _at_desk(data_dir: Path | None, work: Callable[["OperatorDesk"], Awaitable[T]]) -> T:
    """Do something with the operators of an installation."""
    from runtime.cli.connect import run
    from runtime.operators import operator_desk

    async def open_and_work() -> T:
        async with operator_desk(data_dir) as desk:
            return await work(desk)

    return run(open_and_work())


def _show_link(who: str, url: str, *, as_json: bool) -> None:
    if as_json:
        _say("", {"name": who, "link": url}, as_json=True)
        return
    from runtime.cli.style import OK, out

    out().print(f"[good]{OK}[/good] This link signs {who} in once, within 15 minutes:", highlight=False)
    out().print(url, markup=False, highlight=False, soft_wrap=True)


def _say(text: str, value: dict[str, object], *, as_json: bool) -> None:
    from runtime.cli.output import print_json
    from runtime.cli.style import OK, out

    if as_json:
        print_json(value)
    else:
        out().print(f"[good]{OK}[/good] {text}", highlight=False, soft_wrap=True)
