"""I5: tickets and workflows are one to one: open and running, or closed and completed."""

from collections.abc import Iterator, Sequence

from runtime.verify.evidence import Evidence, Run
from runtime.verify.violation import Violation

#: What only a system does to a workflow; no ticket ends so.
_BROKEN = {"FAILED", "TERMINATED", "TIMED_OUT", "CANCELED"}


async def check(evidence: Evidence) -> list[Violation]:
    """Compare the rows with the chains of runs."""
    rows = {row["ticket_id"]: row["status"] for row in await evidence.database.rows(_TICKETS)}
    chains: dict[str, list[Run]] = {}
    for run in evidence.runs:
        chains.setdefault(run.ticket_id, []).append(run)
    found = [_violation("ticket_without_workflow", ticket_id, "") for ticket_id in sorted(set(rows) - set(chains))]
    found += [_violation("workflow_without_ticket", ticket_id, "") for ticket_id in sorted(set(chains) - set(rows))]
    for ticket_id, runs in chains.items():
        found += _check(ticket_id, runs, rows.get(ticket_id))
    return found


_TICKETS = "select ticket_id, status from setright.tickets"


def _check(ticket_id: str, runs: Sequence[Run], status: str | None) -> Iterator[Violation]:
    for run in runs:
        if run.status in _BROKEN:
            yield _violation("workflow_" + run.status.lower(), ticket_id, f"run {run.run_id}")
    firsts = [run for run in runs if run.continued_from is None]
    if len(firsts) != 1:
        yield _violation("several_workflows", ticket_id, f"{len(firsts)} chains of runs")
    known = {run.run_id for run in runs}
    if any(run.continued_from not in known for run in runs if run.continued_from is not None):
        yield _violation("chain_broken", ticket_id, "a run goes on from one that is not there")
    is_running = any(run.status == "RUNNING" for run in runs)
    if status == "closed" and is_running:
        yield _violation("closed_but_running", ticket_id, "")
    if status not in {None, "closed"} and not is_running:
        yield _violation("open_but_ended", ticket_id, f"the ticket is {status}")


def _violation(what: str, ticket_id: str, detail: str) -> Violation:
    return Violation(invariant="I5", what=what, ids=(ticket_id,), detail=detail)
