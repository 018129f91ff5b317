"""Finding the running stack."""

import json
import os
from pathlib import Path

import pytest

from runtime.cli.errors import CommandFailed, NoStack
from runtime.cli.running import find_stack, read_record


def record(folder: Path, url: str = "http://127.0.0.1:1") -> None:
    """Leave the record of a stack that this very process could be."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "pid": os.getpid(),
        "api_url": url,
        "temporal_ui": None,
        "temporal_address": "127.0.0.1:2",
        "keys": {"meridian": "srk_a", "tidewater": "srk_b"},
        "added_later": True,
    }
    (folder / "stack.json").write_text(json.dumps(told))


def test_a_living_stack_is_found_in_the_folder_named(tmp_path: Path) -> None:
    """Fields that a newer stack adds do no harm."""
    record(tmp_path)
    assert find_stack(tmp_path).api_url == "http://127.0.0.1:1"


def test_the_own_stack_comes_before_a_demo_that_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder named, the demo's stack is the second choice."""
    monkeypatch.setenv("SETRIGHT_DATA_DIR", str(tmp_path / "data"))
    record(tmp_path / "data-demo", "http://demo")
    assert find_stack(None).api_url == "http://demo"
    record(tmp_path / "data", "http://own")
    assert find_stack(None).api_url == "http://own"


def test_a_demo_is_no_answer_to_a_folder_that_was_named(tmp_path: Path) -> None:
    """Whoever names a folder means that one."""
    record(tmp_path / "data-demo")
    with pytest.raises(NoStack):
        find_stack(tmp_path / "data")


def test_the_tenant_is_the_one_named_or_the_first(tmp_path: Path) -> None:
    """An unknown tenant is refused with the list of those that are served."""
    record(tmp_path)
    found = read_record(tmp_path)
    assert found is not None
    assert found.tenant(None) == "meridian"
    assert found.tenant("tidewater") == "tidewater"
    with pytest.raises(CommandFailed) as refused:
        found.tenant("acme")
    assert "meridian, tidewater" in refused.value.todo
