"""Ports on the loopback address: free ones, and the same ones again after a restart.

A data folder remembers its ports, so that a link to the Temporal UI or a psql prompt survives a restart.
"""

import json
import secrets
import socket
from collections.abc import Collection
from pathlib import Path

from runtime.embedded.errors import PortInUse

LOOPBACK = "127.0.0.1"
# Below what kernels hand to outgoing connections (from 32768 on Linux), which might take a port between two starts.
_FIRST, _COUNT = 20_000, 12_000


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: a port in TIME_WAIT is free
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(taken: Collection[int] = ()) -> int:
    """Find a port that nobody listens on and that is not among those taken."""
    while (port := _FIRST + secrets.randbelow(_COUNT)) in taken or not is_free(port):
        pass
    return port


class Ports:
    """The ports of one data folder, by the server's name."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def choose(self, name: str, asked: int) -> int:
        """Return the port asked for, or for 0 the one used last time, or a new one; raises `PortInUse`."""
        if asked:
            if not is_free(asked):
                raise PortInUse(
                    f"Port {asked}, asked for {name}, is in use by another program. Stop that program, or choose "
                    "another port (0 takes any free one).",
                    port=asked,
                )
            return asked
        remembered = self._read()
        port = remembered.get(name, 0)
        if not port or not is_free(port):
            port = free_port(remembered.values())
            self._file.write_text(json.dumps(remembered | {name: port}))
        return port

    def _read(self) -> dict[str, int]:
        try:
            found = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}  # a remembered port is a convenience: a broken file costs a new port
        return {name: port for name, port in found.items() if isinstance(port, int)} if isinstance(found, dict) else {}
