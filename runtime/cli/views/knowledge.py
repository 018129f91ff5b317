"""Articles and sources as tables, and a reading as a bar."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from runtime.cli.style import BAD, OK, WARN
from runtime.cli.views.words import ago, span

#: What a failed reading means, for those who added the source.
_FAILED = {
    "source_missing": "at its place, as the worker sees it, there is nothing that is read",
    "source_refused": "the worker may not read it; files must lie in one of SETRIGHT_KNOWLEDGE_FOLDERS",
    "source_unreachable": "it does not answer",
    "source_too_large": "it holds more than one source may",
    "not_found": "it was removed",
    "timed_out": "it took too long",
}


@contextmanager
def progress_bars(
    console: Console, names: Sequence[str], *, is_quiet: bool
) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each source, told how many items are done and of how many; programs see none."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=is_quiet) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in names}

        def tell(name: str, done: int, found: int) -> None:
            progress.update(tasks[name], completed=done, total=found or None)

        yield tell


def read_line(answer: dict[str, Any]) -> Text:
    """How a reading ended, in one line."""
    source = answer["source"]
    sync = source["sync"]
    if sync["state"] == "failed":
        why = _FAILED.get(sync["error_code"], sync["error_code"])
        kept = f"; its {source['articles']} articles stay" if source["articles"] else ""
        return Text.assemble((f"{BAD} ", "bad"), (source["source_id"], "title"), f"  could not be read: {why}{kept}.")
    told = [f"{sync['found']} files or pages", f"{source['articles']} articles", f"{sync['stored']} new or changed"]
    told += [f"{sync['retired']} gone"] if sync["retired"] else []
    told += [f"commit {sync['version'][:10]}"] if sync["version"] else []
    sign = (f"{WARN} ", "warn") if answer["problems"] else (f"{OK} ", "good")
    return Text.assemble(sign, (source["source_id"], "title"), f"  {', '.join(told)}")


def problem_lines(answer: dict[str, Any]) -> Iterator[Text]:
    """What was wrong with files and pages."""
    for problem in answer["problems"]:
        yield Text.assemble("  ", (f"{problem['item']}:{problem['line']}", "title"), f": {problem['text']}")


def source_table(sources: Sequence[dict[str, Any]]) -> RenderableType:
    """Sources in the order given."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in ("source", "kind", "where", "articles", "read", "next"):
        table.add_column(title, no_wrap=title == "source", overflow="fold")
    for source in sources:
        table.add_row(
            Text(source["source_id"], "title"),
            source["kind"],
            Text(source["location"]),
            str(source["articles"]),
            _reading(source),
            Text(rhythm(source).replace(" (", "\n("), "quiet"),
        )
    return table


def article_table(articles: Sequence[dict[str, Any]]) -> RenderableType:
    """Articles in the order given."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in ("article", "title", "source", "for", "since", "state"):
        table.add_column(title, no_wrap=title == "article", overflow="fold")
    for article in articles:
        table.add_row(
            Text(article["slug"], "title"),
            Text(article["title"]),
            article["source_id"],
            ", ".join((article["language"], *article["audience"], *article["products"])),
            _day(article["known_from"]),
            Text("needs a review", "warn") if article["is_stale"] else Text("fresh", "good"),
        )
    return table


def article_text(answer: dict[str, Any]) -> RenderableType:
    """An article with its passages."""
    article = answer["article"]
    until = f" until {_day(article['known_until'])}" if article["known_until"] else ""
    about = f"version {article['version']}, known from {_day(article['known_from'])}{until}"
    lines: list[RenderableType] = [
        Text(article["title"], "title"),
        Text(f"{about}; {article['source_id']}: {article['url'] or article['item']}", "quiet"),
    ]
    for passage in answer["passages"]:
        lines += [Text(""), Text(" / ".join(passage["path"]), "accent"), Text(passage["text"])]
    return Group(*lines)


def _reading(source: dict[str, Any]) -> Text:
    sync = source["sync"]
    if sync is None:
        return Text("not yet", "quiet")
    if sync["state"] == "reading":
        return Text(f"{sync['done']} of {sync['found']}", "accent")
    if sync["state"] == "failed":
        why = Text(_FAILED.get(sync["error_code"], sync["error_code"]), "bad")
        if source["synced_at"]:
            why.append(f"; as of {_day(source['synced_at'])}", "quiet")
        return why
    bad, ended = source["items_with_problems"], _day(sync["ended_at"])
    return Text(f"{ended}, {bad} with problems", "warn") if bad else Text(ended, "good")


def rhythm(source: dict[str, Any]) -> str:
    """When a source is read next by itself, and how often."""
    if source["sync_every_minutes"] is None:
        return "when told to"
    every = span(timedelta(minutes=source["sync_every_minutes"]))
    failures = source["failures"]
    again = f", after {failures} failure{'s' if failures > 1 else ''}" if failures else ""
    return f"{ago(datetime.fromisoformat(source['next_sync_at']))} (every {every}{again})"


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")
