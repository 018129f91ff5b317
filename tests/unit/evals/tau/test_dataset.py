"""The data set is read where it is, and missed with a sentence that helps."""

import json
from pathlib import Path

import pytest

from evals.tau.dataset import DataMissing, Dataset, Task, load_dataset
from evals.tau_retail import NoSuchTask, chosen

SCRIPT = {"reason_for_call": "You want …", "known_info": None, "task_instructions": "."}
TASKS = Dataset({}, tuple(Task(str(number), "", "", "", {}) for number in (0, 2, 13)))


def written(folder: Path) -> Path:
    """A data set of two tasks, one of which has corrected records."""
    root = folder / "tau3_retail"
    (root / "shared").mkdir(parents=True)
    (root / "dev").mkdir()
    (root / "shared" / "db.json").write_text('{"users": {}, "orders": {}, "products": {}}')
    tasks = [{"id": str(number), "user_scenario": {"instructions": SCRIPT}} for number in (1, 2)]
    expected = [
        {"id": "1", "final_records": None},
        {
            "id": "2",
            "final_records": {"orders": {"#W1": {"total": 1}}},
            "final_records_corrected": {"orders": {"#W1": {"total": 2.0000001}}, "users": {}},
        },
    ]
    (root / "dev" / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    (root / "dev" / "expected_state.jsonl").write_text("\n".join(map(json.dumps, expected)))
    return folder


def test_expected_records_are_the_corrected_ones_in_cents(tmp_path: Path) -> None:
    """No records mean that nothing should change."""
    one, two = load_dataset(written(tmp_path)).tasks
    assert (one.expected, one.changes_store, one.known_info) == ({}, False, "")
    assert two.expected == {"orders": {"#W1": {"total": 2.0}}}


def test_data_that_is_absent_is_told_with_what_to_do(tmp_path: Path) -> None:
    """The text names the folder and the option."""
    with pytest.raises(DataMissing, match="--data") as missing:
        load_dataset(tmp_path)
    assert str(tmp_path) in str(missing.value)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [(None, ["0", "2", "13"]), ("2", ["0", "2"]), ("13,0", ["13", "0"]), ("13,", ["13"]), ("#2", ["2"])],
)
def test_tasks_are_chosen_by_count_or_id(wanted: str | None, ids: list[str]) -> None:
    """A number alone is a count."""
    assert [task.task_id for task in chosen(TASKS, wanted)] == ids


def test_a_task_that_does_not_exist_is_refused() -> None:
    """Rather than leaving it out."""
    with pytest.raises(NoSuchTask, match="99"):
        chosen(TASKS, "0,99")
