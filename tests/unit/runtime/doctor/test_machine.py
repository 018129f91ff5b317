"""The doctor's checks that need no running stack."""

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from runtime.doctor import machine, servers, workspace
from runtime.doctor.examine import examine
from runtime.doctor.site import Site
from runtime.settings import Settings


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation that has not been started yet."""
    return Site.of(Settings.load(data_dir=tmp_path / "data"))


async def test_a_machine_fit_for_setright_passes(site: Site) -> None:
    """This machine runs the tests, so it must pass."""
    for check in (machine.check_python, machine.check_packages, machine.check_disk, machine.check_ports):
        assert (await check(site)).verdict == "ok"


async def test_packages_that_differ_from_the_lock_are_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what is installed and what the lock names."""
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1" if name == "temporalio" else "9")
    found = await machine.check_packages(site)
    assert found.verdict == "warn"
    assert "temporalio 0.0.1 instead of 1." in found.detail


@pytest.mark.parametrize(("free", "verdict"), [(1 << 20, "fail"), (1 << 30, "warn"), (1 << 40, "ok")])
async def test_the_disk_is_judged_by_what_is_left(
    site: Site, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str
) -> None:
    """Little room is a warning before it is a failure; a folder that does not exist yet is no obstacle."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(free * 2, free, free))
    assert (await machine.check_disk(site)).verdict == verdict


async def test_a_port_that_somebody_else_has_is_found(tmp_path: Path) -> None:
    """One that was asked for stops the start; one of last time only changes the links."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        asked = Site.of(Settings.load(data_dir=tmp_path / "asked", api_port=port))
        assert (await machine.check_ports(asked)).verdict == "fail"
        kept = Site.of(Settings.load(data_dir=tmp_path / "kept"))
        kept.folder.run.mkdir(parents=True)
        kept.folder.ports.write_text(json.dumps({"api": port}))
        found = await machine.check_ports(kept)
        assert (found.verdict, str(port) in found.detail) == ("warn", True)


@pytest.mark.parametrize("content", ["", "[]", '{"api": "x"}', "no json"])
async def test_a_broken_record_of_ports_is_no_problem(site: Site, content: str) -> None:
    """The next start makes a new one."""
    site.folder.run.mkdir(parents=True)
    site.folder.ports.write_text(content)
    assert (await machine.check_ports(site)).verdict == "ok"


async def test_a_server_whose_supervisor_is_gone_is_found(site: Site) -> None:
    """By process id and start time together, so that a stranger with the same id is none of ours."""
    site.folder.run.mkdir(parents=True)
    record = site.folder.pid_file("temporal")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with child:
        told = {"pid": child.pid, "started": psutil.Process(child.pid).create_time()}
        record.write_text(json.dumps(told))
        found = await servers.check_orphans(site)
        assert found.verdict == "fail"
        assert f"temporal (process {child.pid})" in found.detail
        record.write_text(json.dumps(told | {"started": told["started"] - 3600}))
        assert (await servers.check_orphans(site)).verdict == "ok"
        record.write_text(json.dumps(told))
        child.kill()
    assert (await servers.check_orphans(site)).verdict == "ok"


@pytest.mark.parametrize("content", ["", "no json", "{}", '{"pid": -1, "started": 0}'])
async def test_a_broken_record_of_a_process_is_nobody(site: Site, content: str) -> None:
    """Half a record names no process."""
    site.folder.run.mkdir(parents=True)
    site.folder.pid_file("postgres").write_text(content)
    assert (await servers.check_orphans(site)).verdict == "ok"


async def test_a_broken_workspace_is_told_with_its_first_problem(tmp_path: Path) -> None:
    """File and line, and the command that lists the rest."""
    (tmp_path / "shop" / "acme").mkdir(parents=True)
    (tmp_path / "shop" / "acme" / "tenant.yaml").write_text("tenant: [")
    found = await workspace.check_workspace(Site.of(Settings.load(workspace=tmp_path / "shop")))
    assert found.verdict == "fail"
    assert "acme/articles:1: the folder is missing" in found.detail
    assert "setright workspace check" in found.todo


async def test_without_a_stack_only_the_rest_is_looked_at(site: Site) -> None:
    """A stack that is down is a warning that says what could not be looked at."""
    findings = {finding.name: finding for finding in await examine(site.settings)}
    assert findings["stack"].verdict == "warn"
    assert "migrations" not in findings


async def test_a_check_that_fails_does_not_hide_the_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own failure is a finding."""

    def unreadable(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine, "_kept_ports", unreadable)
    findings = await examine(site.settings)
    (ports,) = [finding for finding in findings if finding.name == "ports"]
    assert (ports.verdict, "PermissionError" in ports.detail) == ("fail", True)
    assert findings[-1].name == "stack"
