"""I12: a request without an answer is settled, by its retry, to exactly once; an answered one is as it was answered."""

from collections.abc import Iterator, Sequence

from runtime.verify.evidence import Evidence, Row, by
from runtime.verify.expected import Expected, SentDecision
from runtime.verify.violation import Violation

_MESSAGES = "select tenant, external_id, ticket_id, seq from setright.messages where external_id is not null"
_KEPT = "select tenant, key, response from setright.idempotency where response <> 'null'"
_DECISIONS = """
select decision.tenant, decision.approval_id, decision.decided_by, decision.verdict, decision.id,
       settlement.how, settlement.decision_id
from setright.approval_decisions as decision
left join setright.approval_settlements as settlement using (tenant, approval_id)
"""


async def check(evidence: Evidence) -> list[Violation]:
    """Hold what a driver saw against what there is; without a driver there is nothing to hold."""
    expected, database = evidence.expected, evidence.database
    if expected is None:
        return []
    decisions = by(await database.rows(_DECISIONS), "tenant", "approval_id", "decided_by")
    found = list(_messages(expected, await database.rows(_MESSAGES), await database.rows(_KEPT)))
    for sent in expected.decisions:
        found += _decision(sent, decisions.get((sent.tenant, sent.approval_id, sent.decided_by), []))
    return found


def _messages(expected: Expected, messages: Sequence[Row], kept: Sequence[Row]) -> Iterator[Violation]:
    stored = by(messages, "tenant", "external_id")
    answers = {(row["tenant"], row["key"]): row["response"] for row in kept}
    for sent in expected.messages:
        rows, answer = stored.get((sent.tenant, sent.key), []), answers.get((sent.tenant, sent.key))
        if sent.outcome == "refused" and rows:
            yield _violation("refused_but_taken", sent.key, f"{rows[0]['ticket_id']}#{rows[0]['seq']}")
        if sent.outcome == "unanswered" and len(rows) > 1:
            yield _violation("taken_twice", sent.key, f"{len(rows)} messages")
        if sent.outcome != "answered" or answer is None:
            continue
        if (answer["ticket_id"], answer["seq"]) != (sent.ticket_id, sent.seq):
            yield _violation("answered_otherwise", sent.key, "the answer that was kept is another one")


def _decision(sent: SentDecision, rows: Sequence[Row]) -> Iterator[Violation]:
    where = f"{sent.approval_id} by {sent.decided_by}"
    same = [row for row in rows if row["verdict"] == sent.verdict]
    if sent.outcome != "answered":
        return
    if len(same) != 1:
        yield _violation("decision_lost", where, f"{len(same)} rows say {sent.verdict}")
        return
    settled = (same[0]["how"], same[0]["decision_id"])
    if sent.state in {"approved", "declined", "amended"} and settled != (sent.state, same[0]["id"]):
        yield _violation("decision_overruled", where, f"answered {sent.state}, settled as {same[0]['how']}")


def _violation(what: str, where: str, detail: str) -> Violation:
    return Violation(invariant="I12", what=what, ids=(where,), detail=detail)
