"""`setright hooks …`: telling other systems what happens, and letting them tell us."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

if TYPE_CHECKING:  # the client brings an HTTP library along, which `--help` does without
    from runtime.cli.client import ApiClient

app = typer.Typer(
    name="hooks",
    help="Tell other systems what happens on tickets, and let them tell us (Standard Webhooks).",
    no_args_is_help=True,
)

_ADD_EPILOG = examples(
    "setright hooks add https://example.com/setright",
    "setright hooks add https://example.com/setright --event ticket.resolved --event ticket.closed",
    "setright hooks add --source crm    [dim]the other way: they post, we take[/dim]",
)
_LIST_EPILOG = examples("setright hooks list", "setright hooks list --json")
_ROTATE_EPILOG = examples("setright hooks rotate H-7H3K9QWZ")
_REMOVE_EPILOG = examples("setright hooks remove H-7H3K9QWZ")

Request = Callable[["ApiClient"], Awaitable[dict[str, Any]]]
HookArgument = Annotated[str, typer.Argument(metavar="HOOK", help="A hook's id: H-…")]


@app.command(epilog=_ADD_EPILOG)
def add(
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="Where we post what happens: https.")] = None,
    *,
    event: Annotated[
        list[str] | None, typer.Option("--event", metavar="NAME", help="Tell this; may be repeated. Default: all.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Your name of a system that posts to us.")
    ] = None,
    asserts_identity: Annotated[
        bool, typer.Option("--asserts-identity", help="It may say that a writer is who they claim to be.")
    ] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a hook and show its secret, this once."""
    if (url is None) == (source is None) or (source is not None and event):
        raise typer.BadParameter("give a URL that we post to, with --event, or --source for one who posts to us")
    if source is None:
        body: dict[str, object] = {"direction": "outbound", "url": url} | ({"events": event} if event else {})
    else:
        body = {"direction": "inbound", "source": source, "asserts_identity": asserts_identity}
    _show_secret(_ask(lambda client: client.make_hook(body), data_dir=data_dir, tenant=tenant), as_json=as_json)


@app.command("list", epilog=_LIST_EPILOG)
def list_(*, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List hooks, each with what waits and how its latest call went."""
    answer = _ask(lambda client: client.hooks(), data_dir=data_dir, tenant=tenant)
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer["hooks"])
        return
    from runtime.cli.answers import HookList
    from runtime.cli.style import err, out
    from runtime.cli.views.hooks import hook_table

    found = HookList.model_validate(answer).hooks
    if found:
        out().print(hook_table(found))
    else:
        err().print("There are no hooks.")


@app.command(epilog=_ROTATE_EPILOG)
def rotate(hook: HookArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Give a hook a new secret and show it, this once; the old one is good for another day."""
    _show_secret(_ask(lambda client: client.rotate_hook(hook), data_dir=data_dir, tenant=tenant), as_json=as_json)


@app.command(epilog=_REMOVE_EPILOG)
def remove(hook: HookArgument, *, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Remove a hook; what it still had to tell is not told."""
    answer = _ask(lambda client: client.remove_hook(hook), data_dir=data_dir, tenant=tenant)
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.style import OK, out

    out().print(f"[good]{OK}[/good] {answer['hook_id']} is gone.")


def _ask(request: Request, *, data_dir: Path | None, tenant: str | None) -> dict[str, Any]:
    """Ask one thing of the running stack's API."""
    from runtime.cli.connect import connected, run

    async def send() -> dict[str, Any]:
        async with connected(data_dir, tenant) as client:
            return await request(client)

    return run(send())


def _show_secret(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
        return
    from runtime.cli.answers import Hook
    from runtime.cli.style import OK, out

    hook = Hook.model_validate(answer["hook"])
    out().print(f"[good]{OK}[/good] {hook.hook_id}  {hook.url or hook.path}", soft_wrap=True)
    out().print(f"  {answer['secret']}", markup=False, soft_wrap=True)
    out().print("[quiet]  The secret of its signatures; it is not shown again.[/quiet]")
