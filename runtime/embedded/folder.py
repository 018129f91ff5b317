"""Where the embedded servers keep things: the layout of a data folder, its making, and its lock.

One folder holds the whole state, so a backup is a copy of it and a removal is `rm -r`. Exactly one supervisor may hold
it at a time.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.embedded.account import account_for_postgres
from runtime.embedded.errors import AlreadyRunning, DiskFull, NotWritable

# Fresh databases take 51 MB, root's copy of the programs 29 more; with less than twice that it would soon be full.
MIN_FREE_BYTES = 150 * 1024 * 1024


class DataFolder:
    """The places inside one data folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        self.lock = self.root / "stack.lock"
        self.logs = self.root / "logs"
        self.run = self.root / "run"
        self.ports = self.run / "ports.json"
        self.postgres = self.root / "postgres"
        self.postgres_password = self.root / "postgres-password"
        self.temporal_db = self.root / "temporal.db"

    def log(self, name: str) -> Path:
        """The log file of a server."""
        return self.logs / f"{name}.log"

    def pid_file(self, name: str) -> Path:
        """The record of a server's running process."""
        return self.run / f"{name}.json"

    def prepare(self) -> None:
        """Make the folder, private to us; raises `NotWritable` or `DiskFull`."""
        try:
            for folder in (self.root, self.logs, self.run):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
            if account_for_postgres():
                self.root.chmod(0o711)  # passed, not listed: that account has its own private folder inside
        except OSError as error:
            raise storage_error(error, self.root) from error
        if self.free_bytes() < MIN_FREE_BYTES:
            raise disk_full(self.root)

    def free_bytes(self) -> int:
        """How much room is left where the folder lies."""
        return shutil.disk_usage(self.root).free

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process alone, until the end or this process's death; raises `AlreadyRunning`."""
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
                raise AlreadyRunning(
                    f"Setright is already running on {self.root} (process {holder}). Use that one, stop it with "
                    f"`kill {holder}`, or set SETRIGHT_DATA_DIR to another folder.",
                    path=str(self.root),
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(descriptor)


def disk_full(path: Path) -> DiskFull:
    """Say that there is no room under the path."""
    free = shutil.disk_usage(path).free >> 20
    return DiskFull(
        f"Only {free} MB are free on the disk that holds {path}; Setright needs {MIN_FREE_BYTES >> 20} to start. Make "
        "room, or set SETRIGHT_DATA_DIR to a folder on another disk.",
        path=str(path),
    )


def storage_error(error: OSError, path: Path) -> DiskFull | NotWritable:
    """Say what an operating system's refusal to store something under the path means for the user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path)
    return NotWritable(
        f"Cannot write to {path} ({error.strerror}). Make it writable for this user, or set SETRIGHT_DATA_DIR to a "
        "folder that is.",
        path=str(path),
    )
