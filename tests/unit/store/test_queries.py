"""Named statements: how files are read, and that files and modules agree."""

import re
from pathlib import Path

import pytest

from store import queries
from store.queries import SQL_FOLDER, load_queries

STORE = SQL_FOLDER.parent


def test_statements_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block reaches to the next name; remarks within it stay."""
    (tmp_path / "things.sql").write_text("-- name: one\n-- why\nselect 1\n\n-- name: two\nselect 2\n")
    monkeypatch.setattr(queries, "SQL_FOLDER", tmp_path)
    assert dict(load_queries("things")) == {"one": "-- why\nselect 1", "two": "select 2"}


def test_what_two_statements_share_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that stands above is included whole, and what it includes with it; one that does not is refused."""
    monkeypatch.setattr(queries, "SQL_FOLDER", tmp_path)
    text = "-- name: a\nx = 1\n-- name: b\n-- include: a\nand y = 2\n-- name: c\nwhere -- include: b\nlimit 1\n"
    (tmp_path / "things.sql").write_text(text)
    assert load_queries("things")["c"] == "where x = 1\nand y = 2\nlimit 1"
    (tmp_path / "things.sql").write_text("-- name: c\nwhere -- include: b\n")
    with pytest.raises(ValueError, match=r"c includes b, which stands nowhere above"):
        load_queries("things")


@pytest.mark.parametrize("text", ["select 1\n-- name: one\nselect 2", "-- name: one\nselect 1\n-- name: one\nselect 2"])
def test_a_file_that_hides_a_statement_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stands before the first name, and no name stands twice."""
    (tmp_path / "things.sql").write_text(text)
    monkeypatch.setattr(queries, "SQL_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"things\.sql"):
        load_queries("things")


def test_every_statement_is_used_and_every_used_one_is_there() -> None:
    """No statement is left over in the files, and no module asks for one that is missing."""
    asked: set[tuple[str, str]] = set()
    for path in STORE.glob("*.py"):
        code = path.read_text()
        files = dict(re.findall(r'^(_[A-Z]+) = load_queries\("(\w+)"\)$', code, re.MULTILINE))
        asked |= {(files[variable], name) for variable, name in re.findall(r'(_[A-Z]+)\["(\w+)"\]', code)}
    for path in SQL_FOLDER.glob("*.sql"):
        asked |= {(path.stem, name) for name in re.findall(r"-- include: (\w+)$", path.read_text(), re.MULTILINE)}
    there = {(path.stem, name) for path in SQL_FOLDER.glob("*.sql") for name in load_queries(path.stem)}
    assert asked == there


def test_no_statement_decides_by_the_servers_clock() -> None:
    """Times are arguments, so that rules can be tried at any time; only a migration notes when it was applied."""
    clock = re.compile(
        r"\b(now\(|current_timestamp|current_date|clock_timestamp|localtime|statement_timestamp)", re.IGNORECASE
    )
    for path in [*SQL_FOLDER.glob("*.sql"), *(STORE / "migrations").glob("*.sql")]:
        found = clock.findall(path.read_text())
        assert len(found) == (1 if path.name == "0001_roles.sql" else 0), path.name
