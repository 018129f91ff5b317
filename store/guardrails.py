"""The guardrail layers in numbers: a projection of the events, counted when it is asked for."""

from domain.guardrails import AbstentionDuring, ChecksAfter, FindingCount, GroundingBefore, Guardrails
from domain.handoff import HandoffReason
from domain.ids import TenantId, TicketId
from domain.model import Model
from domain.verification import explain
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one

_SQL = load_queries("guardrails")
#: Reasons that mean: the assistant did not understand, or did not know.
UNSURE = (
    HandoffReason.not_understood,
    HandoffReason.no_knowledge,
    HandoffReason.not_supported,
    HandoffReason.knowledge_conflict,
    HandoffReason.stale_knowledge,
)


class _Layers(Model):
    tickets: int
    before: GroundingBefore
    during: AbstentionDuring
    after: ChecksAfter


class _Found(Model):
    check: str
    times: int


async def count_guardrails(conn: Connection, tenant: TenantId, ticket_id: TicketId | None = None) -> Guardrails:
    """Return the counters of one ticket, or of all tickets of the tenant; all 0 where nothing happened."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "unsure": [reason.value for reason in UNSURE]}
    layers = await fetch_one(conn, _Layers, _SQL["count_layers"], key)
    if layers is None:
        return Guardrails()
    findings = tuple(
        FindingCount(check=found.check, times=found.times, meaning=explain(found.check))
        for found in await fetch_all(conn, _Found, _SQL["count_findings"], key)
    )
    after = layers.after.model_copy(update={"findings": findings})
    return Guardrails(tickets=layers.tickets, before=layers.before, during=layers.during, after=after)
