"""I6: nothing is stuck: no attempt after attempt, nothing under way, no backlog, on a stack that had time to rest."""

from runtime.verify.evidence import Evidence
from runtime.verify.violation import Violation

#: A worker that was killed in the middle costs one attempt, its successor's start perhaps another.
_MOST_ATTEMPTS = 3

_OUTBOX = "select ticket_id, kind, ref, attempts from setright.outbox where delivered_at is null"
_DANGLING = "select action_id, status from setright.action_ledger where status in ('authorised', 'claimed')"
_WAITING = "select ticket_id from setright.tickets where waiting_for = 'assistant' and status <> 'closed'"
_UNACTED = """
select decision.approval_id, decision.id
from setright.approval_decisions as decision
left join setright.approval_settlements as settlement using (tenant, approval_id)
join setright.approval_requests as request using (tenant, approval_id)
where settlement.approval_id is null
  and (decision.verdict <> 'approved' or request.approvers <= (
      select count(distinct vote.decided_by) from setright.approval_decisions as vote
      where (vote.tenant, vote.approval_id) = (decision.tenant, decision.approval_id)))
"""


async def check(evidence: Evidence) -> list[Violation]:
    """Look for whatever should have moved on by itself."""
    found = []
    for pending in evidence.pending:
        if pending.task_attempt > _MOST_ATTEMPTS:
            found.append(_violation("task_fails", pending.workflow_id, f"attempt {pending.task_attempt}"))
        elif pending.task_attempt:
            found.append(_violation("task_overdue", pending.workflow_id, "a workflow task is under way"))
        for name, attempt in pending.activities:
            found.append(_violation("activity_overdue", pending.workflow_id, f"{name}, attempt {attempt}"))
    found += [
        _violation("task_failed", run.workflow_id, ", ".join(sorted(set(run.task_failures))))
        for run in evidence.runs
        if run.task_failures
    ]
    database = evidence.database
    for row in await database.rows(_OUTBOX):
        detail = f"{row['kind']} {row['ref']} after {row['attempts']} attempts"
        found.append(_violation("undelivered", row["ticket_id"], detail))
    found += [
        _violation("effect_unsettled", row["action_id"], f"the ledger says {row['status']}")
        for row in await database.rows(_DANGLING)
    ]
    found += [_violation("turn_missing", row["ticket_id"], "it waits for us") for row in await database.rows(_WAITING)]
    found += [
        _violation("decision_unheard", row["approval_id"], f"decision {row['id']} settled nothing")
        for row in await database.rows(_UNACTED)
    ]
    return found


def _violation(what: str, where: str, detail: str) -> Violation:
    return Violation(invariant="I6", what=what, ids=(where,), detail=detail)
