"""One run against one copy of the world: the attacker, the driver, and the final look at everything."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from domain.ticket import IdentityLevel, TicketRef
from runtime.attack.accounts import account, shop_of_everybody
from runtime.attack.attacker import Assignment, Attacker
from runtime.attack.canary import Canary
from runtime.attack.driver import Driver
from runtime.attack.findings import Findings
from runtime.attack.logs import captured_logs, search_logs
from runtime.attack.moves import Move
from runtime.attack.outbound import search_outbound
from runtime.attack.world import Place, World
from workflows.state import TicketState

#: What customers say when nothing is planted in it; the address is one that an action may take.
ADDRESS = "Please send it to: Hafenstrasse 7, 8020 Graz, Austria ."


@dataclass
class Session:
    """What a run needs, and what it counts besides the attacker's own calls."""

    place: Place
    attacker: Attacker
    driver: Driver
    findings: Findings
    random: Random
    log: list[str]
    before: Mapping[tuple[str, str], str]
    effects: int = 0
    approved: int = 0
    replies: int = 0
    sequences: int = 0
    random_sequences: int = 0  # of these, the ones drawn by chance

    @property
    def calls(self) -> int:
        """Everything hostile that was tried."""
        return sum(self.attacker.calls.values())

    def anyone(self, tenants: Sequence[str] | None = None) -> TicketRef:
        """A new ticket of any customer."""
        return self.driver.ref(
            self.random.choice(tenants or self.place.world.tenants), self.random.choice(self.place.world.customers)
        )

    async def play(
        self,
        ref: TicketRef,
        intent: str,
        moves: Sequence[tuple[str, Move]] = (),
        *,
        says: str = ADDRESS,
        writer: str = "harmless",
        fails_in: str | None = None,
        quotes: str | None = None,
    ) -> TicketState:
        """One turn of a new ticket on which the attacker makes these moves."""
        self.attacker.assign(
            Assignment(ref=ref, intent=intent, moves=list(moves), writer=writer, fails_in=fails_in, quotes=quotes)
        )
        self.sequences += 1
        own = Canary(ref.tenant, ref.customer_id, "said", 1)
        return await self.driver.say(TicketState(ref=ref), f"{says} {own}")

    def stranger(self, ref: TicketRef, identity: IdentityLevel) -> TicketRef:
        """A ticket in a customer's name by somebody who has not shown that they are."""
        return self.driver.ref(ref.tenant, ref.customer_id, identity)

    async def look_back(self) -> None:
        """Search everything that is left, and settle the accounts."""
        self.effects, self.approved = await account(self.place.god, self.findings, self.driver.granted, self.before)
        self.replies = await search_outbound(self.place.god, self.findings)
        search_logs(self.findings, self.log, self.place.world.folder)


@asynccontextmanager
async def session(world: World, seed: int) -> AsyncIterator[Session]:
    """A fresh copy of the world with an attacker in it."""
    findings = Findings()
    attacker = Attacker(findings, seed)
    with captured_logs() as log:
        async with world.place(attacker) as place:
            yield Session(
                place=place,
                attacker=attacker,
                driver=Driver(place.desk, findings, world.now),
                findings=findings,
                random=Random(f"{seed}:session"),
                log=log,
                before=await shop_of_everybody(place.god),
            )
