"""Migration files and server versions: what is refused before a database is touched."""

from pathlib import Path

import pytest

from store.errors import MigrationError
from store.migrate import check_server_version, read_migrations


def test_our_own_files_are_in_order() -> None:
    """They are numbered from 1 without gaps, and each has its digest."""
    files = read_migrations()
    assert [one.number for one in files] == list(range(1, len(files) + 1))
    assert len({one.sha256 for one in files}) == len(files)


@pytest.mark.parametrize(
    "names",
    [
        ["0002_late.sql"],
        ["0001_one.sql", "0003_three.sql"],
        ["0001_one.sql", "0001_two.sql"],
        ["1_one.sql"],
        ["0001-one.sql"],
        ["0001_One.sql"],
    ],
)
def test_wrong_names_and_gaps_are_refused(names: list[str], tmp_path: Path) -> None:
    """A file that would be skipped or applied out of order stops everything."""
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(MigrationError):
        read_migrations(tmp_path)


@pytest.mark.parametrize("version", [15_00_14, 16_00_10, 17_00_06, 18_00_00, 19_00_01])
def test_safe_servers_are_taken(version: int) -> None:
    """From PostgreSQL 15 on, each in a release that keeps hidden rows hidden."""
    check_server_version(version)


@pytest.mark.parametrize("version", [14_00_20, 15_00_13, 16_00_09, 17_00_05, 9_06_24])
def test_old_and_leaking_servers_are_refused(version: int) -> None:
    """Too old for our SQL, or of a minor release that tells a role of rows it may not see."""
    with pytest.raises(MigrationError, match="PostgreSQL"):
        check_server_version(version)
