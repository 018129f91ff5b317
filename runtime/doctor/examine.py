"""The whole examination: every check in order, none of which can keep the others from running."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
from temporalio.service import RPCError

from domain.errors import SetrightError
from runtime.doctor import database, machine, servers, workflows, workspace
from runtime.doctor.finding import Finding, fail
from runtime.doctor.site import LiveSite, Site, opened
from runtime.settings import Settings

S = TypeVar("S")
Check = Callable[[S], Awaitable[Finding]]

#: What can be looked at whether the stack is up or not, and what only while it is.
CHECKS: tuple[Check[Site], ...] = (
    machine.check_python,
    machine.check_packages,
    machine.check_disk,
    machine.check_ports,
    workspace.check_workspace,
    servers.check_orphans,
    servers.check_stack,
)
LIVE_CHECKS: tuple[Check[LiveSite], ...] = (
    servers.check_postgres,
    servers.check_temporal,
    database.check_migrations,
    workflows.check_search_attributes,
    database.check_outbox,
    database.check_stuck,
    workflows.check_workflow_tasks,
    database.check_audit,
)


async def examine(settings: Settings) -> list[Finding]:
    """Run every check that can be run and return what they found."""
    site = Site.of(settings)
    findings = [await _run(check, site) for check in CHECKS]
    if site.record is None:
        return findings
    try:
        async with opened(site, site.record) as live:
            return findings + [await _run(check, live) for check in LIVE_CHECKS]
    except SetrightError as error:
        return [*findings, fail("databases", error.text, "Restart the stack; its logs are in the data folder.")]


async def _run(check: Check[S], subject: S) -> Finding:
    try:
        return await check(subject)
    except SetrightError as error:
        return fail(_name(check), error.text, "Mend this first; the check could not be made.")
    except (psycopg.Error, RPCError, OSError) as error:
        return fail(
            _name(check), f"could not be looked at ({type(error).__name__})", "See the logs in the data folder."
        )


def _name(check: Callable[..., object]) -> str:
    return getattr(check, "__name__", "check").removeprefix("check_").replace("_", " ")
