"""Several back ends of one tenant as one: each action goes to the one that offers it, records come from one of them.

It decides nothing: every handle and every refusal is the back end's own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import JsonValue

from adapters.backends.port import Backend, BackendOutcome, Prepared, Progress, Scope, Undoing
from domain.action import ActionSpec, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused
from domain.ids import Label


class Combined:
    """A `Backend`; `records` has the customers, and may have actions too; no two offer an action of the same name."""

    def __init__(self, records: Backend, others: Sequence[Backend]) -> None:
        self._records = records
        self._by_action = {name: backend for backend in (*others, records) for name in backend.specs}
        self._specs = {name: backend.specs[name] for name, backend in self._by_action.items()}

    @property
    def specs(self) -> Mapping[Label, ActionSpec]:
        """All their actions."""
        return self._specs

    async def gather(self, scope: Scope, now: datetime) -> CustomerContext:
        """The records of the one that has them."""
        return await self._records.gather(scope, now)

    def prepare(self, context: CustomerContext, action: ProposedAction, spans: Mapping[str, str]) -> Prepared:
        """As the back end of the action does it."""
        backend = self._by_action.get(action.name)
        if backend is None:
            raise ActionRefused("There is no such action.", code="unknown_action")
        return backend.prepare(context, action, spans)

    async def read(self, scope: Scope, prepared: Prepared, now: datetime) -> dict[str, JsonValue]:
        """As the back end of the action does it."""
        return await self._by_action[prepared.action].read(scope, prepared, now)

    async def perform(self, scope: Scope, prepared: Prepared, idempotency_key: str, now: datetime) -> BackendOutcome:
        """As the back end of the action does it."""
        return await self._by_action[prepared.action].perform(scope, prepared, idempotency_key, now)

    async def look_up(self, scope: Scope, prepared: Prepared, idempotency_key: str) -> BackendOutcome | None:
        """As the back end of the action does it."""
        return await self._by_action[prepared.action].look_up(scope, prepared, idempotency_key)

    async def read_back(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> bool:
        """As the back end of the action does it."""
        return await self._by_action[prepared.action].read_back(scope, prepared, outcome, now)

    async def progress(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> Progress:
        """As the back end of the action does it."""
        return await self._by_action[prepared.action].progress(scope, prepared, outcome, now)

    def undo(
        self, scope: Scope, context: CustomerContext, prepared: Prepared, outcome: BackendOutcome
    ) -> Undoing | None:
        """As the back end of the action does it: nobody undoes what another has done."""
        return self._by_action[prepared.action].undo(scope, context, prepared, outcome)
