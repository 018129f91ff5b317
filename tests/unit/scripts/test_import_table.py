"""The import table's contract: it refuses what a row does not list, and nothing else."""

from pathlib import Path

import grimp
import pytest
from importlinter import ContractCheck

from scripts.import_table import MayImport

ROOTS = ["inner_for_test", "outer_for_test"]


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two packages: the outer one imports the inner one, a library and the standard library."""
    for name in ROOTS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "inner_for_test" / "part.py").touch()
    outer = tmp_path / "outer_for_test"
    (outer / "deep.py").write_text("import json\nfrom inner_for_test import part\nimport pydantic.fields\n")
    monkeypatch.syspath_prepend(tmp_path)


def check(**row: list[str]) -> ContractCheck:
    """Check the outer package against a row."""
    graph = grimp.build_graph(*ROOTS, include_external_packages=True, cache_dir=None)
    options = {"root_packages": ROOTS}
    return MayImport("row", options, {"package": "outer_for_test", **row}).check(graph, verbose=False)


def broken(check: ContractCheck) -> list[tuple[str, str, int]]:
    """What was refused: importer, imported, line."""
    found: list[tuple[str, str, int]] = check.metadata["broken"]
    return found


def test_what_the_row_lists_is_allowed() -> None:
    """Listed packages with all below them, the package itself, and the standard library."""
    assert check(may_import=["inner_for_test", "pydantic"]).kept


def test_what_the_row_does_not_list_is_refused() -> None:
    """Of ours or a library: each import is named with its line."""
    found = check(may_import=["nothing"])
    assert not found.kept
    assert broken(found) == [
        ("outer_for_test.deep", "inner_for_test.part", 2),
        ("outer_for_test.deep", "pydantic", 3),
    ]


def test_the_library_half_can_be_turned_around() -> None:
    """Any library but the listed ones is free; our own packages still are not."""
    assert broken(check(may_import=["nothing"], any_library_but=["numpy"])) == [
        ("outer_for_test.deep", "inner_for_test.part", 2)
    ]
    assert not check(may_import=["inner_for_test"], any_library_but=["pydantic"]).kept


def test_an_exemption_covers_one_importer() -> None:
    """What is exempt for one module is not for another."""
    row = {"may_import": ["inner_for_test"]}
    assert check(**row, exempt=["outer_for_test.deep -> pydantic"]).kept
    assert not check(**row, exempt=["outer_for_test.other -> pydantic"]).kept


def test_a_package_that_does_not_exist_yet_breaks_nothing() -> None:
    """The table may be ahead of the code."""
    graph = grimp.build_graph(*ROOTS, include_external_packages=True, cache_dir=None)
    contract = MayImport("row", {"root_packages": ROOTS}, {"package": "not_written_yet", "may_import": ["nothing"]})
    assert contract.check(graph, verbose=False).kept
