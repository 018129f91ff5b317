"""Children: they die with us, are stopped or killed, and are recognised by more than a process id."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runtime.embedded.process import Child, Program, stop_orphan

SLEEP = "import time; print('awake', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP


def program(folder: Path, code: str, stop_seconds: float = 5.0) -> Program:
    """A Python program as a child would be described."""
    return Program(
        argv=[sys.executable, "-c", code],
        log=folder / "child.log",
        pid_file=folder / "child.json",
        stop_signal=signal.SIGTERM,
        stop_seconds=stop_seconds,
    )


def wait_until_awake(log: Path) -> None:
    """Wait for the program's first word."""
    while "awake" not in log.read_text():
        time.sleep(0.01)


@pytest.fixture
def stranger() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that no supervisor of ours started."""
    with subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.DEVNULL) as process:
        yield process
        process.kill()


def record(pid_file: Path, pid: int, started: float) -> None:
    """Write what a supervisor would have recorded."""
    pid_file.write_text(json.dumps({"pid": pid, "started": started}))


async def test_a_child_is_stopped_and_forgotten(tmp_path: Path) -> None:
    """Stopping sends its own signal, waits, and removes the record; stopping again is harmless."""
    child = Child.start(program(tmp_path, SLEEP))
    wait_until_awake(tmp_path / "child.log")
    assert json.loads((tmp_path / "child.json").read_text())["pid"] == child.pid
    await child.stop()
    await child.stop()
    assert child.exit_status() == -signal.SIGTERM
    assert not (tmp_path / "child.json").exists()


async def test_a_stubborn_child_is_killed(tmp_path: Path) -> None:
    """What ignores its signal is killed after its time is up."""
    child = Child.start(program(tmp_path, STUBBORN, stop_seconds=0.2))
    wait_until_awake(tmp_path / "child.log")
    await child.stop()
    assert child.exit_status() == -signal.SIGKILL


async def test_last_words_are_those_of_this_run(tmp_path: Path) -> None:
    """An error quotes what this run said, not an older one's complaint."""
    for said in ("old", "new"):
        child = Child.start(program(tmp_path, f"print({said!r})"))
        await child.ended()
    assert child.last_words() == "new"


async def test_a_program_that_cannot_be_run_says_so(tmp_path: Path) -> None:
    """The launcher's own failure is in the log, like the program's."""
    missing = Program(["/no/such/program"], tmp_path / "log", tmp_path / "pid", signal.SIGTERM, 1.0)
    child = Child.start(missing)
    assert await child.ended() == 1
    assert child.last_words() == "cannot run /no/such/program: No such file or directory"


async def test_a_child_gets_a_clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's variables (PGPORT, TEMPORAL_ADDRESS, secrets) do not reach the servers."""
    monkeypatch.setenv("PGPORT", "1")
    child = Child.start(program(tmp_path, "import os; print(sorted(os.environ))"))
    await child.ended()
    assert child.last_words() == "['LC_ALL', 'PATH']"


async def test_an_orphan_is_stopped(tmp_path: Path, stranger: "subprocess.Popen[bytes]") -> None:
    """What the record names by id and start time is ours to stop."""
    pid_file = tmp_path / "child.json"
    record(pid_file, stranger.pid, psutil.Process(stranger.pid).create_time())
    assert await stop_orphan(pid_file, signal.SIGTERM, 5) == stranger.pid
    assert stranger.wait() == -signal.SIGTERM
    assert not pid_file.exists()


async def test_a_stranger_with_a_recorded_id_is_left_alone(tmp_path: Path, stranger: "subprocess.Popen[bytes]") -> None:
    """Process ids are reused: one that started at another time is not ours."""
    pid_file = tmp_path / "child.json"
    record(pid_file, stranger.pid, psutil.Process(stranger.pid).create_time() - 60)
    assert await stop_orphan(pid_file, signal.SIGTERM, 5) is None
    assert stranger.poll() is None
    assert not pid_file.exists()


@pytest.mark.parametrize(
    "content", [None, "", "[]", "{}", '{"pid": "x", "started": 1}', '{"pid": 99999999, "started": 1}']
)
async def test_a_broken_record_names_nobody(tmp_path: Path, content: str | None) -> None:
    """A missing, half-written or old record stops nothing and is in nobody's way."""
    pid_file = tmp_path / "child.json"
    if content is not None:
        pid_file.write_text(content)
    assert await stop_orphan(pid_file, signal.SIGTERM, 5) is None
