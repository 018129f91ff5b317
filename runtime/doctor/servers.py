"""Checks of the stack's processes: whether it runs, what a dead one left behind, and the servers' versions."""

import json
from pathlib import Path

import psutil
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest

from runtime.doctor.finding import Finding, fail, ok, warn
from runtime.doctor.site import LiveSite, Site

#: Temporal before this one lacks what the ticket workflow uses (updates with start, reported problems).
_LEAST_TEMPORAL = (1, 28)
_LEAST_PGVECTOR = (0, 8)
_SAME_START_SECONDS = 2.0


async def check_stack(site: Site) -> Finding:
    """Whether a stack is up on this data folder."""
    if site.record is None:
        todo = (
            "Start it with `setright up`; databases, tickets and the audit chain can only be looked at while it runs."
        )
        return warn("stack", f"not running on {site.folder.root}", todo)
    return ok("stack", f"process {site.record.pid}, {site.record.api_url}")


async def check_orphans(site: Site) -> Finding:
    """Whether servers of a stack that was killed still run."""
    recorded = {file.stem: _process(file) for file in sorted(site.folder.run.glob("*.json")) if file.stem != "ports"}
    alive = {name: process for name, process in recorded.items() if process is not None}
    if site.record is None and alive:
        left = ", ".join(f"{name} (process {process.pid})" for name, process in alive.items())
        return fail("orphans", f"{left} still run, and their stack does not", "Run `setright up`: it stops them first.")
    return ok("orphans", "none")


async def check_postgres(live: LiveSite) -> Finding:
    """Whether Postgres answers, with a pgvector that finds a small tenant's passages."""
    async with live.pools.relay() as conn:
        cursor = await conn.execute(
            "select current_setting('server_version'), (select extversion from pg_extension where extname = 'vector')"
        )
        server, vector = await cursor.fetchone() or ("", None)
    detail = f"{str(server).split()[0]}, pgvector {vector}"
    if vector is None or _numbers(vector) < _LEAST_PGVECTOR:
        return fail("postgres", detail, "Install pgvector 0.8 or newer in this database: older ones miss passages.")
    return ok("postgres", detail)


async def check_temporal(live: LiveSite) -> Finding:
    """Whether Temporal answers, and is new enough."""
    told = await live.temporal.workflow_service.get_system_info(GetSystemInfoRequest())
    detail = f"server {told.server_version} at {live.record.temporal_address}"
    if _numbers(told.server_version) < _LEAST_TEMPORAL:
        return fail("temporal", detail, "Use Temporal server 1.28 or newer.")
    return ok("temporal", detail)


def _process(record: Path) -> psutil.Process | None:
    """The recorded process, if it is still that one (runtime/embedded/process.py writes the record)."""
    try:
        told = json.loads(record.read_text())
        process = psutil.Process(told["pid"])
        is_same = abs(process.create_time() - told["started"]) < _SAME_START_SECONDS
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
