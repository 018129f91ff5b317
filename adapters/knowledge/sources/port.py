"""What a source of knowledge is, wherever it lies: a list of items, each of which can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from adapters.knowledge.parsed import ItemProblem, RawItem
from domain.errors import InvalidInput, SetrightError, Unavailable

MAX_ITEMS = 20_000


class SourceRefused(InvalidInput):
    """The source is not one that may be read here; the text says which setting or place would do."""

    code: ClassVar[str] = "source_refused"


class SourceMissing(SetrightError):
    """There is nothing at the source's place, or nothing that is read; what it held before is kept."""

    code: ClassVar[str] = "source_missing"


class SourceTooLarge(SetrightError):
    """The source holds more than one source may; split it."""

    code: ClassVar[str] = "source_too_large"


class SourceUnreachable(Unavailable):
    """The source does not answer now; it is tried again, and what it held before is kept."""

    code: ClassVar[str] = "source_unreachable"


@dataclass(frozen=True)
class Seen:
    """What is known of an item from its last reading, so that an unchanged one need not be sent again."""

    digest: str | None = None
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True)
class Listing:
    """What a source holds now: each item's name, with the SHA-256 of its content where that is known already."""

    items: Mapping[str, str | None]
    version: str | None = None  # the commit, where there is one
    problems: tuple[ItemProblem, ...] = ()


@dataclass(frozen=True)
class Read:
    """An item that was read; `raw` is None where it is the same as it was or is there no more."""

    raw: RawItem | None = field(repr=False)
    seen: Seen = Seen()
    is_gone: bool = False
    problem: ItemProblem | None = None


class OpenSource(Protocol):
    """A source while it is open."""

    async def list(self) -> Listing:
        """Return every item; raises SourceMissing, SourceTooLarge, SourceUnreachable, SourceRefused."""
        ...

    async def read(self, item: str, seen: Seen) -> Read:
        """Return an item; what is wrong with it alone is a problem of the answer, and never raised."""
        ...
