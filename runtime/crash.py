"""Dying on purpose: a process that was told SETRIGHT_CRASH_AT kills itself at that point, as a power switch would."""

import os
import signal
from collections.abc import Callable

from domain.points import on_reach


def crash_when_told(crash_at: str | None) -> None:
    """Arm this process with `POINT:N` (the N-th time it comes by POINT); None arms nothing."""
    if crash_at is not None:
        point, _, times = crash_at.partition(":")
        on_reach(_countdown(point, int(times)))


def _countdown(point: str, times: int) -> Callable[[str], None]:
    left = times

    def call(reached: str) -> None:
        nonlocal left
        if reached == point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return call
