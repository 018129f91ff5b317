"""What versions cost: the look at each judgment, keeping its facts, and a dry run over many of them.

    .venv/bin/python -m benchmarks.dry_run [--judgments 2000]

On a Postgres of its own with Meridian's policy. The last figure is how long the event loop was held up at most while
the dry run judged in its thread.
"""

import argparse
import asyncio
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime

import psycopg
from pydantic import JsonValue

from adapters.workspace.loader import load_workspace
from adapters.workspace.published import PublishedTexts
from domain.dry_run import DryRunner, PastJudgment
from domain.event import TicketEvent
from domain.facts import customer_view
from domain.ids import new_ticket_id
from domain.judging import JudgedOn, pack
from domain.money import Money
from domain.ticket import IdentityLevel, TicketRef
from store.events import append_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.judged import keep_judged, list_judgments
from store.migrate import migrate
from store.pools import Pools
from store.roles import ROLES, role_dsn, set_passwords
from store.versions import newest_change
from tests.integration.store.makers import make_judged
from tests.support.databases import running_postgres
from tests.support.servers import WORKSPACE
from tests.unit.adapters.backends.contexts import context_of

_TENANT = "meridian"
_NOW = datetime.now(UTC)


def _judged(number: int) -> JudgedOn:
    """The facts of a refund to one of the example's customers; amounts differ."""
    amount = Money(amount=100 + (number * 37) % 20_000, currency="EUR")
    shown = {"name": "issue_refund", "amount": amount.model_dump(), "reason": "damaged"}
    facts = {"action": shown, "ticket": {"identity": "proven"}, "customer": customer_view(context_of("cus_dan"))}
    kept = pack(facts)
    return make_judged("x").model_copy(update={"args_sha256": f"{number:064d}", "amount": amount, "view": kept})


async def _fill(pools: Pools, judgments: int) -> tuple[list[float], list[float]]:
    looks, keeps = [], []
    for number in range(judgments):
        ref = TicketRef(
            tenant=_TENANT, ticket_id=new_ticket_id(), customer_id="c-1", channel="api", identity=IdentityLevel.proven
        )
        async with pools.operator(_TENANT) as conn:
            await accept_message(conn, ref, IncomingMessage(text="x", at=_NOW), stub=Stub())
            began = time.perf_counter()
            await newest_change(conn, _TENANT)
            looks.append(time.perf_counter() - began)
        on = _judged(number)
        async with pools.operator(_TENANT) as conn:
            began = time.perf_counter()
            digest = await keep_judged(conn, ref, on, _NOW)
            keeps.append(time.perf_counter() - began)
        body: dict[str, JsonValue] = {
            "action_id": f"{ref.ticket_id}/a1",
            "action": "issue_refund",
            "verdict": "allow",
            "rules": ["x"],
        }
        event = TicketEvent(
            seq=1, kind="action_judged", at=_NOW, body={**body, "policy": "0" * 64, "judged_on": digest}
        )
        async with pools.operator(_TENANT) as conn:
            await append_events(conn, _TENANT, ref.ticket_id, [event])
    return looks, keeps


async def _dry_run(pools: Pools) -> tuple[float, float, DryRunner]:
    config = load_workspace(WORKSPACE / "tenants").tenants[_TENANT]
    texts = PublishedTexts(config)
    edited = texts.check({"policy": config.sources["policy"].text.replace("10000", "5000")}).rulebook
    current = texts.check({}).rulebook
    if current is None or edited is None:
        raise RuntimeError("the example's policy is sound")
    runner, last, late = DryRunner(current, edited), None, [0.0]
    ticking = asyncio.create_task(_tick(late))
    began = time.perf_counter()
    while page := await _page(pools, last):
        await asyncio.to_thread(runner.judge, page)
        last = page[-1]
    took = time.perf_counter() - began
    ticking.cancel()
    with suppress(asyncio.CancelledError):
        await ticking
    return took, max(late), runner


async def _page(pools: Pools, last: PastJudgment | None) -> list[PastJudgment]:
    async with pools.operator(_TENANT) as conn:
        return await list_judgments(conn, _TENANT, before=last)


async def _tick(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.005)
        late.append(time.perf_counter() - began - 0.005)


async def _measure(dsn: str, judgments: int) -> None:
    await migrate(dsn)
    await set_passwords(dsn, dict.fromkeys(ROLES, "x"))
    pools = await Pools.open({role: role_dsn(dsn, role, "x") for role in ROLES if role != "migrator"})
    try:
        looks, keeps = await _fill(pools, judgments)
        took, late, runner = await _dry_run(pools)
    finally:
        await pools.close()
    sys.stdout.write(f"facts of one judgment: {len(_judged(1).model_dump_json())} bytes\n")
    for name, times in (("looking whether anything was published", looks), ("keeping the facts", keeps)):
        ordered = sorted(times)
        median, slow = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        sys.stdout.write(f"{name}: p50 {median * 1e3:.2f} ms, p95 {slow * 1e3:.2f} ms\n")
    changed = len(runner.result().changed)
    said = f"{took:.2f} s, {changed} would change, the loop was late by {late * 1e3:.0f} ms at most"
    sys.stdout.write(f"dry run of {judgments}: {said}\n")


def main() -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgments", type=int, default=2_000)
    wanted = parser.parse_args()
    with running_postgres() as server:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as conn:
            conn.execute("create database dry_run")
        asyncio.run(_measure(server.dsn("dry_run"), wanted.judgments))


if __name__ == "__main__":
    main()
