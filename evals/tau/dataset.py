"""tau retail as it lies on disk: the store, the dev tasks and the end state that each should leave.

Nothing of it ships with the project; upstream is https://github.com/sierra-research/tau2-bench (MIT).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import SetrightError

Json = dict[str, Any]

FOLDER = "tau3_retail"


class DataMissing(SetrightError):
    """The data set is not where it was looked for; the text says where that was."""

    code = "data_missing"


@dataclass(frozen=True)
class Task:
    """One task: the customer's script, and the records that should have changed in the end (amounts in cents)."""

    task_id: str
    reason_for_call: str
    known_info: str
    instructions: str
    expected: Json  # {"orders": {number: record}, "users": {id: record}}; {} where nothing should change

    @property
    def changes_store(self) -> bool:
        """Whether the expected end state differs from the start."""
        return bool(self.expected)


@dataclass(frozen=True)
class Dataset:
    """The store that every task begins with, and the tasks."""

    db: Json
    tasks: tuple[Task, ...]


def load_dataset(data: Path) -> Dataset:
    """Read `data/tau3_retail`; raises DataMissing where it is not there."""
    folder = data / FOLDER
    try:
        db = json.loads((folder / "shared" / "db.json").read_text(encoding="utf-8"))
        tasks = _lines(folder / "dev" / "tasks.jsonl")
        expected = {line["id"]: line for line in _lines(folder / "dev" / "expected_state.jsonl")}
    except FileNotFoundError as missing:
        raise DataMissing(
            f"There is no tau retail in {folder} ({Path(str(missing.filename)).name} is missing). Point --data, or "
            "SETRIGHT_DATA, at the folder that holds it; the README says where to get the files."
        ) from None
    return Dataset(db=db, tasks=tuple(_task(line, expected[line["id"]]) for line in tasks))


def rounded(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """The same JSON with amounts in whole cents: tau's own sums carry the noise of binary fractions."""
    match value:
        case float():
            return round(value, 2)
        case dict():
            return {key: rounded(item) for key, item in value.items()}
        case list():
            return [rounded(item) for item in value]
        case _:
            return value


def _task(line: Json, expected: Json) -> Task:
    script = line["user_scenario"]["instructions"]
    # Upstream gives every modified item the last variant's price; where that shows, the corrected records count.
    records = expected.get("final_records_corrected", expected["final_records"])
    return Task(
        task_id=line["id"],
        reason_for_call=script["reason_for_call"],
        known_info=script.get("known_info") or "",
        instructions=script.get("task_instructions") or "",
        expected={kind: found for kind, found in rounded(records or {}).items() if found},
    )


def _lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
