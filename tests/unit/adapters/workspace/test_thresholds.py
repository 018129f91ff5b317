"""A tenant's own thresholds: what `setright tune` writes is read again, and what makes no sense is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.thresholds import THRESHOLDS, ThresholdsFile

_Write = Callable[[dict[str, str | None]], Path]


def test_what_is_written_is_read(write: _Write) -> None:
    """The file's text holds all of it."""
    written = ThresholdsFile(precision=0.98, judged_on="the examples", clear_from={"late_refund": 720})
    tenant = load_workspace(write({THRESHOLDS: written.as_yaml()})).tenants["acme"]
    assert tenant.thresholds == written
    assert tenant.clear_from == {"late_refund": 720}


def test_without_the_file_there_are_none(write: _Write) -> None:
    """The built-in threshold holds then."""
    assert load_workspace(write({})).tenants["acme"].clear_from == {}


@pytest.mark.parametrize(
    ("clear_from", "problem"),
    [
        ({"late_refnd": 720}, "no procedure 'late_refnd'"),
        ({"late_refund": 300}, "greater than or equal to 500"),
        ({"late_refund": 1200}, "less than or equal to 1000"),
    ],
)
def test_what_cannot_be_meant_is_refused(write: _Write, clear_from: dict[str, int], problem: str) -> None:
    """A name of nothing, a reading less likely than not, and more than certainty."""
    text = "precision: 0.98\njudged_on: x\nclear_from:\n" + "".join(f"  {k}: {v}\n" for k, v in clear_from.items())
    with pytest.raises(WorkspaceErrors, match=problem):
        load_workspace(write({THRESHOLDS: text}))
