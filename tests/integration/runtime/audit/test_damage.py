"""Every kind of damage, made at random to a real record by somebody whom nothing stops, is found and named."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from domain.canonical import sha256_of
from domain.chain import RecordedEvent, RecordedLink
from domain.event import GENESIS
from runtime.audit.export import check_export
from runtime.audit.heads_file import signing_key
from runtime.audit.run import export
from runtime.audit.verify import Audit, AuditReport
from tests.integration.runtime.audit.conftest import BATCHES, PER_BATCH, TENANTS, TICKETS, Record

EVENTS = BATCHES * PER_BATCH
LINKS = TICKETS * BATCHES

tenants = st.sampled_from(TENANTS)
tickets = st.integers(0, TICKETS - 1)
seqs = st.integers(1, EVENTS)
#: The fixture is read-only for hypothesis: whatever an example does is rolled back.
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def ticket_of(conn: psycopg.Connection, tenant: str, number: int) -> str:
    """The id of one of a tenant's tickets."""
    rows = conn.execute(
        "select distinct ticket_id from setright.events where tenant = %s order by ticket_id", [tenant]
    ).fetchall()
    return str(rows[number][0])


def audited(conn: psycopg.Connection, record: Record, *, has_heads: bool = True) -> AuditReport:
    """The verdict on what one connection sees, uncommitted changes included."""
    audit = Audit(record.settings.heads_file if has_heads else None, signing_key(record.settings))
    for tenant, *link in conn.execute(
        "select tenant, number, ticket_id, ticket_seq, ticket_hash, prev_hash, hash from setright.tenant_heads"
        " order by tenant, number"
    ).fetchall():
        audit.link(tenant, RecordedLink(*link))
    for tenant, *event in conn.execute(
        "select tenant, ticket_id, seq, kind, at, body, prev_hash, hash from setright.events"
        " order by tenant, ticket_id, seq"
    ).fetchall():
        audit.event(tenant, RecordedEvent(*event))
    return audit.report(datetime.now(UTC))


@contextmanager
def intrusion(record: Record) -> Iterator[psycopg.Connection]:
    """A connection that nothing stops; what it did is undone at the end."""
    with record.intruder() as conn:
        conn.execute("set local timezone = 'UTC'")
        yield conn
        conn.rollback()


def places(report: AuditReport) -> set[tuple[str | None, str | None, int]]:
    """Where the report found something."""
    return {(problem.tenant, problem.ticket_id, problem.seq) for problem in report.problems}


def test_an_untouched_record_holds(record: Record) -> None:
    """Nothing is found where nothing was done, and the counts are those of the rows."""
    with intrusion(record) as conn:
        report = audited(conn, record)
    assert report.problems == ()
    assert (report.tenants, report.tickets) == (len(TENANTS), len(TENANTS) * TICKETS)
    assert (report.events, report.links) == (len(TENANTS) * TICKETS * EVENTS, len(TENANTS) * LINKS)
    assert report.has_checked_signatures
    assert report.kept_heads == len(TENANTS) * BATCHES


FLIPS = {
    "amount": "body = jsonb_set(body, '{amount,amount}', to_jsonb((body #>> '{amount,amount}')::int + %(by)s))",
    "currency": "body = jsonb_set(body, '{amount,currency}', '\"USD\"')",
    "a key more": 'body = body || \'{"by": "olga"}\'',
    "kind": "kind = 'rated'",
    "at": "at = at + %(by)s * interval '1 microsecond'",
    "hash": "hash = overlay(hash placing case left(hash, 1) when '0' then '1' else '0' end from 1)",
    "prev_hash": "prev_hash = overlay(prev_hash placing case left(prev_hash, 1) when '0' then '1' else '0' end from 1)",
}


@quick
@given(tenants, tickets, seqs, st.sampled_from(sorted(FLIPS)), st.integers(1, 10**9))
def test_a_flipped_field_is_named(record: Record, tenant: str, number: int, seq: int, what: str, by: int) -> None:
    """Whichever field of whichever event changes, by however little: its ticket and place are named."""
    with intrusion(record) as conn:
        ticket_id = ticket_of(conn, tenant, number)
        key = {"tenant": tenant, "ticket_id": ticket_id, "seq": seq, "by": by}
        where = "tenant = %(tenant)s and ticket_id = %(ticket_id)s and seq = %(seq)s"
        conn.execute(f"update setright.events set {FLIPS[what]} where {where}".encode(), key)
        report = audited(conn, record)
    assert (tenant, ticket_id, seq) in places(report)
    assert {place[1] for place in places(report)} == {ticket_id}


@quick
@given(tenants, tickets, seqs)
def test_a_deleted_event_is_named_by_what_comes_after_it(record: Record, tenant: str, number: int, seq: int) -> None:
    """An event out of the middle is missed by the next one, one off the end by the tenant's chain."""
    with intrusion(record) as conn:
        ticket_id = ticket_of(conn, tenant, number)
        conn.execute(
            "delete from setright.events where tenant = %s and ticket_id = %s and seq = %s", [tenant, ticket_id, seq]
        )
        report = audited(conn, record)
    assert places(report) == {(tenant, ticket_id, seq - 1 if seq == EVENTS else seq + 1)}


@quick
@given(tenants, tickets, seqs)
def test_a_tickets_tail_cut_off_is_named(record: Record, tenant: str, number: int, seq: int) -> None:
    """What is left of the ticket is sound, and the tenant's chain knows that there was more; all of it may be gone."""
    with intrusion(record) as conn:
        ticket_id = ticket_of(conn, tenant, number)
        conn.execute(
            "delete from setright.events where tenant = %s and ticket_id = %s and seq >= %s", [tenant, ticket_id, seq]
        )
        report = audited(conn, record)
    assert places(report) == {(tenant, ticket_id, seq - 1)}


@quick
@given(tenants, tickets, st.lists(seqs, min_size=2, max_size=2, unique=True))
def test_events_that_changed_places_are_named(record: Record, tenant: str, number: int, pair: list[int]) -> None:
    """Two events of a ticket in each other's place break the chain at both."""
    first, second = pair
    with intrusion(record) as conn:
        ticket_id = ticket_of(conn, tenant, number)
        key = {"tenant": tenant, "ticket_id": ticket_id, "first": first, "second": second}
        where = "tenant = %(tenant)s and ticket_id = %(ticket_id)s"
        conn.execute("alter table setright.events drop constraint events_seq_check")
        conn.execute(
            f"update setright.events set seq = -(%(first)s::int + %(second)s::int - seq)"
            f" where {where} and seq in (%(first)s, %(second)s)".encode(),
            key,
        )
        conn.execute(f"update setright.events set seq = -seq where {where} and seq < 0".encode(), key)
        report = audited(conn, record)
    assert {(tenant, ticket_id, first), (tenant, ticket_id, second)} <= places(report)


@quick
@given(tenants, st.integers(1, LINKS))
def test_a_link_taken_out_of_the_tenants_chain_is_named(record: Record, tenant: str, number: int) -> None:
    """The link after it does not follow; of the last one, the kept head tells."""
    with intrusion(record) as conn:
        conn.execute("delete from setright.tenant_heads where tenant = %s and number = %s", [tenant, number])
        report = audited(conn, record)
    assert (tenant, None, LINKS if number == LINKS else number + 1) in places(report)


@quick
@given(tenants, st.integers(1, LINKS))
def test_both_ends_cut_off_together_are_found_by_the_kept_head_alone(record: Record, tenant: str, left: int) -> None:
    """Chains and events cut to what they were at some earlier moment are sound in themselves."""
    with intrusion(record) as conn:
        cut_both(conn, tenant, left - 1)
        alone = audited(conn, record, has_heads=False)
        report = audited(conn, record)
    assert alone.problems == ()
    assert (tenant, None, LINKS) in places(report)


def cut_both(conn: psycopg.Connection, tenant: str, left: int) -> None:
    """Take the record back to its first `left` links."""
    conn.execute("delete from setright.tenant_heads where tenant = %s and number > %s", [tenant, left])
    conn.execute(
        "delete from setright.events as event where tenant = %s and seq > coalesce((select max(ticket_seq) from"
        " setright.tenant_heads as link where link.tenant = event.tenant and link.ticket_id = event.ticket_id), 0)",
        [tenant],
    )


@quick
@given(tenants, tickets, seqs)
def test_a_whole_that_was_hashed_again_is_found_by_the_kept_head_alone(
    record: Record, tenant: str, number: int, seq: int
) -> None:
    """A changed amount, with every digest after it in both chains made anew, leaves nothing wrong inside."""
    with intrusion(record) as conn:
        ticket_id = ticket_of(conn, tenant, number)
        conn.execute(
            "update setright.events set body = jsonb_set(body, '{amount,amount}', '1')"
            " where tenant = %s and ticket_id = %s and seq = %s",
            [tenant, ticket_id, seq],
        )
        hash_again(conn, tenant)
        alone = audited(conn, record, has_heads=False)
        report = audited(conn, record)
    assert alone.problems == ()
    assert (tenant, None, LINKS) in places(report)
    assert {(place[0], place[1]) for place in places(report)} == {(tenant, None)}


def hash_again(conn: psycopg.Connection, tenant: str) -> None:
    """Make every digest of a tenant's record anew."""
    hashes = {}
    rows = conn.execute(
        "select ticket_id, seq, kind, at, body from setright.events where tenant = %s order by 1, 2", [tenant]
    ).fetchall()
    for ticket_id, history in groupby(rows, key=lambda row: row[0]):
        previous = GENESIS
        for _, seq, kind, at, body in history:
            made = sha256_of([previous, seq, kind, at, body])
            conn.execute(
                "update setright.events set prev_hash = %s, hash = %s, body = %s"
                " where tenant = %s and ticket_id = %s and seq = %s",
                [previous, made, Jsonb(body), tenant, ticket_id, seq],
            )
            previous = hashes[ticket_id, seq] = made
    previous = GENESIS
    for number, ticket_id, seq in conn.execute(
        "select number, ticket_id, ticket_seq from setright.tenant_heads where tenant = %s order by number", [tenant]
    ).fetchall():
        end = hashes[ticket_id, seq]
        made = sha256_of([previous, tenant, number, ticket_id, seq, end])
        conn.execute(
            "update setright.tenant_heads set ticket_hash = %s, prev_hash = %s, hash = %s"
            " where tenant = %s and number = %s",
            [end, previous, made, tenant, number],
        )
        previous = made


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_tenant_of_whom_nothing_is_left_is_missed(record: Record, tenant: str) -> None:
    """Where the whole record of a tenant is gone, only its kept head tells that there was one."""
    with intrusion(record) as conn:
        cut_both(conn, tenant, 0)
        assert audited(conn, record, has_heads=False).problems == ()
        assert places(audited(conn, record)) == {(tenant, None, TICKETS * batch) for batch in range(1, BATCHES + 1)}


def test_an_export_cut_off_anywhere_does_not_pass(record: Record, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The file says itself how much it must hold; a cut at a line, within one, or in the middle is noted."""
    folder = tmp_path_factory.mktemp("cut")
    file = folder / "audit.jsonl"
    asyncio.run(export(record.settings, file, None))
    lines = file.read_bytes().splitlines(keepends=True)

    def judged(content: bytes) -> AuditReport:
        cut = folder / "cut.jsonl"
        cut.write_bytes(content)
        audit = Audit(record.settings.heads_file, signing_key(record.settings))
        return audit.report(check_export(audit, cut))

    assert judged(b"".join(lines)).problems == ()
    for damage in (lines[:-1], lines[:1], lines[: len(lines) // 2], [*lines[:-1], lines[-1][:10]], lines[1:2], []):
        assert judged(b"".join(damage)).problems


Damage = Callable[[list[bytes]], list[bytes]]
HEADS_DAMAGE: dict[str, Damage] = {
    "a line goes": lambda lines: [lines[0], *lines[2:]],
    "the first line goes": lambda lines: lines[1:],
    "two lines change places": lambda lines: [lines[1], lines[0], *lines[2:]],
    "a number is changed": lambda lines: [lines[0].replace(b'"number":4', b'"number":3'), *lines[1:]],
    "a digest is changed": lambda lines: [
        lines[0].replace(b'"hash":"', b'"hash":"0')[:-2] + b"\n",
        *lines[1:],
    ],
    "a line says nothing": lambda lines: [b"{}\n", *lines[1:]],
    "a line comes twice": lambda lines: [lines[0], *lines],
}


@pytest.mark.parametrize("damage", HEADS_DAMAGE.values(), ids=HEADS_DAMAGE.keys())
def test_a_changed_file_of_heads_does_not_pass(
    record: Record, tmp_path_factory: pytest.TempPathFactory, damage: Damage
) -> None:
    """A line changed, taken out, moved or put in breaks the file's own chain."""
    lines = record.settings.heads_file.read_bytes().splitlines(keepends=True)
    forged = tmp_path_factory.mktemp("heads") / "heads.jsonl"
    forged.write_bytes(b"".join(damage(lines)))
    with intrusion(record) as conn:
        report = audited(conn, Record(record.settings.model_copy(update={"audit_heads": forged}), record.superuser))
    assert {problem.tenant for problem in report.problems} & {None}


@pytest.mark.parametrize("left", range(len(TENANTS) * BATCHES))
def test_a_file_of_heads_whose_end_is_gone_does_not_pass(
    record: Record, tmp_path_factory: pytest.TempPathFactory, left: int
) -> None:
    """No kept head covers what was recorded an hour ago: the file was cut off, and from where is told."""
    lines = record.settings.heads_file.read_bytes().splitlines(keepends=True)
    forged = tmp_path_factory.mktemp("heads") / "heads.jsonl"
    forged.write_bytes(b"".join(lines[:left]))
    with intrusion(record) as conn:
        report = audited(conn, Record(record.settings.model_copy(update={"audit_heads": forged}), record.superuser))
    covered = {tenant: sum(tenant.encode() in line for line in lines[:left]) for tenant in TENANTS}
    expected = {(tenant, None, TICKETS * lines + 1) for tenant, lines in covered.items() if lines < BATCHES}
    assert places(report) == expected
