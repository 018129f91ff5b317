"""Random lives of tickets, and every figure over them counted again, one ticket after another, in plain Python."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from domain.figure import FigureName
from domain.ids import new_ticket_id
from domain.period import Period
from store.rows import Connection

TENANT = "meridian"
_REASONS = ("no_knowledge", "vip", "not_understood")
#: What a row of a figure is: label, time, counts, value.
Seen = tuple[str | None, datetime, bool | None, float | None]


@dataclass
class Life:
    """One ticket and all that happened on it."""

    ticket_id: str
    opened_at: datetime
    channel: str
    status: str = "new"
    waiting_for: str = "assistant"
    resolution: str | None = None
    resolved_at: datetime | None = None
    durable_at: datetime | None = None
    updated_at: datetime | None = None
    events: list[tuple[str, datetime, dict[str, object]]] = field(default_factory=list)
    messages: list[tuple[str, datetime]] = field(default_factory=list)  # author, time
    rating: tuple[int, datetime] | None = None
    calls: list[int | None] = field(default_factory=list)
    approvals: list[tuple[datetime, str | None, datetime | None]] = field(default_factory=list)  # asked, how, settled

    def happened(self, kind: str, at: datetime, /, **body: object) -> None:
        """Note an event."""
        self.events.append((kind, at, body))
        self.updated_at = at

    def moves(self, status: str, waiting_for: str, at: datetime) -> None:
        """Change the status, if it is another one."""
        if status != self.status:
            self.happened("status_changed", at, **{"from": self.status, "to": status, "waiting_for": waiting_for})
        self.status, self.waiting_for = status, waiting_for

    def has(self, *kinds: str) -> bool:
        """Whether any such event happened."""
        return any(kind in kinds for kind, _, _ in self.events)


def live(random: Random, opened_at: datetime) -> Life:
    """A life of some turns and moves; not all of them make sense, and none has to."""
    life = Life(new_ticket_id(), opened_at, random.choice(("api", "web", "email")))
    at = opened_at
    life.happened("ticket_opened", at)
    for turn in range(random.randint(0, 6)):
        if turn == 0 or random.random() < 0.6:
            life.messages.append(("customer", at))
            at += timedelta(seconds=random.choice((0, 3, 40)))
            life.happened("message_received", at, seq=len(life.messages))
            if life.status == "solved":
                life.happened("reopened", at)
                life.resolution = life.resolved_at = None
        _turn(random, life, at)
        at += timedelta(seconds=random.choice((1, 600, 86_400, 400_000)))
    if life.status == "solved" and random.random() < 0.7:
        life.happened("resolution_became_durable", at)
        life.happened("closed", at, by="system")
        life.moves("closed", "nobody", at)
        life.durable_at = at
    elif random.random() < 0.2:
        life.happened("closed", at, by="olga")
        life.moves("closed", "nobody", at)
    if random.random() < 0.4:
        life.rating = (random.randint(1, 5), at + timedelta(days=random.randint(0, 9)))
    life.calls = [random.choice((None, 0, 1_234, 99_000)) for _ in range(random.randint(0, 3))]
    return life


def _turn(random: Random, life: Life, at: datetime) -> None:
    """What a turn or an operator does."""
    if random.random() < 0.5:
        found: dict[str, object] = {
            "passages": [1] if random.random() < 0.7 else [],
            "contradicts": random.random() < 0.2,
        }
        life.happened("evidence_found", at, **found)
    if random.random() < 0.3:
        life.happened("reply_checked", at, findings=["tone"] if random.random() < 0.5 else [])
    match random.randint(0, 8):
        case 0 | 1:
            life.happened("question_asked", at, asks=random.choice(("intent", "slot", "confirmation")))
            _reply(life, at, "assistant", "reply_sent")
            life.moves("pending", "customer", at)
        case 2:
            life.happened("approval_requested", at)
            settled = random.choice(("approved", "declined", "expired", "withdrawn", None))
            life.approvals.append((at, settled, at + timedelta(seconds=random.randint(1, 99_999)) if settled else None))
            life.moves("on_hold", "approver", at)
        case 3:
            life.happened("handed_off", at, reason=random.choice(_REASONS), queue=random.choice(("support", "vip")))
            _reply(life, at, "assistant", "reply_sent")
            life.moves("open", "operator", at)
        case 4:
            _reply(life, at, "operator", "operator_replied")
            life.moves("pending", "customer", at)
        case 5:
            life.messages.append(("note", at))
            life.updated_at = at
        case _:
            kind = random.choice(("confirmed", "assumed"))
            _reply(life, at, "assistant", "reply_sent")
            life.happened("resolved", at, kind=kind)
            life.resolution, life.resolved_at = kind, at
            life.moves("solved", "nobody", at)


def _reply(life: Life, at: datetime, author: str, kind: str) -> None:
    life.messages.append((author, at))
    life.happened(kind, at)


async def keep(conn: Connection, lives: list[Life]) -> None:
    """Write the rows of these lives, as a superuser."""
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into setright.tickets (tenant, ticket_id, customer_id, channel, identity, opened_at, status,"
            " waiting_for, updated_at, resolution, resolved_at, durable_at)"
            " values (%s, %s, 'c-1', %s, 'proven', %s, %s, %s, %s, %s, %s, %s)",
            [
                (TENANT, it.ticket_id, it.channel, it.opened_at, it.status, it.waiting_for, it.updated_at,
                 it.resolution, it.resolved_at, it.durable_at)
                for it in lives
            ],
        )  # fmt: skip
        await cursor.executemany(
            "insert into setright.events (tenant, ticket_id, seq, kind, at, body, prev_hash, hash)"
            " values (%s, %s, %s, %s, %s, %s, repeat('0', 64), repeat('0', 64))",
            [
                (TENANT, it.ticket_id, seq, kind, at, Jsonb(body))
                for it in lives
                for seq, (kind, at, body) in enumerate(it.events, 1)
            ],
        )
        await cursor.executemany(
            "insert into setright.messages (tenant, ticket_id, customer_id, seq, author, audience, text, at,"
            " external_channel) values (%s, %s, 'c-1', %s, %s, %s, 'x', %s, 'api')",
            [
                (TENANT, it.ticket_id, seq, "operator" if author == "note" else author,
                 [] if author == "note" else ["customer"], at)
                for it in lives
                for seq, (author, at) in enumerate(it.messages, 1)
            ],
        )  # fmt: skip
        await cursor.executemany(
            "insert into setright.ratings values (%s, %s, 'c-1', %s, null, 'c-1', %s)",
            [(TENANT, it.ticket_id, *it.rating) for it in lives if it.rating],
        )
        await cursor.executemany(
            "insert into setright.model_calls (tenant, ticket_id, customer_id, purpose, workflow_id, run_id,"
            " activity_id, attempt, number, provider, model, begun_at, microdollars, price_source)"
            " values (%s, %s, 'c-1', 'draft', 'w', 'r', '1', 1, %s, 'openai', 'small', %s, %s, 'config')",
            [
                (TENANT, it.ticket_id, number, it.opened_at, price)
                for it in lives
                for number, price in enumerate(it.calls, 1)
            ],
        )
        await cursor.executemany(
            "insert into setright.approval_requests (tenant, approval_id, ticket_id, customer_id, action, args_sha256,"
            " rendered_text, role, approvers, rules, policy_version, requested_at, expires_at) values"
            " (%s, %s, %s, 'c-1', '{}', repeat('0', 64), 'x', 'support', 1, '{}', 'x', %s, %s)",
            [
                (TENANT, f"{it.ticket_id}/a{number}", it.ticket_id, asked, asked + timedelta(days=3))
                for it in lives
                for number, (asked, _, _) in enumerate(it.approvals, 1)
            ],
        )
        await cursor.executemany(
            # The decision itself matters to no figure; a superuser in replica mode may leave it out.
            "insert into setright.approval_settlements (tenant, approval_id, ticket_id, customer_id, how, decision_id,"
            " at) values (%s, %s, %s, 'c-1', %s, %s, %s)",
            [
                (TENANT, f"{it.ticket_id}/a{number}", it.ticket_id, how,
                 None if how in {"expired", "withdrawn"} else 1, settled)
                for it in lives
                for number, (_, how, settled) in enumerate(it.approvals, 1)
                if how
            ],
        )  # fmt: skip


def seen(name: FigureName, life: Life, old: datetime) -> Iterator[Seen]:  # noqa: C901, PLR0912 - one case a figure
    """What a figure sees of one life, written down as the glossary says it; `old`: when a failure counts already."""
    is_closed, is_durable = life.status == "closed", life.durable_at is not None
    is_touched = (
        life.has("operator_replied", "handed_off", "approval_requested")
        or any(author in {"operator", "note"} for author, _ in life.messages)
        or any(kind == "closed" and body["by"] != "system" for kind, _, body in life.events)
    )
    is_over = is_closed or is_durable
    is_reopened, is_solved = life.has("reopened"), life.has("resolved")
    opened = life.opened_at
    match name:
        case FigureName.opened:
            yield life.channel, opened, True, None
        case FigureName.resolved | FigureName.handed_off | FigureName.handed_off_by_queue:
            event, key = {
                "resolved": ("resolved", "kind"), "handed_off": ("handed_off", "reason"),
            }.get(name.value, ("handed_off", "queue"))  # fmt: skip
            for kind, at, body in life.events:
                if kind == event:
                    yield str(body[key]), at, True, None
        case FigureName.durable_resolutions if life.durable_at:
            yield life.resolution, life.durable_at, True, None
        case FigureName.autonomous_resolution:
            is_known = is_over or (is_touched and opened <= old)
            yield None, opened, (is_durable and not is_touched) if is_known else None, None
        case FigureName.first_contact_resolution if is_durable or (is_solved and not is_closed):
            label = "with a person" if is_touched else "assistant alone"
            yield label, opened, not _wrote_further(life) if is_durable else None, None
        case FigureName.reopened if is_solved:
            yield None, opened, is_reopened if is_over or (is_reopened and opened <= old) else None, None
        case FigureName.first_response_time:
            answers = [at for author, at in life.messages if author in {"assistant", "operator"}]
            yield from _lasted(None, opened, min(answers, default=None), is_closed=is_closed)
        case FigureName.time_to_resolution:
            yield from _lasted(None, opened, life.resolved_at, is_closed=is_closed)
        case FigureName.waiting_time:
            yield from _waits(life)
        case FigureName.approval_latency:
            for asked, how, settled in life.approvals:
                if how not in {"expired", "withdrawn"}:
                    yield from _lasted(how, asked, settled, is_closed=False)
        case FigureName.approval_expiry:
            for asked, how, _ in life.approvals:
                if how != "withdrawn":
                    yield None, asked, how == "expired" if how else None, None
        case FigureName.csat if life.rating and not is_touched:
            score, at = life.rating
            yield str(score), at, score >= 4, None
        case FigureName.cost_per_resolution:
            is_known = is_over or (is_touched and opened <= old)
            yield None, opened, is_durable if is_known else None, sum(price or 0 for price in life.calls)
        case FigureName.unpriced_calls:
            for price in life.calls:
                if price is None:
                    yield "openai:small", opened, True, None
        case FigureName.guardrail_acted:
            yield None, opened, any(_layers(life).values()), None
        case FigureName.guardrail_layers:
            for layer, has_acted in _layers(life).items():
                if has_acted:
                    yield layer, opened, True, None


def _layers(life: Life) -> dict[str, bool]:
    of: dict[str, list[dict[str, object]]] = defaultdict(list)
    for kind, _, body in life.events:
        of[kind].append(body)
    return {
        "before": any(not body["passages"] or body["contradicts"] for body in of["evidence_found"]),
        "during": any(body["asks"] == "intent" for body in of["question_asked"])
        or any(body["reason"] != "vip" for body in of["handed_off"]),
        "after": any(body["findings"] for body in of["reply_checked"]),
    }


def _wrote_further(life: Life) -> bool:
    """Whether the customer wrote after the first reply, thanks and answers to a confirmation aside."""
    replied: datetime | None = None
    for kind, at, _ in life.events:
        if kind in {"reply_sent", "operator_replied"}:
            replied = at
        if kind == "message_received" and replied is not None:
            was_asked = any(
                it == "question_asked" and when == replied and body["asks"] == "confirmation"
                for it, when, body in life.events
            )
            is_thanks = any(
                it == "resolved" and when == at and body["kind"] == "confirmed" for it, when, body in life.events
            )
            if not was_asked and not is_thanks:
                return True
    return False


def _lasted(label: str | None, since: datetime, until: datetime | None, *, is_closed: bool) -> Iterator[Seen]:
    if until is not None:
        yield label, since, True, (until - since).total_seconds()
    elif not is_closed:
        yield label, since, None, None


def _waits(life: Life) -> Iterator[Seen]:
    """Walk through a life, keeping whom it waits for."""
    moments: list[tuple[datetime, int, bool, str]] = [(life.opened_at, 0, False, "=assistant")]
    moments += [(at, 0, True, "said") for author, at in life.messages if author == "customer"]
    for seq, (kind, at, body) in enumerate(life.events, 1):
        if kind == "status_changed":
            moments.append((at, seq, False, f"={body['waiting_for']}"))
        elif kind == "reply_sent":
            moments.append((at, seq, False, "replied"))
    says, waits = "assistant", "assistant"
    since = life.opened_at
    at_once: dict[datetime, str] = {}
    for at, _, _, what in sorted(moments):
        if what.startswith("="):
            says = what[1:]
        at_once[at] = "assistant" if what == "said" and says == "customer" else says
    for at, whom in at_once.items():
        if whom != waits:
            if waits != "nobody" and at > since:
                yield waits, since, True, (at - since).total_seconds()
            waits, since = whom, at
    if waits != "nobody":
        yield waits, since, None, None


def count(rows: list[Seen], kind: str) -> tuple[int, int, int, float | None, float | None]:
    """Numerator, denominator, not yet known, p50 and p90 (or the total of a cost)."""
    known = [row for row in rows if row[2] is not None]
    counted = [row for row in known if row[2]]
    values = sorted(row[3] for row in counted if row[3] is not None)
    p50 = p90 = None
    if kind == "duration" and values:
        p50, p90 = (values[math.ceil(share * len(values)) - 1] for share in (0.5, 0.9))
    if kind == "cost" and known:
        p50 = sum(row[3] or 0 for row in known)
    return len(counted), len(known), len(rows) - len(known), p50, p90


def first_day(at: datetime, period: Period) -> date | None:
    """The step that a moment falls into by the clock on the wall; None outside the period."""
    day = at.astimezone(ZoneInfo(period.time_zone)).date()
    if not period.first <= day <= period.last:
        return None
    return day if period.step == "day" else max(day - timedelta(days=day.weekday()), period.first)
