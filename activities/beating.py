"""Telling Temporal that an activity lives, so that a dead worker is noticed long before the activity's time is up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

_BEAT_SECONDS = 5.0


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Heartbeat every few seconds for as long as the block runs."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT_SECONDS)

    beats = asyncio.create_task(beat()) if activity.in_activity() else None
    try:
        yield
    finally:
        if beats is not None:
            beats.cancel()
