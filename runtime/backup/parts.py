"""The parts of a backup: what of a data folder is state, and what is made anew at each start."""

import re
from pathlib import Path

from runtime.embedded.folder import DataFolder

ROLES, DATABASE, TEMPORAL = "roles.sql", "database.dump", "temporal.db"
_MAX_SECRET_BYTES = 1 << 20
#: Made by a start or while running: the lock, the record of what runs, the programs copied for another account. And the
#: kept heads, which are there to tell of a database that was taken back.
_NO_STATE = re.compile(r"stack\.(lock|json)|audit-heads\.jsonl|temporal\.db(-wal|-shm)?|.*\.new")


def secret_files(folder: DataFolder) -> list[Path]:
    """The small files at the top of a data folder: passwords, the roles' secret, API keys, and what may yet come."""
    return [
        path
        for path in sorted(folder.root.iterdir())
        if path.is_file() and not _NO_STATE.fullmatch(path.name) and path.stat().st_size <= _MAX_SECRET_BYTES
    ]
