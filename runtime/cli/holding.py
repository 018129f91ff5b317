"""Holding a stack up in the foreground: start it with a live checklist, do something with it, stop it in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar

from rich.console import Console

from runtime.cli.checklist import Checklist
from runtime.cli.logs import log_to_file
from runtime.settings import Settings
from runtime.up import RunningStack, running_stack

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def hold(settings: Settings, console: Console, use: Callable[[RunningStack], Awaitable[T]]) -> T | None:
    """Start the stack, await `use` with it, and stop it; None if a signal ended it before `use` did.

    The first Ctrl-C (or SIGTERM, or a closed terminal) stops everything in order; later ones cannot make it hasty.
    """
    log_to_file(settings)
    asked_to_stop = _on_signal(console)
    checklist = Checklist(console)
    try:
        async with AsyncExitStack() as stack:
            with checklist:
                running = await stack.enter_async_context(running_stack(settings, checklist.heard))
            return await use(running)
    except asyncio.CancelledError:
        if not asked_to_stop.is_set():
            raise
        return None


def _on_signal(console: Console) -> asyncio.Event:
    """Let the first signal cancel the present task; returns what is set by then."""
    loop, task, asked = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()

    def stop() -> None:
        if not asked.is_set() and task is not None:
            asked.set()
            console.print("\n Stopping…", style="quiet")
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    return asked
