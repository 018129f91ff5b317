"""The account that runs Postgres, which refuses to run as root.

An ordinary user runs it as themselves. Root runs it as the account `setright` where one exists, else as `nobody`. What
that account must reach is checked, never opened up: making root's home readable to everybody is not ours to do.
"""

import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.errors import NotWritable

_CANDIDATES = ("setright", "nobody")


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    def may_read(self, path: Path) -> bool:
        """Tell whether the account can open a file, or enter and list a folder, and get there."""
        wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
        return self._has(path, wanted) and self.blocked_by(path) is None

    def blocked_by(self, path: Path) -> Path | None:
        """Name the first folder on the way to the path that the account cannot pass, or None.

        A folder that is not there yet will be ours to make, so it blocks nobody.
        """
        there = (folder for folder in _folders_to(path) if folder.exists())
        return next((folder for folder in there if not self._has(folder, stat.S_IXOTH)), None)

    def _has(self, path: Path, wanted: int) -> bool:
        found = path.stat()
        if found.st_uid == self.uid:
            wanted <<= 6
        elif found.st_gid == self.gid:
            wanted <<= 3
        return found.st_mode & wanted == wanted


def _folders_to(path: Path) -> Iterator[Path]:
    yield from reversed(path.resolve().parents)


def account_for_postgres() -> Account | None:
    """Choose whom Postgres runs as: None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise NotWritable(
        "Postgres refuses to run as root, and this machine has neither a user 'setright' nor 'nobody'. Make one "
        "(useradd --system setright), or run Setright as an ordinary user."
    )


def require_way_to(path: Path, account: Account) -> None:
    """Make sure the account can get to the path; raises `NotWritable` naming the folder in the way."""
    closed = account.blocked_by(path)
    if closed is not None:
        raise NotWritable(
            f"Postgres refuses to run as root and runs as '{account.name}', which cannot pass {closed} on the way to "
            f"{path}. Set SETRIGHT_DATA_DIR to a folder that it can reach, such as /var/lib/setright, or run Setright "
            "as an ordinary user.",
            path=str(closed),
        )


def hand_over(folder: Path, account: Account) -> None:
    """Give a folder with all it holds to the account, unless it is theirs already."""
    if folder.stat().st_uid == account.uid:
        return
    for parent, _, files in os.walk(folder):
        for name in files:
            os.chown(Path(parent, name), account.uid, account.gid, follow_symlinks=False)
        # The top folder goes last, so that an interrupted hand-over starts over.
    for parent, _, _ in os.walk(folder, topdown=False):
        os.chown(parent, account.uid, account.gid)
