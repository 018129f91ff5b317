"""A small disk that can be filled: a file system in memory whose size is cut down to what is in it.

Only root may mount one; others run without, and the run says so.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from runtime.chaos.faults import Fault
from runtime.chaos.stack import Stack

FILL_DISK = "fill_disk"
_SIZE_MB = 4096
_MOUNT, _UMOUNT = "/usr/bin/mount", "/usr/bin/umount"


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount one on the folder for as long as the block lasts; yields whether that was possible."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or not _run(_MOUNT, "-t", "tmpfs", "-o", f"size={_SIZE_MB}m", "tmpfs", str(folder)):
        yield False
        return
    try:
        yield True
    finally:
        if not _run(_UMOUNT, str(folder)):
            _run(_UMOUNT, "-l", str(folder))


def fill_disk_on(folder: Path) -> Fault:
    """The fault for a run on that disk: full for a few seconds, then as large as before."""

    async def fill(stack: Stack, random: Random) -> None:
        used = shutil.disk_usage(folder).used
        try:
            while not _run(_MOUNT, "-o", f"remount,size={used >> 10}k", str(folder)):
                used += 1 << 20  # something was written meanwhile
            await asyncio.sleep(random.uniform(2, 5))
        finally:
            _run(_MOUNT, "-o", f"remount,size={_SIZE_MB}m", str(folder))
        for server in (stack.postgres, stack.temporal):
            await asyncio.sleep(0.5)
            if server.child.exit_status() is not None:  # a server may give up on a full disk; that is its right
                await server.start()

    return fill


def _run(*command: str) -> bool:
    with contextlib.suppress(OSError):
        return (
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
        )
    return False
