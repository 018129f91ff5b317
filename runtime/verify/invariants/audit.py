"""I9: the audit chain verifies and tells of exactly the effects of the ledger."""

from collections import Counter

from runtime.verify.evidence import Evidence
from runtime.verify.violation import Violation
from store.audit import verify_chain

_TENANTS = "select distinct tenant from setright.tickets order by tenant"
_EVENTS = """
select event.ticket_id, event.body ->> 'action_id' as action_id, event.body ->> 'status' as status,
       ticket.erased_at is not null as is_erased
from setright.events as event
join setright.tickets as ticket using (tenant, ticket_id)
where event.kind = 'action_performed'
"""
_LEDGER = "select action_id, ticket_id, status from setright.action_ledger where status in ('succeeded', 'reconciled')"
#: What took effect and did not last is in the trail as both.
_FAILED_LATER = "select body ->> 'action_id' as action_id from setright.events where kind = 'effect_failed'"
_READS = "select action_id from setright.facts"


async def check(evidence: Evidence) -> list[Violation]:
    """Verify every tenant's chain, then compare it with the ledger."""
    database = evidence.database
    found = []
    for tenant in await database.rows(_TENANTS):
        for problem in await verify_chain(database.conn, tenant["tenant"]):
            ids = (tenant["tenant"], problem.ticket_id or "chain", str(problem.seq))
            found.append(Violation(invariant="I9", what="chain_broken", ids=ids, detail=problem.what))
    events = await database.rows(_EVENTS)
    ledger = {row["action_id"]: row for row in await database.rows(_LEDGER)}
    reads = {row["action_id"] for query in (_READS, _FAILED_LATER) for row in await database.rows(query)}
    told = Counter(event["action_id"] for event in events if event["status"] == "succeeded")
    mentioned = {event["action_id"] for event in events}
    for action_id, row in ledger.items():
        if row["status"] == "succeeded" and told[action_id] != 1:
            what = "effect_not_recorded" if not told[action_id] else "effect_recorded_twice"
            found.append(_violation(what, action_id, row["ticket_id"]))
        elif action_id not in mentioned:
            found.append(_violation("effect_not_recorded", action_id, row["ticket_id"]))
    found += [
        _violation("effect_only_recorded", event["action_id"], event["ticket_id"])
        for event in events
        if event["status"] == "succeeded"
        and event["action_id"] not in ledger.keys() | reads
        # The answers of reads are erased with the customer; effects are not.
        and not event["is_erased"]
    ]
    return found


def _violation(what: str, action_id: str, ticket_id: str) -> Violation:
    return Violation(invariant="I9", what=what, ids=(action_id, ticket_id))
