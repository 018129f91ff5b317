"""Opening sources: which of them may be read here at all, and how each kind is read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.knowledge.parsed import MAX_FILE_BYTES
from adapters.knowledge.sources.folder import FolderSource
from adapters.knowledge.sources.git import Checkouts, is_remote
from adapters.knowledge.sources.port import OpenSource, SourceRefused
from adapters.knowledge.sources.web import PageSource, SitemapSource
from adapters.web.fetch import Fetcher
from domain.errors import InvalidInput
from domain.hook_url import check_url
from domain.ingestion import SourceKind


@dataclass(frozen=True)
class SourceReader:
    """Reads sources within limits that whoever runs the worker sets."""

    checkouts: Path
    folders: tuple[Path, ...] = ()  # only in these may files lie that a source names
    may_call_private: bool = False  # pages and repositories on this machine's own network, and by http

    def check(self, kind: SourceKind, location: str) -> None:
        """Raise SourceRefused unless such a source may be read here."""
        if kind == "folder" or (kind == "git" and not is_remote(location)):
            self._check_folder(location)
            return
        try:
            check_url(
                location,
                may_call_loopback=False,
                may_call_private=self.may_call_private,
                what="This source cannot be read",
            )
        except InvalidInput as refusal:
            raise SourceRefused(refusal.text) from None

    @asynccontextmanager
    async def open(self, kind: SourceKind, location: str, version: str | None = None) -> AsyncIterator[OpenSource]:
        """Open a source while the block runs; a repository at the commit `version`, or at its newest.

        Raises:
            SourceRefused: it may not be read here.
            SourceMissing, SourceUnreachable, SourceTooLarge: a repository cannot be had.
        """
        self.check(kind, location)
        match kind:
            case "folder":
                yield FolderSource(Path(location))
            case "git":
                checkouts = Checkouts(self.checkouts, may_call_private=self.may_call_private)
                if version is not None:
                    place = await checkouts.at(location, version)
                else:
                    place, version = await checkouts.newest(location)
                    await checkouts.forget(location, keep=version)
                yield FolderSource(place, version=version)
            case "sitemap" | "page":
                async with Fetcher(may_call_private=self.may_call_private, most_bytes=MAX_FILE_BYTES) as fetcher:
                    yield PageSource(location, fetcher) if kind == "page" else SitemapSource(location, fetcher)

    async def close(self, kind: SourceKind, location: str) -> None:
        """Remove what was kept while a source was being read."""
        if kind == "git":
            await Checkouts(self.checkouts, may_call_private=self.may_call_private).forget(location)

    def _check_folder(self, location: str) -> None:
        folder = Path(location)
        if not folder.is_absolute() or "\x00" in location:
            raise SourceRefused("A folder is named by its whole path, as the worker's machine has it.")
        place = folder.resolve()
        if not any(place.is_relative_to(allowed) for allowed in self.folders):
            raise SourceRefused(
                "This folder may not be read here: SETRIGHT_KNOWLEDGE_FOLDERS names those that may, on the worker."
            )
