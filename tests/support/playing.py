"""Play one wording to its end: real database, embedded assistant, and a customer who says yes and answers once.

Every turn runs through the direct runner: the same graph and activities as in a workflow, without Temporal.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from activities.desk import Desk
from adapters.assistants.port import Assistant
from domain.ids import CustomerId, Label, Sha256, TenantId, new_ticket_id
from domain.memory import Asked, AskedConfirmation, AskedIdentity, AskedIntent, AskedSlot
from domain.outcome import AwaitApproval, HandOff, TurnOutcome
from domain.ticket import IdentityLevel, TicketRef
from evals.ticket import DirectTicket
from runtime.wiring import open_desk
from store.ledger import LedgerStatus, ticket_actions
from tests.support.harness import cloned_database
from tests.support.servers import Servers
from tests.support.wordings import UNCONFIRMED, Ending, Situation, Told

YES = "Yes, please."
MOST_TURNS = 8
#: A ledger row that is further than this may have touched the world.
_UNTOUCHED = {LedgerStatus.proposed, LedgerStatus.authorised, LedgerStatus.failed}


@dataclass
class Played:
    """What became of one wording."""

    replies: list[str] = field(default_factory=list)
    written: list[Label] = field(default_factory=list)  # writes that may have taken effect, in order
    unasked: list[Label] = field(default_factory=list)  # writes without the customer's own yes
    restated: str = ""  # the reply that asked for the first yes
    awaits: list[Label] = field(default_factory=list)
    told: Told | None = None
    asked: Asked | None = None  # what stands unanswered at the end
    clarified: int = 0  # "is it about …?", answered once
    intents: list[Label] = field(default_factory=list)

    @property
    def end(self) -> str:
        """In one word: why a person takes over, what is asked, or that it was answered."""
        if self.told is not None:
            return self.told.reason.value
        return "answered" if self.asked is None else f"asks for {self.asked.kind}"

    def wrong_writes(self, ending: Ending) -> list[Label]:
        """Writes that the story has no place for, or that nobody said yes to."""
        expected = [*ending.done, *([ending.awaits] if ending.awaits else [])]
        left = list(expected)
        wrong = list(self.unasked)
        for action in [*self.written, *self.awaits]:
            if action in left:
                left.remove(action)
            else:
                wrong.append(action)
        return wrong

    def faults(self, ending: Ending) -> list[str]:
        """Where it did not end as it has to; empty when all is well."""
        found = [f"wrong write: {action}" for action in self.wrong_writes(ending)]
        missing = [action for action in ending.done if action not in self.written]
        found += [f"not done: {action}" for action in missing]
        if ending.awaits and ending.awaits not in self.awaits:
            found.append(f"waits for no approval of {ending.awaits}")
        if self.told != ending.handoff:
            found.append(f"handed off: {self.told and tuple(map(str, self.told))}")
        slot = self.asked.slot if isinstance(self.asked, AskedSlot) else None
        if ending.asks is not None and slot != ending.asks:
            found.append(f"asks {self.asked and self.asked.kind} {slot}, not for {ending.asks}")
        if isinstance(self.asked, AskedIntent):
            found.append(f"asks which of {list(self.asked.choices)}")
        found += [f"not restated: {word}" for word in ending.restates if word not in self.restated.lower()]
        last = self.replies[-1].lower() if self.replies else ""
        found += [f"not said: {word}" for word in ending.says if word not in last]
        said = "\n".join(self.replies).lower()
        return found + [f"said: {word}" for word in ending.never if word in said]


@dataclass(frozen=True)
class Heard:
    """What became of a conversation whose every message was given."""

    replies: list[str]  # one for each message, without the greeting
    written: list[Label]
    handed_to: Label | None  # the queue, where a person took over


async def talk(desk: Desk, tenant: TenantId, customer: str, texts: Sequence[str]) -> Heard:
    """Say each of these messages in turn, whatever is answered."""
    ticket = _ticket(desk, tenant, f"cus_{customer}")
    handed_to: Label | None = None
    for text in texts:
        outcome = await ticket.say(text)
        handed_to = outcome.notice.queue if isinstance(outcome, HandOff) else handed_to
    async with desk.pools.operator(tenant) as conn:
        rows = await ticket_actions(conn, tenant, ticket.ref.ticket_id)
    replies = [reply.rpartition("is needed.\n\n")[2] for reply in ticket.replies]
    return Heard(replies, [row.action for row in rows if row.status not in _UNTOUCHED], handed_to)


async def play(desk: Desk, situation: Situation, text: str, ending: Ending) -> Played:
    """Send the wording and be the customer until nothing more is asked that they can answer."""
    ticket = _ticket(desk, situation.tenant, f"cus_{situation.customer}")
    played, confirmed = Played(), set[Sha256]()
    unanswered = dict(ending.answers)
    for _ in range(MOST_TURNS):
        outcome = await ticket.say(text)
        await _look(desk, ticket, outcome, played, confirmed)
        if isinstance(outcome, HandOff):
            break
        answer = _answer(desk, situation, ticket.asked, played, unanswered)
        if isinstance(ticket.asked, AskedConfirmation):
            confirmed.add(ticket.asked.action.args_sha256)
            played.restated = played.restated or ticket.replies[-1]
        if answer is None:
            break
        text = answer
    played.replies = ticket.replies
    played.asked = ticket.asked if played.told is None else None
    played.intents = [wish.intent for wish in ticket.memory.wishes]
    return played


def _ticket(desk: Desk, tenant: TenantId, customer: CustomerId) -> DirectTicket:
    ref = TicketRef(
        tenant=tenant,
        ticket_id=new_ticket_id(),
        customer_id=customer,
        channel="api",
        identity=IdentityLevel.proven,
    )
    return DirectTicket(desk, ref, lambda: datetime.now(UTC))


def _answer(
    desk: Desk, situation: Situation, asked: Asked | None, played: Played, unanswered: dict[Label, str]
) -> str | None:
    """What the customer says to a question: yes, the choice that is right, once, or what they know."""
    match asked:
        case AskedConfirmation():
            return YES
        case AskedIntent(choices=choices):
            right = [intent for intent in (*situation.intents, *situation.wishes) if intent in choices]
            if not right or played.clarified:
                return None
            played.clarified += 1
            return desk.tenant(situation.tenant).config.procedures[right[0]].title
        case AskedSlot(slot=slot):
            return unanswered.pop(slot, None)
        case AskedIdentity() | None:
            return None


async def _look(desk: Desk, ticket: DirectTicket, outcome: TurnOutcome, played: Played, confirmed: set[Sha256]) -> None:
    """Note what a turn did, as the ledger has it."""
    async with desk.pools.operator(ticket.ref.tenant) as conn:
        rows = await ticket_actions(conn, ticket.ref.tenant, ticket.ref.ticket_id)
    written = [row for row in rows if row.status not in _UNTOUCHED]
    for row in written[len(played.written) :]:
        if row.action not in UNCONFIRMED and row.proposal.args_sha256 not in confirmed:
            played.unasked.append(row.action)
    played.written = [row.action for row in written]
    if isinstance(outcome, AwaitApproval):
        played.awaits = [request.action.name for request in outcome.requests]
    if isinstance(outcome, HandOff):
        played.told = Told(outcome.notice.reason, outcome.notice.queue)


class Desks:
    """Desks on cloned databases: one is used again as long as nothing was written for the customer in it."""

    def __init__(self, servers: Servers, assistants: Mapping[TenantId, Assistant], stack: AsyncExitStack) -> None:
        self._servers = servers
        self._assistants = assistants
        self._stack = stack
        self._open: list[tuple[Desk, set[str]]] = []

    async def play(self, situation: Situation, text: str, ending: Ending) -> Played:
        """Play a wording where its customer's story is still as the example shop has it."""
        desk, touched = await self._fresh_for(situation.customer)
        played = await play(desk, situation, text, ending)
        if played.written or played.awaits:
            touched.add(situation.customer)
        return played

    async def talk(self, tenant: TenantId, customer: str, texts: Sequence[str]) -> Heard:
        """Hold a conversation where its customer's story is still as the example shop has it."""
        desk, touched = await self._fresh_for(customer)
        heard = await talk(desk, tenant, customer, texts)
        if heard.written:
            touched.add(customer)
        return heard

    async def _fresh_for(self, customer: str) -> tuple[Desk, set[str]]:
        for desk, touched in self._open:
            if customer not in touched:
                return desk, touched
        database = await self._stack.enter_async_context(cloned_database(self._servers.superuser_url))
        desk = await self._stack.enter_async_context(open_desk(self._servers.settings(database), self._assistants))
        self._open.append((desk, set()))
        return self._open[-1]


@asynccontextmanager
async def open_desks(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[Desks]:
    """Desks that are closed, and their databases dropped, at the end."""
    async with AsyncExitStack() as stack:
        yield Desks(servers, assistants, stack)
