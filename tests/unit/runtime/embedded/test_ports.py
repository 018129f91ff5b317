"""Ports: free ones, the same ones again, and an error for those that are taken."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.embedded.errors import PortInUse
from runtime.embedded.ports import LOOPBACK, Ports, free_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_port_somebody_listens_on_is_not_free(taken: int) -> None:
    """What a server could not bind is not free."""
    assert not is_free(taken)
    assert is_free(free_port())


def test_a_port_is_remembered(tmp_path: Path) -> None:
    """The same folder gives the same server the same port, and another server another one."""
    file = tmp_path / "ports.json"
    first = Ports(file).choose("postgres", 0)
    assert Ports(file).choose("postgres", 0) == first
    assert Ports(file).choose("temporal", 0) != first


def test_a_remembered_port_that_was_taken_is_replaced(tmp_path: Path, taken: int) -> None:
    """Somebody else may use it by now; the replacement is remembered instead."""
    file = tmp_path / "ports.json"
    file.write_text(f'{{"postgres": {taken}}}')
    replacement = Ports(file).choose("postgres", 0)
    assert replacement != taken
    assert Ports(file).choose("postgres", 0) == replacement


@pytest.mark.parametrize("content", ["", "{", "[]", '{"postgres": "x"}'])
def test_a_broken_memory_costs_a_new_port(tmp_path: Path, content: str) -> None:
    """The file is a convenience and never keeps a server from starting."""
    file = tmp_path / "ports.json"
    file.write_text(content)
    assert is_free(Ports(file).choose("postgres", 0))


def test_a_port_asked_for_is_used_or_refused(tmp_path: Path, taken: int) -> None:
    """Who asks for a port gets that one, or an error that names it."""
    ports = Ports(tmp_path / "ports.json")
    wanted = free_port()
    assert ports.choose("postgres", wanted) == wanted
    with pytest.raises(PortInUse, match=str(taken)):
        ports.choose("postgres", taken)
