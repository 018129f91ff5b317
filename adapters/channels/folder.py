"""A letter box for trying things out: a folder of files that only its owner can read, emptied of what has expired.

It stands in for a mail server; `setright codes` shows what is in it to whoever may read the folder, and to nobody else.
"""

import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from adapters.channels.port import Letter

_SUFFIX = ".json"


class LetterFolder:
    """A `LetterBox` of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, letter: Letter) -> None:
        """Put a letter into the folder."""
        await asyncio.to_thread(self._put, letter)

    def letters(self, now: datetime) -> list[Letter]:
        """The letters that are still worth something, the newest first."""
        read = [_read(path) for path in self._files()]
        kept = [letter for letter in read if letter is not None and letter.expires_at > now]
        return sorted(kept, key=lambda letter: letter.at, reverse=True)

    def _put(self, letter: Letter) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._files():
            old = _read(path)
            if old is None or old.expires_at <= letter.at:
                path.unlink(missing_ok=True)
        path = self._folder / f"{secrets.token_hex(8)}{_SUFFIX}"
        aside = path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(letter.model_dump_json())
        aside.replace(path)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"))


def _read(path: Path) -> Letter | None:
    try:
        return Letter.model_validate_json(path.read_text())
    except (FileNotFoundError, ValidationError):  # another process has just taken it away, or it is none of ours
        return None
