"""I4: every accepted message is in one transcript once, read once and in order."""

import hashlib
from collections.abc import Iterator, Sequence

from runtime.verify.evidence import Evidence, Row, by
from runtime.verify.expected import Expected
from runtime.verify.violation import Violation

_MESSAGES = """
select message.tenant, message.ticket_id, message.seq, message.author, message.text, message.external_id,
       ticket.last_message_seq
from setright.messages as message
join setright.tickets as ticket using (tenant, ticket_id)
order by message.tenant, message.ticket_id, message.seq
"""
_READ = """
select tenant, ticket_id, seq as place, kind, (body ->> 'seq')::integer as seq,
       (body ->> 'watermark')::integer as watermark
from setright.events
where kind in ('message_received', 'handed_back')
order by tenant, ticket_id, seq
"""


async def check(evidence: Evidence) -> list[Violation]:
    """Compare transcripts with what was read of them, and with what a driver was told."""
    messages = await evidence.database.rows(_MESSAGES)
    read = by(await evidence.database.rows(_READ), "tenant", "ticket_id")
    found: list[Violation] = []
    for ticket, rows in by(messages, "tenant", "ticket_id").items():
        found += _numbered(ticket[1], rows)
        found += _read_once(ticket[1], rows, read.get(ticket, []))
    if evidence.expected is not None:
        found += _as_told(messages, evidence.expected)
    return found


def _numbered(ticket_id: str, rows: Sequence[Row]) -> Iterator[Violation]:
    if [row["seq"] for row in rows] != list(range(1, rows[0]["last_message_seq"] + 1)):
        yield _violation("message_missing", ticket_id, "the numbers of its messages have a gap")


def _read_once(ticket_id: str, rows: Sequence[Row], read: Sequence[Row]) -> Iterator[Violation]:
    """Messages are read in order; only an operator who hands back may have some read again."""
    written = {row["seq"] for row in rows if row["author"] == "customer"}
    upto, heard = 0, set[int]()
    for event in read:
        if event["kind"] == "handed_back":
            upto = min(upto, event["watermark"])
            continue
        if event["seq"] <= upto:
            what = "message_read_twice" if event["seq"] in heard else "message_out_of_order"
            yield _violation(what, f"{ticket_id}#{event['seq']}", f"event {event['place']}")
        if event["seq"] not in written:
            yield _violation("message_invented", f"{ticket_id}#{event['seq']}", f"event {event['place']}")
        upto = max(upto, event["seq"])
        heard.add(event["seq"])
    for seq in sorted(written - heard):
        yield _violation("message_unread", f"{ticket_id}#{seq}", "no event says that it was read")


def _as_told(messages: Sequence[Row], expected: Expected) -> Iterator[Violation]:
    """Every message that was answered 2xx is there, once, as it was sent; every other was sent by the driver too."""
    stored = by((row for row in messages if row["external_id"] is not None), "tenant", "external_id")
    for sent in expected.messages:
        rows = stored.pop((sent.tenant, sent.key), [])
        if sent.outcome != "answered":
            continue  # I12
        where = f"{sent.ticket_id}#{sent.seq}"
        if not rows:
            yield _violation("message_lost", where, f"accepted under the key {sent.key}")
            continue
        if len(rows) > 1:
            yield _violation("message_twice", where, f"{len(rows)} rows under the key {sent.key}")
        row = rows[0]
        if (row["ticket_id"], row["seq"]) != (sent.ticket_id, sent.seq):
            yield _violation("message_moved", where, f"it is {row['ticket_id']}#{row['seq']}")
        if hashlib.sha256(row["text"].encode()).hexdigest() != sent.sha256:
            yield _violation("message_changed", where, "its words are not those that were sent")
    for (_, key), rows in stored.items():
        yield _violation("message_invented", f"{rows[0]['ticket_id']}#{rows[0]['seq']}", f"nobody sent the key {key}")
    for row in messages:
        if row["author"] == "customer" and row["external_id"] is None:
            yield _violation("message_invented", f"{row['ticket_id']}#{row['seq']}", "it came under no key")


def _violation(what: str, where: str, detail: str) -> Violation:
    return Violation(invariant="I4", what=what, ids=(where,), detail=detail)
