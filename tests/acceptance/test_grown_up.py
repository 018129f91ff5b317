"""The grown-up shape: the commands of docker-compose.yml, run natively against servers that somebody else started."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import yaml
from psycopg import AsyncConnection, sql

from tests.support.servers import VECTORS, Servers

SETRIGHT = str(Path(sys.executable).with_name("setright"))
DATABASE = "grown_up"
LATE = "I sent my headphones back three weeks ago and still have no money."


@pytest.fixture
def environment(servers: Servers, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the compose file tells its services, for servers on this machine; the database is empty."""
    base = servers.superuser_url.rpartition("/")[0]

    async def administer(statement: str) -> None:
        async with await AsyncConnection.connect(servers.superuser_url, autocommit=True) as conn:
            await conn.execute(sql.SQL(statement).format(sql.Identifier(DATABASE)))

    asyncio.run(administer("create database {}"))
    yield {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATABASE_URL": f"postgresql://127.0.0.1:{servers.postgres_port}/{DATABASE}",
        "SUPERUSER_URL": f"{base}/{DATABASE}",
        "SETRIGHT_ROLE_SECRET": "test-secret-test-secret-test-secret",
        "SETRIGHT_DATA_DIR": str(tmp_path / "data"),
        "SETRIGHT_VECTOR_CACHE": str(VECTORS),
        "SETRIGHT_TASK_QUEUE": "grown-up",
        "TEMPORAL_ADDRESS": servers.temporal_address,
        "OPENBLAS_NUM_THREADS": "1",
    }
    asyncio.run(administer("drop database {} with (force)"))


def commands() -> dict[str, list[str]]:
    """The commands of our own services in the compose file."""
    services = yaml.safe_load(Path("docker-compose.yml").read_text())["services"]
    return {name: services[name]["command"] for name in ("migrate", "api", "worker")}


def start(environment: dict[str, str], arguments: list[str]) -> "subprocess.Popen[str]":
    """One process of ours, which says on its first line that it is up."""
    return subprocess.Popen([SETRIGHT, *arguments], env=environment, stdout=subprocess.PIPE, text=True)


def first_line(process: "subprocess.Popen[str]") -> str:
    """Wait until the process is up."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.timeout(240)
def test_the_commands_of_the_compose_file_settle_a_ticket(environment: dict[str, str]) -> None:
    """Migrate as superuser, then an API and two workers as themselves; one worker dies, and tickets are settled."""
    ours = commands()
    as_superuser = environment | {"DATABASE_URL": environment["SUPERUSER_URL"]}
    for _ in range(2):  # a second time changes nothing
        subprocess.run([SETRIGHT, *ours["migrate"]], env=as_superuser, check=True, stdout=subprocess.DEVNULL)
    make_key = ["db", "create-key", "meridian", "--name", "test", "--scope", "admin"]
    key = subprocess.run([SETRIGHT, *make_key], env=environment, check=True, capture_output=True, text=True).stdout
    running = [
        start(environment | {"SETRIGHT_API_PORT": "0"}, ours["api"]),
        start(environment, ours["worker"]),
        start(environment, ours["worker"]),
    ]
    api, first, second = running
    try:
        url = first_line(api)
        assert [first_line(first), first_line(second)] == ["ready", "ready"]
        first.send_signal(signal.SIGKILL)
        answer = httpx2.post(
            f"{url}/v1/tickets",
            params={"wait": 50},
            headers={"Authorization": f"Bearer {key.strip()}"},
            json={"customer_id": "cus_ada", "text": LATE, "identity": "proven"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["ticket"]["status"] == "solved"
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.communicate(timeout=30)


def test_a_missing_secret_and_a_wrong_address_say_what_to_do(environment: dict[str, str]) -> None:
    """Each mistake gets one sentence that names the variable or the address, and its own exit code."""
    without = {name: value for name, value in environment.items() if name != "SETRIGHT_ROLE_SECRET"}
    done = subprocess.run([SETRIGHT, "worker"], env=without, capture_output=True, text=True, check=False)
    assert done.returncode == 7
    assert "SETRIGHT_ROLE_SECRET" in done.stderr
    nowhere = environment | {"DATABASE_URL": "postgresql://127.0.0.1:1/nothing"}
    done = subprocess.run([SETRIGHT, "worker"], env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == 6
    assert "database" in done.stderr.lower()
    assert "Traceback" not in done.stderr
