"""`setright token …` and `setright codes`: what it takes to try out being a customer who proves who they are."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

if TYPE_CHECKING:
    from adapters.identity.tokens import CustomerTokens
    from runtime.settings import Settings

app = typer.Typer(name="token", help="Customer tokens: signed words of who a customer is.", no_args_is_help=True)

_CREATE_EPILOG = examples(
    "setright token create cus_ada",
    "setright token create cus_ada --minutes 5 --json",
    'curl -H "X-Setright-Customer: $(setright token create cus_ada)" …',
)
_SECRET_EPILOG = examples("setright token secret --tenant meridian")
CODES_EPILOG = examples("setright codes", "setright codes --json")


@app.command(epilog=_CREATE_EPILOG)
def create(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id in the shop.")],
    *,
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=24 * 60, help="How long it is good for.")] = 30,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Sign a customer token, as a shop's own system does for whoever is signed in there."""
    import secrets
    from datetime import UTC, datetime

    from runtime.cli.output import print_json

    now, life = datetime.now(UTC), timedelta(minutes=minutes)
    token = tokens_of(data_dir, tenant).write(customer, now, life, secrets.token_hex(16))
    if as_json:
        print_json({"token": token, "customer_id": customer, "expires_at": (now + life).isoformat()})
    else:
        typer.echo(token)


@app.command(epilog=_SECRET_EPILOG)
def secret(*, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Print what a tenant's own system signs customer tokens with (HS256); keep it as you keep passwords."""
    from runtime.cli.errors import CommandFailed
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json

    found = tokens_of(data_dir, tenant).secret
    if found is None:
        raise CommandFailed(
            "This tenant signs with a key of its own.", "See customer_tokens in tenant.yaml.", ExitCode.refused
        )
    if as_json:
        print_json({"secret": found})
    else:
        typer.echo(found)


def codes(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show the one-time codes on their way: the letter box that stands in for a mail server on this machine."""
    from datetime import UTC, datetime

    from runtime.cli.output import print_json
    from runtime.cli.style import out
    from runtime.identity import letter_folder

    letters = letter_folder(_settings(data_dir)).letters(datetime.now(UTC))
    if as_json:
        print_json([letter.model_dump(mode="json") for letter in letters])
        return
    if not letters:
        out().print("No letter is waiting. One is sent when somebody has to prove who they are.")
    for letter in letters:
        out().print(f"[bold]{letter.at:%H:%M:%S}[/bold]  {letter.subject}, to {letter.to}", highlight=False)
        out().print(f"  {letter.text}\n", highlight=False, markup=False)


def tokens_of(data_dir: Path | None, tenant: str | None) -> "CustomerTokens":
    """A tenant's customer tokens: the first one's, if none is named."""
    from adapters.workspace.loader import load_workspace
    from runtime.cli.errors import CommandFailed
    from runtime.cli.exit_codes import ExitCode
    from runtime.database import embedded_secret
    from runtime.identity import customer_tokens

    settings = _settings(data_dir)
    secret = settings.role_secret or embedded_secret(settings.data_dir)
    tokens = customer_tokens(load_workspace(settings.workspace / "tenants"), secret)
    chosen = tenant or next(iter(tokens))
    if chosen not in tokens:
        served = ", ".join(tokens)
        raise CommandFailed(
            f"There is no tenant {chosen!r} in this workspace.", f"It has {served}.", ExitCode.not_found
        )
    return tokens[chosen]


def _settings(data_dir: Path | None) -> "Settings":
    """The settings of an installation whose secret stands in the environment, or else of the stack that runs here."""
    from runtime.cli.running import find_folder, load_settings

    settings = load_settings(data_dir)
    if settings.role_secret is not None:
        return settings
    return settings.model_copy(update={"data_dir": find_folder(data_dir)})
