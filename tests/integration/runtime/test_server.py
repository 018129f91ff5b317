"""What every embedded server goes through on its way up, with a program that fails as told."""

import signal
import sys
from pathlib import Path

import pytest

from runtime.embedded.errors import DidNotStart, PortInUse
from runtime.embedded.folder import DataFolder
from runtime.embedded.process import Program
from runtime.embedded.server import Server

# Fails until it has been started as often as it was told, then serves.
CODE = """
import sys, time
from pathlib import Path
starts, failures, complaint = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
count = len(starts.read_text()) if starts.exists() else 0
starts.write_text("x" * (count + 1))
if count < failures:
    sys.exit(complaint)
starts.with_suffix(".ready").touch()
time.sleep(60)
"""


class Flaky(Server):
    """A server whose first starts fail."""

    name = "temporal"
    title = "The server"
    stop_signal = signal.SIGTERM
    stop_seconds = 5.0
    where = "here"

    def __init__(self, folder: DataFolder, complaint: str, failures: int, port: int = 0) -> None:
        super().__init__(folder, {"port": port})
        self.starts: Path = folder.root / "starts"
        self.arguments = [str(self.starts), str(failures), complaint]

    async def _prepare(self) -> None:
        pass

    def _program(self) -> Program:
        argv = [sys.executable, "-c", CODE, *self.arguments]
        return Program(argv, self.folder.log(self.name), self.folder.pid_file(self.name), signal.SIGTERM, 5.0)

    async def _is_ready(self) -> bool:
        return self.starts.with_suffix(".ready").exists()

    async def _settle(self) -> None:
        pass


async def test_a_port_lost_to_somebody_else_is_tried_again(folder: DataFolder) -> None:
    """Between a look at a port and its use another program may take it; the next attempt finds another."""
    server = Flaky(folder, "listen: address already in use", failures=2)
    await server.start()
    assert len(server.starts.read_text()) == 3
    await server.stop()


async def test_ports_that_are_always_lost_are_given_up(folder: DataFolder) -> None:
    """After a few attempts it is no coincidence, and the error holds what the server said."""
    server = Flaky(folder, "listen: address already in use", failures=99)
    with pytest.raises(PortInUse, match="listen: address already in use"):
        await server.start()
    assert len(server.starts.read_text()) == 5


async def test_any_other_end_is_reported_at_once(folder: DataFolder) -> None:
    """Starting again would not help; the error quotes the server's last words and names its log."""
    server = Flaky(folder, "my files are gone", failures=99)
    with pytest.raises(DidNotStart, match=r"(?s)status 1.*temporal\.log.*my files are gone"):
        await server.start()
    assert len(server.starts.read_text()) == 1
