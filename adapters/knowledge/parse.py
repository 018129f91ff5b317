"""One file or page to articles, whatever its kind: never raises for what stands in it."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import structlog

from adapters.knowledge.csv_pairs import parse_csv
from adapters.knowledge.docx import parse_docx
from adapters.knowledge.html import parse_html
from adapters.knowledge.markdown import parse_markdown
from adapters.knowledge.parsed import (
    MAX_BLOCKS,
    MAX_FILE_BYTES,
    Defaults,
    ItemProblem,
    Kind,
    Parsed,
    RawItem,
    Unreadable,
)
from adapters.knowledge.pdf import parse_pdf

#: What is read, by the ends of files' names; all others are passed over.
KINDS: Mapping[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "markdown",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".csv": "csv",
}
#: The same by media type, as web servers name it.
MEDIA_TYPES: Mapping[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/plain": "markdown",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/csv": "csv",
}
_PARSERS: Mapping[Kind, Callable[[RawItem, Defaults], Parsed]] = {
    "markdown": parse_markdown,
    "html": parse_html,
    "pdf": parse_pdf,
    "docx": parse_docx,
    "csv": parse_csv,
}
_log = structlog.get_logger("knowledge")


def kind_of(name: str) -> Kind | None:
    """What a file is read as, by its name; None for what is not read."""
    return KINDS.get(PurePosixPath(name).suffix.lower())


def parse(item: RawItem, defaults: Defaults) -> Parsed:
    """Read an item; everything wrong with it is a problem of the answer. May take seconds of CPU for a long PDF."""
    try:
        if len(item.body) > MAX_FILE_BYTES:
            raise Unreadable(f"is larger than {MAX_FILE_BYTES // 1_000_000} MB; split it")  # noqa: TRY301 - told below
        parsed = _PARSERS[item.kind](item, defaults)
        if any(len(article.blocks) > MAX_BLOCKS for article in parsed.articles):
            raise Unreadable(f"has more than {MAX_BLOCKS:,} paragraphs; split it")  # noqa: TRY301 - as above
    except Unreadable as fault:
        return Parsed(problems=(ItemProblem(item=item.name, line=fault.line, text=fault.text),))
    except Exception as error:  # noqa: BLE001 - libraries fail in many ways on what is made to make them fail
        _log.warning("item_unreadable", kind=item.kind, error=type(error).__name__)
        text = f"cannot be read as {item.kind}; it may be damaged: save it again, or leave it out"
        return Parsed(problems=(ItemProblem(item=item.name, text=text),))
    return parsed
