"""All that the checks look at: one reading transaction of Postgres, what the histories say, and what a driver saw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, dict_row

from adapters.workspace.tenant import Workspace
from domain.model import Model
from runtime.verify.expected import Expected

Row = Mapping[str, Any]
LIVE = ("succeeded", "reconciled")  # what the ledger calls an effect that took place


class Performed(Model):
    """The end of one `perform_action`, as a history holds it."""

    action_id: str
    name: str
    status: str
    amount: int | None
    currency: str | None


class Run(Model):
    """One run of a ticket's workflow, distilled from its history; the history itself is not kept."""

    workflow_id: str
    run_id: str
    status: str  # RUNNING, COMPLETED, CONTINUED_AS_NEW, FAILED, TERMINATED, …
    continued_from: str | None
    events: int
    performed: tuple[Performed, ...] = ()
    repeated: Mapping[str, int] = {}  # activity -> how many were tried more than once
    task_failures: tuple[str, ...] = ()  # causes of failed workflow tasks
    replay_failure: str | None = None
    is_replayed: bool = False
    canaries: tuple[str, ...] = ()  # found in the history

    @property
    def ticket_id(self) -> str:
        """The ticket it is about."""
        return self.workflow_id.partition(":")[2]


class Pending(Model):
    """What a running workflow waits to have done."""

    workflow_id: str
    task_attempt: int  # 0: no workflow task is under way
    activities: tuple[tuple[str, int], ...]  # name and attempt


@dataclass(frozen=True)
class Canary:
    """A string of one customer's, which must be nobody else's to see and in no history."""

    customer_id: str
    text: str


class Database:
    """Reads rows, as a role that sees every tenant."""

    def __init__(self, conn: AsyncConnection[TupleRow]) -> None:
        self.conn = conn

    async def rows(self, query: LiteralString, params: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Return all rows of a query, by column name."""
        async with self.conn.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query, params)
            return await cursor.fetchall()

    async def has(self, table: str) -> bool:
        """Whether there is such a table: a system of record that is not the example's keeps its own log elsewhere."""
        return bool(
            (await self.rows("select to_regclass(%(table)s) is not null as found", {"table": table}))[0]["found"]
        )


@dataclass(frozen=True)
class Evidence:
    """Everything, read once."""

    database: Database
    workspace: Workspace
    runs: Sequence[Run]
    pending: Sequence[Pending]
    expected: Expected | None
    canaries: Sequence[Canary]


def by(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    """Group rows by the values of some columns."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups
