"""`setright knowledge …`: where articles come from, which there are, and what stood in them at any time."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runtime.cli.options import AsJson, DataDir, Tenant, examples

if TYPE_CHECKING:  # the client brings an HTTP library along, which `--help` does without
    from runtime.cli.client import ApiClient

app = typer.Typer(
    name="knowledge",
    help="The articles that answers rest on, and the sources that bring them.",
    no_args_is_help=True,
)

_ADD_EXAMPLES = examples(
    "setright knowledge add ./docs    [dim].md .txt .html .pdf .docx .csv, in its folders too[/dim]",
    "setright knowledge add faq.csv    [dim]a question and its answer in each row[/dim]",
    "setright knowledge add https://help.example.com/sitemap.xml --fresh-for 90d",
    "setright knowledge add https://help.example.com/sitemap.xml --every 6h    [dim]read again by itself[/dim]",
    "setright knowledge add https://example.com/terms --kind page --audience staff",
    "setright knowledge add https://github.com/example/handbook.git",
)
_ADD_EPILOG = f"""{_ADD_EXAMPLES}

What an article says of itself wins: front matter in Markdown, meta tags named setright:… in HTML, and columns in CSV
hold title, language, audience, products, valid_from, valid_until, reviewed, fresh_for and slug.

Files are read by the worker. A stack that you started with [bold]setright up[/bold] sees what you see; elsewhere, put
them where the worker sees them and name that in SETRIGHT_KNOWLEDGE_FOLDERS, or use a repository."""
_LIST_EPILOG = examples("setright knowledge list", "setright knowledge list --stale", "setright knowledge list --json")
_SHOW_EPILOG = examples(
    "setright knowledge show returns",
    "setright knowledge show returns --at 2026-06-01    [dim]as it was known then[/dim]",
)
_REMOVE_EPILOG = examples(
    "setright knowledge remove docs    [dim]the source, and all that it gave[/dim]",
    "setright knowledge remove returns --article    [dim]one that was sent by the API[/dim]",
)
_EVERY_EPILOG = examples(
    "setright knowledge every docs 6h    [dim]six hours after each reading[/dim]",
    "setright knowledge every docs off    [dim]only when somebody says `sync`[/dim]",
)
_SOURCES_EPILOG = examples("setright knowledge sources", "setright knowledge sources --json")
_SYNC_EPILOG = examples(
    "setright knowledge sync    [dim]all of them[/dim]", "setright knowledge sync docs help-example-com"
)

Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it is read, with a progress bar.")]


@app.command(epilog=_ADD_EPILOG)
def add(  # noqa: PLR0913 - options are keyword-only and each is named on the command line
    place: Annotated[str, typer.Argument(metavar="PATH_OR_URL", help="A folder, file, repository, sitemap or page.")],
    *,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="KIND", help="folder, git, sitemap or page. Default: as PATH_OR_URL looks."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the source is called. Default: as its place.")
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="CODE", help="Of articles that name none.")] = "en",
    audience: Annotated[
        list[str] | None,
        typer.Option("--audience", metavar="LABEL", help="Who may find them; may be repeated. Default: everybody."),
    ] = None,
    product: Annotated[
        list[str] | None,
        typer.Option("--product", metavar="LABEL", help="What they are about; may be repeated. Default: everything."),
    ] = None,
    fresh_for: Annotated[
        str | None,
        typer.Option("--fresh-for", metavar="SPAN", help="Days until an article needs a review, as in 90d."),
    ] = None,
    every: Annotated[
        str | None,
        typer.Option("--every", metavar="SPAN", help="Read it again by itself, as in 30m, 6h, 1d. Default: never."),
    ] = None,
    wait: Wait = True,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add a source, and read what it holds."""
    from runtime.cli.knowledge import source_body, wait_for

    body = source_body(place, kind=kind, fresh_for=fresh_for, every=every) | {"language": language}
    body |= {"source_id": name} if name else {}
    body |= {"audience": audience or [], "products": product or []}

    async def send(client: "ApiClient") -> list[dict[str, Any]]:
        started = await client.add_source(body)
        return await wait_for(client, [started], is_quiet=as_json) if wait else [started]

    _end(_ask(send, data_dir=data_dir, tenant=tenant), as_json=as_json, is_read=wait)


@app.command(epilog=_SYNC_EPILOG)
def sync(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE…]", help="Which; left out: all.")] = None,
    *,
    wait: Wait = True,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read sources again: what has not changed costs nothing, what is gone is found no more."""
    from runtime.cli.knowledge import wait_for

    async def send(client: "ApiClient") -> list[dict[str, Any]]:
        wanted = names or [source["source_id"] for source in (await client.sources())["sources"]]
        started = [await client.sync_source(name) for name in wanted]
        return await wait_for(client, started, is_quiet=as_json) if wait else started

    _end(_ask(send, data_dir=data_dir, tenant=tenant), as_json=as_json, is_read=wait)


@app.command(epilog=_EVERY_EPILOG)
def every(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source's name.")],
    span: Annotated[str, typer.Argument(metavar="SPAN", help="From 15m to 30d, or off.")],
    *,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Have a source read by itself so long after each reading, or not any more.

    One that fails keeps what it gave, and is tried less and less often, at least once a day.
    """
    from runtime.cli.knowledge import minutes_of

    body = {"sync_every_minutes": minutes_of(span)}
    answer = _ask(lambda client: client.change_source(source, body), data_dir=data_dir, tenant=tenant)
    if not _printed(answer, as_json=as_json):
        from runtime.cli.style import OK, out
        from runtime.cli.views.knowledge import rhythm

        out().print(f"[good]{OK}[/good] {source}: {rhythm(answer)}.")


@app.command(epilog=_SOURCES_EPILOG)
def sources(*, tenant: Tenant = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the sources, each with its latest reading and when it is read next."""
    answer = _ask(lambda client: client.sources(), data_dir=data_dir, tenant=tenant)
    if not _printed(answer["sources"], as_json=as_json):
        from runtime.cli.views.knowledge import source_table

        _table(answer["sources"], source_table, "There are no sources; `setright knowledge add` makes one.")


@app.command("list", epilog=_LIST_EPILOG)
def list_(
    *,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="Only what this one gives.")] = None,
    stale: Annotated[bool, typer.Option("--stale", help="Only what needs a review.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the articles that answers may rest on now."""
    articles = _ask(lambda client: client.articles(source_id=source, stale=stale), data_dir=data_dir, tenant=tenant)
    if not _printed(articles, as_json=as_json):
        from runtime.cli.views.knowledge import article_table

        _table(articles, article_table, "There are no such articles.")


@app.command(epilog=_SHOW_EPILOG)
def show(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="An article's name.")],
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="As it was known then: 2026-06-01, 2026-06-01T08:00Z.")
    ] = None,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show an article: its passages, and whence it came."""
    from runtime.cli.knowledge import moment

    then = moment(at) if at is not None else None
    answer = _ask(lambda client: client.article(slug, at=then), data_dir=data_dir, tenant=tenant)
    if not _printed(answer, as_json=as_json):
        from runtime.cli.style import out
        from runtime.cli.views.knowledge import article_text

        out().print(article_text(answer))


@app.command(epilog=_REMOVE_EPILOG)
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source's name, or with --article an article's.")],
    *,
    article: Annotated[bool, typer.Option("--article", help="Withdraw one article that was sent by the API.")] = False,
    tenant: Tenant = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Remove a source with all that it gave; what answers have cited can still be read."""

    async def send(client: "ApiClient") -> dict[str, Any]:
        return await client.withdraw_article(name) if article else await client.remove_source(name)

    answer = _ask(send, data_dir=data_dir, tenant=tenant)
    if not _printed(answer, as_json=as_json):
        from runtime.cli.style import OK, out

        out().print(f"[good]{OK}[/good] {name} is found no more.")


def _ask(request: Callable[["ApiClient"], Awaitable[Any]], *, data_dir: Path | None, tenant: str | None) -> Any:  # noqa: ANN401
    """Ask something of the running stack's API."""
    from runtime.cli.connect import connected, run

    async def send() -> Any:  # noqa: ANN401 - whatever is asked for
        async with connected(data_dir, tenant) as client:
            return await request(client)

    return run(send())


def _printed(answer: object, *, as_json: bool) -> bool:
    if as_json:
        from runtime.cli.output import print_json

        print_json(answer)
    return as_json


def _table(rows: list[dict[str, Any]], table: Callable[[list[dict[str, Any]]], Any], nothing: str) -> None:
    from runtime.cli.style import err, out

    if rows:
        out().print(table(rows))
    else:
        err().print(nothing)


def _end(answers: list[dict[str, Any]], *, as_json: bool, is_read: bool) -> None:
    """Tell how readings ended; ends with 1 where one has failed or something could not be read."""
    from runtime.cli.exit_codes import ExitCode

    if not _printed(answers, as_json=as_json):
        from runtime.cli.style import err, out
        from runtime.cli.views.knowledge import problem_lines, read_line

        for answer in answers:
            if is_read:
                out().print(read_line(answer))
                for line in problem_lines(answer):
                    err().print(line, soft_wrap=True)
            else:
                out().print(f"{answer['source_id']} is being read; see `setright knowledge sources`.")
    if is_read and any(answer["problems"] or answer["source"]["sync"]["state"] == "failed" for answer in answers):
        raise typer.Exit(ExitCode.problems_found)
