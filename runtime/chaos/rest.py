"""Waiting until a stack has nothing left to do, and having another process verify it."""

import asyncio
import os
import sys
import time

import psycopg
from psycopg import AsyncConnection
from temporalio.service import RPCError

from runtime.chaos.stack import Stack
from runtime.cli.exit_codes import ExitCode
from runtime.up import worker_environment
from runtime.verify.check import Verified
from runtime.verify.expected import Expected
from runtime.verify.histories import read_pending
from runtime.wiring import connect_temporal

#: After the last fault everything must have come to rest (I6).
LIVENESS_SECONDS = 120.0
_STEP_SECONDS = 1.0
_LOOKS = 2  # with nothing to do in between: one may fall between two steps
_BUSY = """
select (select count(*) from setright.outbox where delivered_at is null)
     + (select count(*) from setright.tickets where waiting_for = 'assistant' and status <> 'closed')
     + (select count(*) from setright.action_ledger where status in ('authorised', 'claimed')) as busy
"""


async def come_to_rest(stack: Stack, within: float = LIVENESS_SECONDS) -> float:
    """Wait until nothing is under way, and return how many seconds that took; it never took longer than `within`."""
    client = await connect_temporal(stack.temporal.address)
    began = time.monotonic()
    quiet = 0
    while (waited := time.monotonic() - began) < within and quiet < _LOOKS:
        try:
            async with await AsyncConnection.connect(stack.database) as conn:
                row = await (await conn.execute(_BUSY)).fetchone()
            pending = [p for p in await read_pending(client) if p.task_attempt or p.activities]
            quiet = quiet + 1 if row is not None and not row[0] and not pending else 0
        except (psycopg.Error, RPCError, OSError):
            quiet = 0
        await asyncio.sleep(_STEP_SECONDS)
    return round(waited, 1)


async def verified(stack: Stack, expected: Expected, replays: int | None) -> Verified:
    """Run `setright verify` as a process of its own, on the servers themselves; raises RuntimeError if it cannot."""
    expect = stack.folder.root / "expected.json"
    expected.write(expect)
    words = ["verify", "--json", "--expect", str(expect)]
    if replays is not None:
        words += ["--replays", str(replays)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from runtime.cli.main import main; main()", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **worker_environment(stack.settings, stack.temporal.address),
            "PATH": os.defpath,
            "DATABASE_URL": stack.database,
        },
    )
    try:
        told, complaint = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode not in {ExitCode.ok, ExitCode.problems_found} or not told:
        raise RuntimeError(f"verify ended with status {process.returncode}:\n{complaint.decode(errors='replace')}")
    return Verified.model_validate_json(told)
