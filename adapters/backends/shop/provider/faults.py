"""Make the payment provider fail on purpose, from any process, and count what it really did."""

from typing import Literal

from adapters.backends.shop.provider.server import SQL, Connection

FaultKind = Literal[
    "fail_before",  # the request never arrives
    "timeout_after_commit",  # carried out, and the answer is lost
    "answer_500_forever",  # not carried out; the key is answered 500 from now on
    "slow",  # carried out `delay_ms` late
    "refuse_card_closed",  # the refund is made and fails for good
    "fail_transient",  # the refund is made and fails; another may succeed
    "pending",  # the refund is submitted and its end is open
]
Operation = Literal[
    "create_charge", "create_refund", "cancel_refund", "retrieve_refund", "list_refunds", "list_charges"
]


async def inject(
    conn: Connection, tenant: str, operation: Operation, kind: FaultKind, remaining: int = 1, delay_ms: int = 0
) -> None:
    """Let the next `remaining` calls of `operation` meet a fault; the caller commits."""
    params = {"tenant": tenant, "operation": operation, "kind": kind, "remaining": remaining, "delay_ms": delay_ms}
    await conn.execute(SQL["add_fault"], params)


async def clear(conn: Connection, tenant: str) -> None:
    """Let no injected fault happen any more; the caller commits."""
    await conn.execute(SQL["clear_faults"], {"tenant": tenant})


async def effects_by_key(conn: Connection, tenant: str) -> dict[str, int]:
    """How many effects each idempotency key really had, by the provider's own log: never more than one."""
    cursor = await conn.execute(SQL["effects_by_key"], {"tenant": tenant})
    return {str(key): int(effects) for key, effects in await cursor.fetchall()}
