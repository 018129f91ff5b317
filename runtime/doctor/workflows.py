"""Checks of what Temporal holds: the search attributes, and workflows whose code fails again and again."""

import asyncio

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import WorkflowExecution

from runtime.doctor.finding import Finding, fail, ok
from runtime.doctor.site import LiveSite
from workflows.ticket import SEARCH_ATTRIBUTES

_LOOKED_AT = 500
_AT_ONCE = 16
_NAMED = 5
#: One more attempt than a worker that was killed in the middle costs.
_MOST_ATTEMPTS = 3


async def check_search_attributes(live: LiveSite) -> Finding:
    """Whether Temporal knows the attributes by which tickets are found; an unknown one stops every ticket."""
    listing = ListSearchAttributesRequest(namespace=live.temporal.namespace)
    known = (await live.temporal.operator_service.list_search_attributes(listing)).custom_attributes
    missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in known]
    if missing:
        commands = " and ".join(
            f"`temporal operator search-attribute create --name {name} --type Keyword`" for name in missing
        )
        return fail("search attributes", f"not registered: {', '.join(missing)}", f"Run {commands}.")
    return ok("search attributes", ", ".join(key.name for key in SEARCH_ATTRIBUTES))


async def check_workflow_tasks(live: LiveSite) -> Finding:
    """Whether a ticket's workflow code fails each time it is run."""
    query = "ExecutionStatus = 'Running' and WorkflowType = 'ticket'"
    running = [execution async for execution in live.temporal.list_workflows(query, limit=_LOOKED_AT)]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def attempts(execution: WorkflowExecution) -> int:
        async with gate:
            handle = live.temporal.get_workflow_handle(execution.id, run_id=execution.run_id)
            return (await handle.describe()).raw_description.pending_workflow_task.attempt

    tried = await asyncio.gather(*map(attempts, running))
    failing = [execution.id for execution, times in zip(running, tried, strict=True) if times > _MOST_ATTEMPTS]
    if failing:
        named = ", ".join(failing[:_NAMED])
        todo = "Look at the last event in Temporal's web UI: it holds the error. They go on when the code is mended."
        return fail("workflows", f"{len(failing)} fail again and again: {named}", todo)
    return ok("workflows", f"{len(running)} running, none failing")
