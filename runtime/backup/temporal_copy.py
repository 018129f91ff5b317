"""Temporal's SQLite file, copied while the server may be writing to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from runtime.backup.errors import BackupFailed

_PAGES_AT_ONCE = -1  # all: in steps, a writer in between would start the copy over


def copy_temporal(source: Path, target: Path) -> None:
    """Copy the state of one moment, write-ahead log included; blocks for as long as the disk takes.

    Raises:
        BackupFailed: the file cannot be read or does not hold together.
    """
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy, pages=_PAGES_AT_ONCE)
            # The copy inherits the log mode; one plain file is what goes into the archive.
            copy.execute("pragma journal_mode=delete")
            (verdict,) = copy.execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise BackupFailed(f"Temporal's file {source} cannot be copied: {error}.") from error
    if verdict != "ok":
        raise BackupFailed(f"Temporal's file {source} is damaged: {verdict}.")
    target.chmod(0o600)
