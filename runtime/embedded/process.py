"""A server as a child of this process: started, watched, stopped, and recognised after its supervisor died.

The child dies with us (see launch.py), has its own session so that Ctrl-C reaches only us, and writes to a log file.
Start it from a thread that lives as long as the child should: the kernel ties the parent-death signal to the thread.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from runtime.embedded import launch
from runtime.embedded.account import Account

_POLL_SECONDS = 0.02
_MAX_LOG_BYTES = 20_000_000  # at each start a longer log becomes `.1`, so a folder holds at most two
# The clock may be set between two looks at a start time; process ids are not reused this quickly.
_SAME_START_SECONDS = 2.0


@dataclass(frozen=True)
class Program:
    """What to run, and how it likes to be stopped."""

    argv: Sequence[str]
    log: Path
    pid_file: Path
    stop_signal: signal.Signals
    stop_seconds: float  # after this long a stop becomes a kill
    account: Account | None = None
    environment: Mapping[str, str] | None = None  # besides PATH and the locale; nothing else is passed on


class Child:
    """A running program of ours."""

    def __init__(self, program: Program, process: "subprocess.Popen[bytes]", log_start: int) -> None:
        self._program = program
        self._process = process
        self._log_start = log_start

    @classmethod
    def start(cls, program: Program) -> "Child":
        """Start the program; whether it works is for its own kind of server to find out."""
        _rotate(program.log)
        account = program.account
        argv = [
            *(sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(int(program.stop_signal))),
            *((str(account.uid), str(account.gid)) if account else ("0", "0")),
            *program.argv,
        ]
        with os.fdopen(os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
            log_start = os.fstat(log.fileno()).st_size
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(program.environment or {})},
                start_new_session=True,
            )
        _record(program.pid_file, process.pid)
        return cls(program, process, log_start)

    @property
    def pid(self) -> int:
        """The process id, which the program keeps from its first moment."""
        return self._process.pid

    def exit_status(self) -> int | None:
        """How the program ended (negative: by that signal), or None while it runs."""
        return self._process.poll()

    async def ended(self) -> int:
        """Wait until the program has ended, for whatever reason, and return how."""
        while (status := self.exit_status()) is None:
            await asyncio.sleep(_POLL_SECONDS)
        return status

    def kill(self) -> None:
        """Kill the program at once, as a crash would; harmless when it has ended already."""
        if self.exit_status() is None:
            self._process.kill()

    async def stop(self) -> None:
        """Ask the program to end; kill it when it takes too long. Harmless when it has ended already."""
        if self.exit_status() is None:
            self._process.send_signal(self._program.stop_signal)
            try:
                async with asyncio.timeout(self._program.stop_seconds):
                    await self.ended()
            except TimeoutError:
                self._process.kill()
                await self.ended()
        self._program.pid_file.unlink(missing_ok=True)

    def last_words(self, lines: int = 12, most_bytes: int = 8192) -> str:
        """The last lines that this very run wrote to its log."""
        with self._program.log.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, end - most_bytes))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


async def stop_orphan(pid_file: Path, stop_signal: signal.Signals, stop_seconds: float) -> int | None:
    """Stop what a dead supervisor left running, and return its process id; None where there is nothing to stop.

    An orphan is the process recorded at its start, by id *and* start time, so a stranger that was given the same id
    later is never touched. It is stopped, not adopted: what is not our child cannot be waited for and would outlive us.
    """
    orphan = _recorded(pid_file)
    if orphan is not None:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself between two looks
            orphan.send_signal(stop_signal)
            if not await _gone_within(orphan, stop_seconds):
                orphan.kill()
                await _gone_within(orphan, stop_seconds)
    pid_file.unlink(missing_ok=True)
    return orphan.pid if orphan else None


def _record(pid_file: Path, pid: int) -> None:
    # Written aside and renamed: a supervisor killed in between leaves the old record or the new one, never half of one.
    aside = pid_file.with_suffix(".new")
    aside.write_text(json.dumps({"pid": pid, "started": psutil.Process(pid).create_time()}))
    aside.replace(pid_file)


def _recorded(pid_file: Path) -> psutil.Process | None:
    try:
        record = json.loads(pid_file.read_text())
        process = psutil.Process(record["pid"])
        is_the_same = abs(process.create_time() - record["started"]) < _SAME_START_SECONDS
    except (FileNotFoundError, ValueError, KeyError, TypeError, psutil.NoSuchProcess):
        return None
    return process if is_the_same and _is_alive(process) else None


def _is_alive(process: psutil.Process) -> bool:
    # A zombie holds nothing any more; where nobody reaps orphans (a container without init) it stays for ever.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def _gone_within(process: psutil.Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _is_alive(process):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
