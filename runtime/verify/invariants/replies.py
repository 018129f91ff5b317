"""I11: every reply was posted exactly once, and nothing was posted that no turn decided on."""

from collections import Counter

from runtime.verify.evidence import Evidence
from runtime.verify.violation import Violation

_POSTED = """
select message.ticket_id, message.seq, message.draft_id, message.reply_to_watermark, md5(message.text) as words,
       ticket.erased_at
from setright.messages as message
join setright.tickets as ticket using (tenant, ticket_id)
where message.author = 'assistant'
"""
_SENT = """
select ticket_id, seq, (body ->> 'draft')::bigint as draft_id from setright.events where kind = 'reply_sent'
"""
#: A handoff's reply reads up to whatever is there, so two of them may well share it.
_EVERYTHING = 2**31 - 1


async def check(evidence: Evidence) -> list[Violation]:
    """Compare what is in the conversations with what the turns recorded."""
    posted = await evidence.database.rows(_POSTED)
    sent = Counter(row["draft_id"] for row in await evidence.database.rows(_SENT))
    there = Counter(row["draft_id"] for row in posted)
    found = []
    for row in posted:
        where = f"{row['ticket_id']}#{row['seq']}"
        if row["draft_id"] is None or sent[row["draft_id"]] == 0:
            found.append(_violation("reply_unrecorded", where, "no turn recorded it"))
        elif sent[row["draft_id"]] > 1:
            found.append(_violation("reply_recorded_twice", where, f"draft {row['draft_id']}"))
    found += [_violation("reply_lost", f"draft {draft}", "recorded, not there") for draft in sent if not there[draft]]
    same = Counter(
        (row["ticket_id"], row["reply_to_watermark"], row["words"])
        for row in posted
        if row["reply_to_watermark"] != _EVERYTHING and row["erased_at"] is None
    )
    found += [
        _violation("reply_twice", key[0], f"answering message {key[1]}") for key, times in same.items() if times > 1
    ]
    return found


def _violation(what: str, where: str, detail: str) -> Violation:
    return Violation(invariant="I11", what=what, ids=(where,), detail=detail)
