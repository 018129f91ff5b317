"""A real `setright up` in a process of its own, and the commands beside it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded.scratch import scratch_folder

#: Kept between runs: embedding the workspace's thousand examples takes 20 s on two cores.
VECTORS = Path(".pytest_cache/vectors").absolute()
START_SECONDS = 150
STOP_SECONDS = 30


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        """Its standard output, which must be JSON and nothing else."""
        assert self.status == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True)
class Place:
    """A data folder, and `setright` on it."""

    data_dir: Path

    def run(self, *words: str) -> Ran:
        """Run a command to its end."""
        done = subprocess.run(self.argv(words), capture_output=True, text=True, env=self._environment(), check=False)
        assert "Traceback" not in done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command that stays."""
        return subprocess.Popen(
            self.argv(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self._environment()
        )

    def ask(self, text: str, *words: str) -> dict[str, Any]:
        """Write as a customer; returns what the API said."""
        answer: dict[str, Any] = self.run("ask", text, "--json", *words).json()
        return answer

    def argv(self, words: Sequence[str]) -> list[str]:
        """How a command is started."""
        return [sys.executable, "-c", "from runtime.cli.main import main; main()", *words]

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "SETRIGHT_DATA_DIR": str(self.data_dir),
            "SETRIGHT_VECTOR_CACHE": str(VECTORS),
            "OPENBLAS_NUM_THREADS": "1",
            "COLUMNS": "120",
        }


def wait_until_up(place: Place, process: "subprocess.Popen[str]") -> None:
    """Wait until the stack says that it is up."""
    deadline = time.monotonic() + START_SECONDS
    while not _is_up(place, process.pid):
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < deadline, "the stack did not come up in time"
        time.sleep(0.1)


def _is_up(place: Place, pid: int) -> bool:
    """Whether that very process is up; a killed one may have left its record."""
    file = place.data_dir / "stack.json"
    return file.exists() and json.loads(file.read_text())["pid"] == pid


def stop(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGINT) -> str:
    """Ask a process to stop, as Ctrl-C does, and return what it had printed."""
    process.send_signal(number)
    shown, _ = process.communicate(timeout=STOP_SECONDS)
    assert process.returncode == 0, shown
    return shown


@pytest.fixture
def place() -> Iterator[Place]:
    """A data folder on which nothing has run yet."""
    with scratch_folder() as folder:
        yield Place(folder / "data")


@pytest.fixture(scope="module")
def stack() -> Iterator[Place]:
    """A stack that is up for the tests of a module."""
    with scratch_folder() as folder:
        place = Place(folder / "data")
        process = place.start("up")
        try:
            wait_until_up(place, process)
            yield place
            stop(process)
        finally:
            process.kill()
