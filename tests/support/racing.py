"""Races for the one slot of an approval: several parties answer at about the same time, and the books are compared.

Each race is a ticket of its own that waits for the approval of a big refund. Then some of the parties act: an approver
approves, another declines, the customer takes it back, an operator closes the ticket, or its time runs out. Afterwards
what each was told is compared with what the payment provider's own log says. It speaks to the workflow as the API does.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from shutil import copytree

from psycopg import AsyncConnection

from adapters.backends.shop.provider.faults import effects_by_key
from api.nudge import Nudger
from domain.approval import EVERY_ROLE, DecisionVerdict
from domain.errors import SetrightError
from domain.ids import CustomerId
from domain.message import AuthorKind
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from store.approvals import ApprovalRow, NewDecision, insert_decision, list_approvals
from tests.support.harness import Harness, eventually
from workflows.state import CloseAsked

BROKEN = "My TV arrived with a cracked screen and I want my money back."
FORGET = "Forget it, I don't want the refund any more."
#: Long enough to get as far as waiting for approval on a busy machine, short enough to wait for.
EXPIRES_AFTER = timedelta(seconds=12)
WITHDRAWN = "Nothing was done"  # of the replies of the example workspace
EXPIRED = "in time"


class Party(StrEnum):
    """Who takes part in a race; the clock always does."""

    approver = "approver"
    decliner = "decliner"
    customer = "customer"
    closer = "closer"
    clock = "clock"


@dataclass
class Race:
    """One ticket, when each party acted (seconds from the start of the race), and what it was told."""

    number: int
    parties: dict[Party, float]
    is_at_expiry: bool
    ref: TicketRef | None = None
    told: dict[Party, str] = field(default_factory=dict)
    winner: str = "nobody"
    effects: int = 0
    is_void: bool = False  # the machine was too slow: its time ran out before anybody could act
    wrong: list[str] = field(default_factory=list)


def draw(races: int, seed: int) -> list[Race]:
    """Who takes part and when, the same for the same seed; a third of the races is run around the expiry."""
    random = Random(seed)
    people = (Party.approver, Party.decliner, Party.customer, Party.closer)
    drawn = []
    for number in range(races):
        is_at_expiry = random.random() < 1 / 3
        size = random.choice((1, 2, 3) if is_at_expiry else (2, 2, 3, 4))
        chosen = sorted(random.sample(people, size))
        # The customer's words are understood before they count, which takes a turn.
        lead = {Party.customer: -0.6}
        parties = {party: lead.get(party, 0.0) + random.uniform(-0.4, 0.4) for party in chosen}
        drawn.append(Race(number, parties, is_at_expiry))
    return drawn


def impatient_workspace(original: Path, folder: Path) -> Path:
    """A copy of the workspace in which approvals expire within seconds."""
    copy = copytree(original, folder / "workspace")
    policy = copy / "tenants" / "meridian" / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("3 days", f"PT{EXPIRES_AFTER.seconds}S"), encoding="utf-8")
    return copy


async def run_races(shop: Harness, database: str, races: list[Race], customers: list[CustomerId], lanes: int) -> None:
    """Run the races, `lanes` at a time, and audit them when all is quiet."""
    waiting = iter(zip(races, customers, strict=True))

    async def lane() -> None:
        for race, customer in waiting:
            await _run(shop, race, customer)

    await asyncio.gather(*(lane() for _ in range(lanes)))
    async with await AsyncConnection.connect(database, autocommit=True) as conn:
        await _quiet(conn)
        effects = await effects_by_key(conn, shop.tenant)
    for race in races:
        await _audit(shop, race, effects)


async def _run(shop: Harness, race: Race, customer: CustomerId) -> None:
    ref = race.ref = await shop.open(customer, BROKEN)
    for _ in range(3):  # the procedure may ask a thing or two before it restates the refund
        if (await shop.ticket(ref)).status is not TicketStatus.pending:
            break
        await shop.say(ref, "yes please")
    asked = await shop.approvals(ref)
    if not asked:
        race.is_void = True
        return
    (request,) = asked
    start = request.expires_at if race.is_at_expiry else datetime.now(UTC) + timedelta(seconds=1)
    nudger = Nudger(shop.client, shop.settings.task_queue, shop.desk.pools, patience=timedelta(seconds=60))
    await asyncio.gather(*(_act(shop, nudger, race, party, request, start) for party in race.parties))

    async def is_over() -> bool:
        status = (await shop.ticket(ref)).status
        return status is TicketStatus.closed or (status is not TicketStatus.on_hold and not await shop.approvals(ref))

    with suppress(AssertionError):  # one that never ends is found by the audit
        await eventually(is_over, within=EXPIRES_AFTER.seconds + 120)


async def _act(shop: Harness, nudger: Nudger, race: Race, party: Party, request: ApprovalRow, start: datetime) -> None:
    at = start + timedelta(seconds=race.parties[party])
    await asyncio.sleep(max((at - datetime.now(UTC)).total_seconds(), 0))
    ref = race.ref
    if ref is None:
        raise RuntimeError("a race needs its ticket")
    try:
        match party:
            case Party.approver | Party.decliner:
                race.told[party] = await _decide(shop, nudger, ref, request, party)
            case Party.customer:
                await nudger.receive(ref, await shop.accept(ref, FORGET, is_new=False))
                race.told[party] = "accepted"
            case _:
                await nudger.close(ref, CloseAsked(by="cleo"), "close:race")
                race.told[party] = "accepted"
    except SetrightError as refused:
        race.told[party] = refused.code


async def _decide(shop: Harness, nudger: Nudger, ref: TicketRef, request: ApprovalRow, party: Party) -> str:
    is_yes = party is Party.approver
    decision = NewDecision(
        approval_id=request.approval_id,
        verdict=DecisionVerdict.approved if is_yes else DecisionVerdict.declined,
        args_sha256=request.action.args_sha256,
        decided_by="olga" if is_yes else "omar",
        reason=None if is_yes else "The photos show no damage.",
        at=datetime.now(UTC),
        auth_method="api_key",
        key_kind="operator",
        roles=(EVERY_ROLE,),
    )
    async with shop.desk.pools.operator(ref.tenant) as conn:
        kept = await insert_decision(conn, ref.tenant, decision)
    return (await nudger.decide(ref, kept)).how


async def _quiet(conn: AsyncConnection) -> None:
    """Wait until nothing has happened anywhere for three seconds."""
    before, same = -1, 0
    while same < 3:
        await asyncio.sleep(1)
        row = await (await conn.execute("select count(*) from setright.events")).fetchone()
        now = row[0] if row is not None else 0
        same, before = (same + 1 if now == before else 0), now


async def _audit(shop: Harness, race: Race, effects: dict[str, int]) -> None:
    """Compare what was told with what is: every sentence below is one way to be wrong."""
    ref, told = race.ref, race.told
    if ref is None:
        raise RuntimeError("a race needs its ticket")
    async with shop.desk.pools.operator(ref.tenant) as conn:
        (approval,) = await list_approvals(conn, ref.tenant, ticket_id=ref.ticket_id, open_only=False)
    row = await shop.ticket(ref)
    keys = {action.idempotency_key for action in await shop.actions(ref)}
    race.effects = sum(count for key, count in effects.items() if key.partition(":")[0] in keys)
    race.winner = approval.settled or "nobody"
    replies = [m.text for m in await shop.messages(ref) if m.author is AuthorKind.assistant]
    yes, no = told.get(Party.approver) == "approved", told.get(Party.decliner) == "declined"
    checks = {
        "an approval that nobody can answer any more is listed as open": approval.settled is None,
        "both approvers were told that theirs counted": yes and no,
        "told approved, and settled otherwise": yes and approval.settled != "approved",
        "told declined, and settled otherwise": no and approval.settled != "declined",
        "told approved, and nothing was paid": yes and race.effects != 1,
        "paid, and nobody was told approved": race.effects > 0 and not yes,
        "paid more than once": race.effects > 1,
        "the customer was told that nothing was done, and it was paid": race.effects > 0
        and any(WITHDRAWN in reply for reply in replies),
        "the customer was told that nobody decided in time, and it was paid": race.effects > 0
        and any(EXPIRED in reply for reply in replies),
        "the ticket waits for an approver who will not come": row.waiting_for is WaitingFor.approver,
        "somebody got no answer": set(told) != set(race.parties),
    }
    race.wrong = [what for what, is_so in checks.items() if is_so and not race.is_void]


def table(races: Iterable[Race]) -> list[tuple[str, int, int, int]]:
    """For each combination of parties: how many races, how many ended in a payment, how many were wrong."""
    rows: dict[str, Counter[str]] = {}
    for race in races:
        if race.is_void:
            continue
        names = [*race.parties, *([Party.clock] if race.is_at_expiry else [])]
        count = rows.setdefault(" x ".join(names), Counter())
        count.update(races=1, paid=race.effects, wrong=bool(race.wrong))
    return [(name, count["races"], count["paid"], count["wrong"]) for name, count in sorted(rows.items())]
