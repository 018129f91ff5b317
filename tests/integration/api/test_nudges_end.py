"""A nudge whose workflow does not answer, and a process that ends meanwhile."""

import asyncio
import time

import pytest

from api.nudge import Nudger
from runtime.relay import GRACE, deliver_left_behind
from tests.integration.api.calling import Api, now

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_whoever_stops_a_nudge_is_obeyed(live_api: Api) -> None:
    """The SDK tells a cancellation like a timeout; taken for one, the relay would go on, and its process never end."""
    nudger: Nudger = live_api.app.state.services.nudger
    ref = await live_api.ticket()
    for waiting in (nudger.receive(ref, 1), deliver_left_behind(live_api.pools, nudger, now() + GRACE)):
        task = asyncio.create_task(waiting)
        await asyncio.sleep(0.3)  # no worker answers: it is in the middle of its call
        begun = time.monotonic()
        task.cancel()
        await asyncio.wait({task}, timeout=10)
        assert task.cancelled()
        assert time.monotonic() - begun < 5
