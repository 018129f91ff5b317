"""I2: every effect that needed a person's approval has it: the exact arguments, in time, from people who may."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.published import with_texts
from domain.approval import EVERY_ROLE
from domain.policy import Verdict
from runtime.verify.evidence import Evidence, Row, by
from runtime.verify.violation import Violation

_ROWS = """
select ledger.tenant, ledger.action_id, ledger.ticket_id, ledger.customer_id, ledger.approval_id, ledger.args_sha256,
       ledger.rules, ledger.policy_version, ledger.claimed_at, ledger.proposal,
       request.approval_id as asked, request.args_sha256 as asked_sha256, request.approvers, request.expires_at,
       request.role, request.requested_by,
       settlement.how, settlement.decision_id, settlement.at as settled_at
from setright.action_ledger as ledger
left join setright.approval_requests as request
    on (request.tenant, request.approval_id) = (ledger.tenant, coalesce(ledger.approval_id, ledger.action_id))
left join setright.approval_settlements as settlement
    on (settlement.tenant, settlement.approval_id) = (request.tenant, request.approval_id)
where ledger.status not in ('proposed', 'authorised', 'failed')
"""


_DECISIONS = """
select tenant, approval_id, id, verdict, args_sha256, decided_by, amended, at, roles, key_kind
from setright.approval_decisions
where verdict in ('approved', 'amended')
"""


_POLICIES = "select tenant, yaml from setright.published_versions where part = 'policy' order by tenant, number"


async def check(evidence: Evidence) -> list[Violation]:
    """Look at every effect that was dispatched."""
    needing = _needing(evidence, await evidence.database.rows(_POLICIES))
    decisions = by(await evidence.database.rows(_DECISIONS), "tenant", "approval_id")
    found: list[Violation] = []
    for row in await evidence.database.rows(_ROWS):
        if row["asked"] is None:
            rules = needing.get((row["tenant"], row["policy_version"]), frozenset())
            if row["approval_id"] is not None or rules & set(row["rules"]):
                found.append(_violation("not_asked", row, "its rules ask for a person, and nobody was asked"))
            continue
        found += _check(row, decisions.get((row["tenant"], row["asked"]), []))
    return found


def _needing(evidence: Evidence, published: Sequence[Row]) -> Mapping[tuple[str, str], frozenset[str]]:
    """By tenant and policy version, the rules that ask for a person: of the files and of whatever was published."""
    tenants = evidence.workspace.tenants
    policies = [(tenant, config.policy) for tenant, config in tenants.items()]
    for row in published:
        if (config := tenants.get(row["tenant"])) is not None:
            with suppress(WorkspaceErrors):  # it does not fit today's files any more
                policies.append((row["tenant"], with_texts(config, {"policy": row["yaml"]}).policy))
    return {
        (tenant, policy.version): frozenset(rule.id for rule in policy.rules if rule.verdict is Verdict.needs_approval)
        for tenant, policy in policies
    }


def _check(row: Row, decisions: Sequence[Row]) -> Iterator[Violation]:
    taken = next((decision for decision in decisions if decision["id"] == row["decision_id"]), None)
    if taken is None or taken["verdict"] != row["how"]:
        yield _violation("decision_missing", row, f"the approval ended as {row['how'] or 'nothing'}")
        return
    for what in _flaws(row, taken):
        yield _violation(what, row, f"decision {taken['id']}")
    if row["settled_at"] >= row["expires_at"]:
        yield _violation("decided_too_late", row, "the slot was taken after the expiry")
    if row["claimed_at"] < row["settled_at"]:
        yield _violation("carried_out_before_decision", row, "")
    allowed = taken["amended"]["args_sha256"] if taken["amended"] is not None else row["asked_sha256"]
    if row["args_sha256"] != allowed or row["proposal"]["args_sha256"] != allowed:
        yield _violation("other_arguments_than_approved", row, "")
    backers = {d["decided_by"] for d in decisions if not list(_flaws(row, d)) and _backs(d, allowed)}
    if len(backers) < row["approvers"]:
        yield _violation("too_few_approvers", row, f"{len(backers)} of {row['approvers']}")


def _backs(decision: Row, args_sha256: str) -> bool:
    said = decision["amended"]["args_sha256"] if decision["amended"] is not None else decision["args_sha256"]
    return bool(said == args_sha256)


def _flaws(row: Row, decision: Row) -> Iterator[str]:
    """Why a decision does not count, if it does not."""
    if decision["args_sha256"] != row["asked_sha256"]:
        yield "decided_on_other_arguments"
    if decision["at"] >= row["expires_at"]:
        yield "decided_too_late"
    if decision["decided_by"] in {row["customer_id"], row["requested_by"]}:
        yield "decided_by_requester"
    if decision["key_kind"] != "operator":
        yield "decided_by_service"
    if not {row["role"], EVERY_ROLE} & set(decision["roles"]):
        yield "decided_without_role"


def _violation(what: str, row: Row, detail: str) -> Violation:
    return Violation(invariant="I2", what=what, ids=(row["action_id"], row["ticket_id"]), detail=detail)
