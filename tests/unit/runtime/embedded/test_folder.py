"""The data folder: private, and one supervisor's at a time."""

import errno
import os
import stat
from pathlib import Path

import pytest

from runtime.embedded.errors import AlreadyRunning, DiskFull, NotWritable
from runtime.embedded.folder import DataFolder, storage_error


def test_a_folder_is_made_private(tmp_path: Path) -> None:
    """Nobody else lists it; below root's, one account may pass to its own folder."""
    folder = DataFolder(tmp_path / "deep" / "data")
    folder.prepare()
    assert stat.S_IMODE(folder.root.stat().st_mode) == (0o711 if os.geteuid() == 0 else 0o700)
    assert stat.S_IMODE(folder.logs.stat().st_mode) == 0o700


def test_a_held_folder_is_refused_to_others(tmp_path: Path) -> None:
    """The refusal names the holder; when it lets go, the next one may hold it."""
    folder = DataFolder(tmp_path)
    with folder.held():
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"), DataFolder(tmp_path).held():
            pytest.fail("held twice")
        assert folder.lock.read_text() == str(os.getpid())
    with DataFolder(tmp_path).held():
        pass


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EACCES, NotWritable), (errno.EROFS, NotWritable)],
)
def test_a_refusal_of_the_system_says_what_to_do(tmp_path: Path, number: int, kind: type[Exception]) -> None:
    """A full disk and a closed folder are different errors, and both name the folder."""
    error = storage_error(OSError(number, os.strerror(number)), tmp_path)
    assert type(error) is kind
    assert str(tmp_path) in str(error)
