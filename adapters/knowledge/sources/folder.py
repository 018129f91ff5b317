"""A folder of files, or one file. Hidden files are passed over, and links are not followed: they may lead anywhere."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from adapters.knowledge.parse import kind_of
from adapters.knowledge.parsed import MAX_FILE_BYTES, ItemProblem, RawItem
from adapters.knowledge.slugs import slug_of_path
from adapters.knowledge.sources.port import MAX_ITEMS, Listing, Read, Seen, SourceMissing, SourceTooLarge


class FolderSource:
    """The files of a folder and of those in it, by their paths from there."""

    def __init__(self, place: Path, *, version: str | None = None) -> None:
        self._only = place if place.is_file() and not place.is_symlink() else None
        self._folder = place.parent if self._only else place
        self._version = version

    async def list(self) -> Listing:
        """Return every file that can be read as knowledge."""
        return await asyncio.to_thread(self._list)

    async def read(self, item: str, seen: Seen) -> Read:
        """Return a file's content."""
        return await asyncio.to_thread(self._read, item, seen)

    def _list(self) -> Listing:
        if not self._folder.is_dir():
            raise SourceMissing(
                "There is no such folder on the worker's machine. A folder is read by the worker: put it where the"
                " worker sees it, or use a git repository."
            )
        items: dict[str, str | None] = {}
        for path in [self._only] if self._only else _files(self._folder):
            name = path.relative_to(self._folder).as_posix()
            if kind_of(name) is None:
                continue
            if len(items) >= MAX_ITEMS:
                raise SourceTooLarge(f"The folder holds more than {MAX_ITEMS:,} files; add parts of it.")
            items[name] = _digest(path)
        if not items:
            raise SourceMissing("The folder holds no file that is read: .md, .txt, .html, .pdf, .docx, .csv.")
        return Listing(items=items, version=self._version)

    def _read(self, item: str, seen: Seen) -> Read:
        kind = kind_of(item)
        try:
            body = _content(self._folder, item)
        except FileNotFoundError:
            return Read(None, is_gone=True)
        except OSError as error:
            text = f"cannot be read: {error.strerror}; the worker's account needs permission to read it"
            return Read(None, seen, problem=ItemProblem(item=item, text=text))
        digest = hashlib.sha256(body).hexdigest()
        if kind is None or digest == seen.digest:
            return Read(None, seen, is_gone=kind is None)
        raw = RawItem(name=item, kind=kind, body=body, slug=slug_of_path(item))
        return Read(raw, Seen(digest=digest))


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and not path.is_symlink() and path.is_file() and _is_text(name):
                yield path


def _is_text(name: str) -> bool:
    """Whether a name can be kept: one that is no UTF-8 cannot."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return name.isprintable()


def _digest(path: Path) -> str | None:
    """The SHA-256 of a file; None for one that cannot be read or is too large, which is then told at its reading."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return None
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _content(folder: Path, item: str) -> bytes:
    """At most one byte more than is read, so that a larger file is told and not loaded; raises OSError."""
    parts = PurePosixPath(item).parts
    if ".." in parts or PurePosixPath(item).is_absolute():
        raise FileNotFoundError(item)
    # Opened from the folder down without following links: what was a file when it was listed may be a link by now.
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        with os.fdopen(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at), "rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    finally:
        os.close(at)
