"""I8: nobody's data is with somebody else, and none is in a history.

What to look for comes from outside: strings that were planted with one customer and can be nobody else's.
"""

from typing import LiteralString

from runtime.verify.evidence import Canary, Evidence
from runtime.verify.violation import Violation

_ELSEWHERE: dict[str, LiteralString] = {
    "message": "select ticket_id from setright.messages"
    " where position(%(text)s in text) > 0 and customer_id <> %(customer)s",
    "draft": "select ticket_id from setright.drafts"
    " where position(%(text)s in text) > 0 and customer_id <> %(customer)s",
    "context": "select ticket_id from setright.contexts"
    " where position(%(text)s in body::text) > 0 and customer_id <> %(customer)s",
    "answer": "select ticket_id from setright.facts"
    " where position(%(text)s in body::text) > 0 and customer_id <> %(customer)s",
    "judged facts": "select ticket_id from setright.judged_facts"
    " where position(%(text)s in body::text) > 0 and customer_id <> %(customer)s",
    "packet": "select ticket_id from setright.handoffs"
    " where position(%(text)s in packet::text) > 0 and customer_id <> %(customer)s",
}


async def check(evidence: Evidence) -> list[Violation]:
    """Look for every canary where it must not be."""
    found = [
        Violation(invariant="I8", what="canary_in_history", ids=(run.workflow_id, run.run_id))
        for run in evidence.runs
        if run.canaries
    ]
    for canary in evidence.canaries:
        found += await _elsewhere(evidence, canary)
    return found


async def _elsewhere(evidence: Evidence, canary: Canary) -> list[Violation]:
    given = {"text": canary.text, "customer": canary.customer_id}
    return [
        Violation(
            invariant="I8",
            what=f"canary_in_{kind}",
            ids=(row["ticket_id"],),
            detail=f"it belongs to the customer {canary.customer_id}",
        )
        for kind, query in _ELSEWHERE.items()
        for row in await evidence.database.rows(query, given)
    ]
