"""Writes that happen once per idempotency key, whether or not money moves.

The effect's row is written in the transaction of the change, so a repeated key finds the outcome. Where a payment
provider is involved there are two transactions around the call: the first reserves (and holds the order, so that
nothing else changes it), the second makes the change and keeps the outcome. Whoever comes between, after a crash,
looks at the provider first and then goes on: the change is made whole, or not at all.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb
from pydantic import JsonValue

from adapters.backends.port import BackendOutcome, Prepared, Scope
from adapters.backends.shop import transfers
from adapters.backends.shop.actions.contract import AnyWrite, Needed
from adapters.backends.shop.database import Pool, Transaction, scoped
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.queries import named
from adapters.backends.shop.sending import look, send
from adapters.backends.shop.transfers import Moved
from domain.canonical import sha256_of
from domain.errors import ActionRefused, Conflict, EffectUnknown, SetrightError
from domain.points import reach

SQL = named("effects")


@dataclass(frozen=True, slots=True)
class _Effect:
    action: str
    args_sha256: str
    started_at: datetime
    outcome: dict[str, JsonValue] | None


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """An effect that waits for its money; `is_new` unless an earlier attempt may have sent some of it."""

    started_at: datetime
    moved: Moved
    is_new: bool


class Writes:
    """Carries out write actions over the shop's pool and the payment provider."""

    def __init__(self, pool: Pool, provider: PaymentProvider) -> None:
        self._pool = pool
        self._provider = provider

    async def perform(
        self, action: AnyWrite, scope: Scope, prepared: Prepared, key: str, now: datetime
    ) -> BackendOutcome:
        """Carry out a write, or answer what became of it when the key is known; see `Backend.perform`."""
        async with scoped(self._pool, scope) as tx:
            begun = await self._begin(tx, action, prepared, key, now)
        if isinstance(begun, BackendOutcome):
            return begun
        reach("shop.reserved")
        moved = begun.moved
        try:
            if not begun.is_new:
                moved = await look(self._provider, scope.tenant, key, moved)
            moved, problem = await send(self._provider, scope.tenant, key, moved, begun.started_at)
            reach("shop.moved")
            async with scoped(self._pool, scope) as tx:
                if problem is not None:
                    await transfers.record(tx, moved)
                else:
                    outcome = await self._conclude(tx, action, prepared, key, moved)
                    reach("shop.concluded")
                    return outcome
        except SetrightError as error:
            raise EffectUnknown("Money may have moved, and it could not be told or saved.") from error
        raise problem

    async def look_up(self, action: AnyWrite, scope: Scope, prepared: Prepared, key: str) -> BackendOutcome | None:
        """What became of an earlier attempt; see `Backend.look_up`. Moves no money, but finishes what has moved."""
        async with scoped(self._pool, scope) as tx:
            effect = await tx.one(_Effect, SQL["effect"], key=key)
            if effect is None or effect.outcome is not None:
                return None if effect is None else BackendOutcome.model_validate(effect.outcome)
            moved = await transfers.of_effect(tx, key)
        moved = await look(self._provider, scope.tenant, key, moved)
        if moved.is_open:
            return None
        async with scoped(self._pool, scope) as tx:
            return await self._conclude(tx, action, prepared, key, moved)

    async def _begin(
        self, tx: Transaction, action: AnyWrite, prepared: Prepared, key: str, now: datetime
    ) -> BackendOutcome | _UnderWay:
        digest = sha256_of(prepared.args)
        is_new = await tx.run(SQL["claim"], key=key, action=prepared.action, args_sha256=digest, at=now) == 1
        effect = await tx.one(_Effect, SQL["effect"], key=key)
        if effect is None or (effect.action, effect.args_sha256) != (prepared.action, digest):
            raise Conflict("This idempotency key belongs to another action.")
        if effect.outcome is not None:
            return BackendOutcome.model_validate(effect.outcome)
        if is_new:
            try:
                async with tx.conn.transaction():  # a savepoint: a refusal leaves nothing but its outcome
                    await self._reserve(tx, action, prepared, key, now)
            except ActionRefused as refusal:
                return await _keep(tx, key, _refused(refusal))
        moved = await transfers.of_effect(tx, key)
        if moved.is_open:
            return _UnderWay(started_at=effect.started_at, moved=moved, is_new=is_new)
        return await self._conclude(tx, action, prepared, key, moved)

    async def _reserve(self, tx: Transaction, action: AnyWrite, prepared: Prepared, key: str, now: datetime) -> None:
        needed: Needed = await action.check(tx, action.own(prepared))
        await transfers.reserve(tx, key, needed.parent, needed.transfers, now)
        if needed.holds_order:
            await tx.run(SQL["hold"], order=needed.parent.order, key=key)

    async def _conclude(
        self, tx: Transaction, action: AnyWrite, prepared: Prepared, key: str, moved: Moved
    ) -> BackendOutcome:
        """Make the change now that the money has moved, and keep the outcome; once, whoever comes first."""
        effect = await tx.one(_Effect, SQL["effect"], key=key)
        if effect is None:
            raise Conflict("This idempotency key is not known.")
        if effect.outcome is not None:
            return BackendOutcome.model_validate(effect.outcome)
        moved = await transfers.conclude(tx, moved, effect.started_at)
        if moved.failure is not None and not moved.has_moved:
            outcome = BackendOutcome(status="failed", code=moved.failure)
        else:
            done = await action.apply(tx, action.own(prepared), moved, effect.started_at)
            code = "incomplete" if moved.failure is not None else done.code
            facts: dict[str, JsonValue] = {**done.facts, "refunds": [refund.ref for refund in moved.refunds]}
            outcome = BackendOutcome(
                status="succeeded",
                code=code,
                ref=done.ref,
                amount=done.amount,
                settles_later=any(refund.status == "pending" for refund in moved.refunds),
                facts=facts,
            )
        await tx.run(SQL["release"], key=key)
        return await _keep(tx, key, outcome)


async def _keep(tx: Transaction, key: str, outcome: BackendOutcome) -> BackendOutcome:
    await tx.run(SQL["conclude"], key=key, outcome=Jsonb(outcome.model_dump(mode="json")))
    return outcome


def _refused(refusal: ActionRefused) -> BackendOutcome:
    return BackendOutcome(status="failed", code=str(refusal.facts.get("code", "refused")))
