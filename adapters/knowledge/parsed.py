"""What every parser hands over, whatever it read: articles cut into blocks that know their headings, and problems.

A parser never raises for what stands in a file. A file that cannot be read is a problem with a place and a remedy, and
the others go on.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from adapters.workspace.tenant import Locale
from domain.ids import Label
from domain.model import Model

#: What is read, as files are called by their endings.
Kind = Literal["markdown", "html", "pdf", "docx", "csv"]

MAX_FILE_BYTES = 10_000_000
MAX_ARTICLE_CHARS = 1_000_000  # a novel; beyond that it is a data dump
MAX_BLOCKS = 20_000
MAX_TITLE_CHARS = 300

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]


class Block(Model):
    """A paragraph, list, table or piece of code, and the headings it stands under, outermost first."""

    path: tuple[str, ...]
    text: str = Field(min_length=1)


class ParsedArticle(Model):
    """An article as it stands in its file; days are whole days in UTC, the last one included."""

    slug: Slug
    title: str
    language: Locale
    audience: tuple[Label, ...] = ()
    products: tuple[Label, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    reviewed: date | None = None  # when somebody last said that it is right
    fresh_until: date | None = None
    blocks: tuple[Block, ...] = Field(min_length=1)


class ItemProblem(Model):
    """One thing wrong with one item of a source; `line` (or row, or page) counts from 1."""

    item: str  # the file's path within its source, or the page's address
    line: int = 1
    text: str
    loses: bool = True  # whether something that stands there was not taken

    def __str__(self) -> str:
        return f"{self.item}:{self.line}: {self.text}"


@dataclass(frozen=True)
class RawItem:
    """A file or a page as it came; `name` is its place in its source, in which slugs are rooted."""

    name: str
    kind: Kind
    body: bytes = field(repr=False)
    slug: str
    charset: str | None = None  # as HTTP said


@dataclass(frozen=True)
class Defaults:
    """What holds for the articles of a source that say nothing of it themselves."""

    language: str = "en"
    audience: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """What was found in one item."""

    articles: tuple[ParsedArticle, ...] = ()
    problems: tuple[ItemProblem, ...] = ()


class Unreadable(Exception):
    """The item cannot be read as what it is said to be; `text` says what to do about it."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.line = line
