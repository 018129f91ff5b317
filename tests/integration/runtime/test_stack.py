"""The embedded stack on real servers: it starts, stops, comes back with its data, and survives being killed."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from runtime.embedded.errors import AlreadyRunning, DidNotStart, NotWritable, OtherVersion, PortInUse
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import free_port
from runtime.embedded.scratch import scratch_stack
from runtime.embedded.stack import EmbeddedStack, StackOptions

SUPERVISOR = Path(__file__).with_name("supervisor.py")
ROOT = Path(__file__).parents[3]


async def write_row(dsn: str) -> None:
    """Commit a row in a table of its own."""
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        await connection.execute("create table kept as select 42 as answer")


async def read_row(dsn: str) -> int:
    """Read the row back."""
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        row = await (await connection.execute("select answer from kept")).fetchone()
    assert row is not None
    return int(row[0])


async def start_workflow(address: str) -> None:
    """Start a workflow that no worker will pick up: it stays open."""
    await (await Client.connect(address)).start_workflow("Kept", id="kept", task_queue="nobody")


async def find_workflow(address: str) -> str:
    """Find that workflow's status."""
    status = (await (await Client.connect(address)).get_workflow_handle("kept").describe()).status
    assert status is not None
    return status.name


async def answers_again(dsn: str) -> int:
    """Read the row as soon as the server lets us."""
    async with asyncio.timeout(15):
        while True:
            try:
                return await read_row(dsn)
            except psycopg.OperationalError:
                await asyncio.sleep(0.05)


def recorded_pids(folder: DataFolder) -> list[int]:
    """The servers' process ids, as recorded."""
    return [json.loads(folder.pid_file(name).read_text())["pid"] for name in ("postgres", "temporal")]


async def gone(pid: int) -> None:
    """Wait until a process has ended."""
    async with asyncio.timeout(15):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)


@contextmanager
def supervisor_process(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    """A stack held by another process, which has said that it is ready."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(SUPERVISOR), str(data_dir)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


async def test_both_servers_start_and_tell_where_they_are(data_dir: Path) -> None:
    """Inside the block Postgres, Temporal and its web UI answer, and the checklist has heard of it."""
    heard: list[tuple[str, str]] = []
    async with EmbeddedStack(data_dir, on_progress=lambda name, state, _: heard.append((name, state))) as stack:
        await write_row(stack.database_url)
        await start_workflow(stack.temporal_address)
        assert stack.temporal_ui is not None
        with urllib.request.urlopen(stack.temporal_ui) as page:
            assert page.status == 200
    for name in ("postgres", "temporal"):
        assert [state for heard_of, state in heard if heard_of == name] == ["starting", "ready", "stopping", "stopped"]


async def test_a_scratch_stack_leaves_nothing() -> None:
    """A stack that is lent for a test is stopped, and its folder removed, with the end of the block."""
    async with scratch_stack(StackOptions(has_temporal=False)) as stack:
        root, pid = stack.folder.root, stack.postgres.child.pid
        await write_row(stack.database_url)
        with pytest.raises(RuntimeError, match="no Temporal"):
            _ = stack.temporal_address
    assert not root.parent.exists()
    assert not psutil.pid_exists(pid)


async def test_temporal_has_the_search_attributes_and_keeps_closed_workflows(data_dir: Path) -> None:
    """Search attributes exist before the first workflow, and closed workflows can be found for 90 days."""
    options = StackOptions(has_postgres=False, has_ui=False)
    for _start in ("first", "second"):
        async with EmbeddedStack(data_dir, options, search_attributes={"TicketStatus": "Keyword"}) as stack:
            client = await Client.connect(stack.temporal_address)
            listed = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace="default")
            )
            assert "TicketStatus" in listed.custom_attributes
            namespace = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
            assert namespace.config.workflow_execution_retention_ttl.ToTimedelta().days == 90
            assert stack.temporal_ui is None


async def test_a_search_attribute_of_another_type_is_reported(data_dir: Path) -> None:
    """The server would silently keep the old type, and every write of the new one would fail."""
    options = StackOptions(has_postgres=False, has_ui=False)
    async with EmbeddedStack(data_dir, options, search_attributes={"TicketStatus": "Keyword"}):
        pass
    with pytest.raises(OtherVersion, match="TicketStatus"):
        async with EmbeddedStack(data_dir, options, search_attributes={"TicketStatus": "Int"}):
            pytest.fail("started")


async def test_a_restart_finds_data_and_ports_as_they_were(data_dir: Path) -> None:
    """Rows, workflows and addresses are the same after a stop and a start."""
    async with EmbeddedStack(data_dir) as stack:
        await write_row(stack.database_url)
        await start_workflow(stack.temporal_address)
        before = (stack.database_url, stack.temporal_address, stack.temporal_ui)
    async with EmbeddedStack(data_dir) as stack:
        assert (stack.database_url, stack.temporal_address, stack.temporal_ui) == before
        assert await read_row(stack.database_url) == 42
        assert await find_workflow(stack.temporal_address) == "RUNNING"


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's; elsewhere orphans are stopped")
async def test_the_servers_die_with_a_killed_supervisor(data_dir: Path) -> None:
    """After kill -9 of the supervisor no server is left, and the next start finds everything."""
    folder = DataFolder(data_dir)
    with supervisor_process(data_dir) as supervisor:
        pids = recorded_pids(folder)
        supervisor.kill()
        for pid in pids:
            await gone(pid)
    async with EmbeddedStack(data_dir) as stack:
        await write_row(stack.database_url)


async def test_a_start_right_after_a_kill_works(data_dir: Path) -> None:
    """The dying servers of a killed supervisor are waited for, not stumbled over."""
    with supervisor_process(data_dir) as supervisor:
        supervisor.kill()
        supervisor.wait()
        async with EmbeddedStack(data_dir) as stack:
            await write_row(stack.database_url)


async def test_a_second_stack_on_the_same_folder_is_refused(data_dir: Path) -> None:
    """The refusal names the process that holds the folder, and leaves that one alone."""
    with supervisor_process(data_dir) as supervisor:
        with pytest.raises(AlreadyRunning, match=rf"process {supervisor.pid}\b"):
            async with EmbeddedStack(data_dir):
                pytest.fail("started")
        assert supervisor.poll() is None


async def test_a_killed_postgres_comes_back_with_what_was_committed(data_dir: Path) -> None:
    """Clients reconnect to the same address and find every committed row."""
    heard: list[str] = []
    options = StackOptions(has_temporal=False)
    async with EmbeddedStack(data_dir, options, on_progress=lambda _n, state, _d: heard.append(state)) as stack:
        await write_row(stack.database_url)
        psutil.Process(stack.postgres.child.pid).kill()
        assert await answers_again(stack.database_url) == 42
    assert heard[:4] == ["starting", "ready", "restarting", "starting"]


async def test_a_killed_temporal_comes_back_with_its_workflows(data_dir: Path) -> None:
    """An acknowledged workflow survives kill -9 of the server, on the same address."""
    ready = asyncio.Event()

    def on_progress(_name: str, state: str, _detail: str) -> None:
        ready.set() if state == "ready" else ready.clear()

    options = StackOptions(has_postgres=False, has_ui=False)
    async with EmbeddedStack(data_dir, options, on_progress=on_progress) as stack:
        await start_workflow(stack.temporal_address)
        killed = stack.temporal.child.pid
        psutil.Process(killed).kill()
        await gone(killed)
        ready.clear()
        await asyncio.wait_for(ready.wait(), 15)
        assert await find_workflow(stack.temporal_address) == "RUNNING"


async def test_a_server_that_keeps_dying_is_given_up(data_dir: Path) -> None:
    """After three restarts within a minute the stack says that it is broken, instead of trying for ever."""
    options = StackOptions(has_postgres=False, has_ui=False)
    async with EmbeddedStack(data_dir, options) as stack:
        broken = asyncio.create_task(stack.broken())
        killed: set[int] = set()
        while not broken.done():
            child = stack.temporal.child
            if child.pid not in killed and child.exit_status() is None:
                psutil.Process(child.pid).kill()
                killed.add(child.pid)
            await asyncio.sleep(0.02)
        assert len(killed) == 4
        assert isinstance(broken.result(), DidNotStart)


async def test_a_port_in_use_is_named_and_nothing_stays_behind(data_dir: Path) -> None:
    """A failed start stops what had started and lets go of the folder, so that the next one works."""
    async with EmbeddedStack(data_dir, StackOptions(has_temporal=False)) as other:
        taken = other.postgres.port
        mine = data_dir.with_name("mine")
        with pytest.raises(PortInUse, match=str(taken)):
            async with EmbeddedStack(mine, StackOptions(temporal_port=taken)):
                pytest.fail("started")
        assert not list(DataFolder(mine).run.glob("*.json"))
        assert not list(mine.glob("*.new"))
        async with EmbeddedStack(mine, StackOptions(has_ui=False, temporal_port=free_port())) as stack:
            await write_row(stack.database_url)


async def test_a_folder_that_cannot_be_reached_is_named(data_dir: Path) -> None:
    """A folder closed to us, or to the account that runs Postgres for root, is an error that names it."""
    closed = data_dir.with_name("closed")
    closed.mkdir(mode=0)
    with pytest.raises(NotWritable, match=str(closed)):
        async with EmbeddedStack(closed / "data"):
            pytest.fail("started")
    closed.chmod(0o700)
