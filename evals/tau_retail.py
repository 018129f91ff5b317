"""tau retail in ticket mode: each task's ticket on a fresh copy of the store, graded by the end state.

It knows neither servers nor settings: whoever runs it lends a bench, which opens a desk on a fresh store for each task.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from activities.desk import Desk
from domain.errors import SetrightError
from evals.tau.customer import find_user
from evals.tau.dataset import Dataset, Json, Task
from evals.tau.grade import grade
from evals.tau.mind import changes_mind
from evals.tau.report import TaskResult
from evals.tau.ticket_mode import Run, run_ticket
from evals.tau.ticket_text import ticket_text

WORKSPACE = Path(__file__).with_name("workspaces") / "tau_retail"


@dataclass(frozen=True)
class Place:
    """A fresh store with a desk on it, and a way to read the store."""

    desk: Desk
    export: "Export"


class Export(Protocol):
    """Reads a store in the shape of tau's own `db.json`."""

    async def __call__(self) -> Json:
        """Everything that the store holds now."""
        ...


Bench = Callable[[], AbstractAsyncContextManager[Place]]


class NoSuchTask(SetrightError):
    """A task was asked for that the data set does not have."""

    code = "not_found"


def chosen(dataset: Dataset, wanted: str | None) -> tuple[Task, ...]:
    """The tasks meant by `wanted`: all of them, the first N ("10"), or those of a list of ids ("2,15," or "#2").

    A single number is a count; an id alone is written with a hash sign or a comma. Raises NoSuchTask.
    """
    if wanted is None:
        return dataset.tasks
    if wanted.isdigit():
        return dataset.tasks[: int(wanted)]
    ids = [part.strip().lstrip("#") for part in wanted.split(",") if part.strip()]
    known = {task.task_id: task for task in dataset.tasks}
    missing = [task_id for task_id in ids if task_id not in known]
    if missing:
        raise NoSuchTask(f"There is no task {', '.join(missing)} in this data set.")
    return tuple(known[task_id] for task_id in ids)


async def run_tasks(dataset: Dataset, tasks: Sequence[Task], bench: Bench) -> AsyncIterator[TaskResult]:
    """Run the tasks one after another, each on a store of its own."""
    for task in tasks:
        yield await _run_task(dataset, task, bench)


async def _run_task(dataset: Dataset, task: Task, bench: Bench) -> TaskResult:
    text = ticket_text(task)
    customer = find_user(task.known_info, dataset.db["users"])
    async with bench() as place:
        before = await place.export()
        if customer is None:
            run = Run("handed_off", "not_authenticated", (), (), 0)
        else:
            run = await run_ticket(place.desk, customer, text, lambda: datetime.now(UTC))
        after = await place.export()
    return TaskResult(
        task_id=task.task_id,
        changes_store=task.changes_store,
        changes_mind=changes_mind(f"{task.reason_for_call}\n{task.instructions}"),
        text=text,
        run=run,
        grade=grade(before, after, task.expected, run.writes),
    )
