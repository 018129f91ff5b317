"""The account for Postgres: what it may reach, judged as the kernel would."""

import os
from pathlib import Path

import pytest

from runtime.embedded.account import Account, hand_over, require_way_to
from runtime.embedded.errors import NotWritable

STRANGER = Account("stranger", uid=54321, gid=54321)
SELF = Account("self", uid=os.getuid(), gid=os.getgid())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that everybody may read, in a folder that everybody may pass."""
    tmp_path.chmod(0o711)
    file = tmp_path / "file"
    file.touch(mode=0o644)
    return file


def test_a_closed_folder_on_the_way_is_found(file: Path) -> None:
    """The first folder that the account cannot pass is named; its owner passes."""
    folder = file.parent
    folder.chmod(0o700)
    blocked = STRANGER.blocked_by(file)
    assert blocked is not None
    assert blocked == folder or blocked in folder.parents
    assert SELF.blocked_by(file) is None
    with pytest.raises(NotWritable, match=str(blocked)):
        require_way_to(file, STRANGER)


@pytest.mark.parametrize(
    ("mode", "account", "readable"),
    [
        (0o604, STRANGER, True),
        (0o640, STRANGER, False),
        (0o400, SELF, True),
        (0o044, SELF, False),
        (0o040, Account("colleague", uid=54321, gid=os.getgid()), True),
        (0o604, Account("colleague", uid=54321, gid=os.getgid()), False),
    ],
)
def test_the_narrowest_class_decides(file: Path, mode: int, account: Account, readable: bool) -> None:
    """Owner, else group, else others: a right of a wider class does not help."""
    file.chmod(mode)
    assert account._has(file, 0o4) is readable


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_is_handed_over_whole(tmp_path: Path) -> None:
    """Everything inside changes hands, and the folder itself last."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    hand_over(tmp_path / "a", STRANGER)
    assert {path.stat().st_uid for path in (tmp_path / "a", *(tmp_path / "a").rglob("*"))} == {STRANGER.uid}
