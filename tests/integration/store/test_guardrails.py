"""The guardrail layers are counted from events, of one ticket and of all."""

from datetime import UTC, datetime

from pydantic import JsonValue

from activities.grounds import effects_of
from domain.action import ActionResult, ActionStatus
from domain.event import EventKind, TicketEvent, checked_event
from domain.memory import Memory, Wish
from domain.verification import Claim, Finding, Verification
from store.events import append_events
from store.guardrails import count_guardrails
from store.pools import Pools
from tests.integration.store.makers import opened

_AT = datetime(2026, 12, 1, tzinfo=UTC)


async def _record(pools: Pools, *happened: tuple[EventKind, dict[str, JsonValue]]) -> tuple[str, str]:
    ref = await opened(pools)
    events = [TicketEvent(seq=seq, kind=kind, at=_AT, body=body) for seq, (kind, body) in enumerate(happened, 1)]
    async with pools.operator(ref.tenant) as conn:
        await append_events(conn, ref.tenant, ref.ticket_id, events)
    return ref.tenant, ref.ticket_id


async def test_each_layer_has_its_counters(pools: Pools) -> None:
    """Searches, questions and checks of one ticket; another ticket's do not count with it, but with all."""
    unsafe = checked_event(
        1,
        1,
        Verification(
            findings=(Finding(check="ungrounded_claim", detail="1"), Finding(check="tone", detail="blame")),
            claims=(Claim(number=1, start=0, end=9), Claim(number=2, start=10, end=20, supported_by="template")),
        ),
    )
    safe = checked_event(2, 2, Verification(stale=(4,)))
    tenant, ticket_id = await _record(
        pools,
        ("classified", {"wishes": [[{"intent": "out_of_scope", "confidence": 300}]]}),
        ("question_asked", {"asks": "intent", "times": 1}),
        ("question_asked", {"asks": "slot", "times": 1}),
        ("evidence_found", {"passages": [4], "contradicts": True, "refused": 3, "stale": 1}),
        ("evidence_found", {"passages": []}),
        ("reply_checked", unsafe.body),
        ("reply_checked", safe.body),
        ("handed_off", {"reason": "no_knowledge"}),
        ("handed_off", {"reason": "vip"}),
    )
    _, other = await _record(
        pools,
        ("reply_checked", {"draft": 3, "findings": []}),  # of an older program
        ("reply_checked", {"draft": 4, "attempt": 2, "findings": ["tone"]}),
    )
    async with pools.operator(tenant) as conn:
        one = await count_guardrails(conn, tenant, ticket_id)
        later = await count_guardrails(conn, tenant, other)
        both = await count_guardrails(conn, tenant)
    assert one.before.model_dump() == {
        "searches": 2, "found": 1, "nothing_found": 1, "refused": 3, "stale": 1, "contradicting": 1,
    }  # fmt: skip
    assert one.during.model_dump() == {"clarified": 1, "abstained": 1, "handed_off": 1}
    after = one.after
    assert (after.checked, after.claims, after.unsupported, after.redrafts, after.refused) == (2, 2, 1, 1, 0)
    assert after.stale == 1
    assert [(found.check, found.times) for found in after.findings] == [("tone", 1), ("ungrounded_claim", 1)]
    assert (later.after.checked, later.after.claims, later.after.refused) == (2, 0, 1)
    assert both.tickets >= one.tickets + later.tickets == 2
    assert both.after.checked >= 4


async def test_a_ticket_without_events_counts_nothing(pools: Pools) -> None:
    """Nothing happened: every counter is 0."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        counted = await count_guardrails(conn, ref.tenant, ref.ticket_id)
    assert counted.tickets == 0
    assert not any(counted.before.model_dump().values())


async def test_what_was_done_is_what_the_ledger_says(pools: Pools) -> None:
    """A memory of success without a row in the ledger is no success; an intent carried out before is one."""
    ref = await opened(pools)

    def remembered(status: ActionStatus) -> Memory:
        result = ActionResult(action_id=f"{ref.ticket_id}/a1", name="issue_refund", status=status, code="done")
        wish = Wish(number=1, intent="refund", confidence=900, seq=1, start=0, end=5, results=(result,))
        return Memory(wishes=(wish,))

    async with pools.operator(ref.tenant) as conn:
        assert await effects_of(conn, ref, remembered(ActionStatus.succeeded)) == ()
        [earlier] = await effects_of(conn, ref, remembered(ActionStatus.duplicate))
    assert earlier.name == "issue_refund"
