"""A customer and their ticket, as a play moves them: say something, wait for what comes, let operators decide."""

import asyncio
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from domain.ids import CustomerId
from runtime.chaos.caller import Answered, Caller
from runtime.chaos.watch import Seen, Watch

#: How long a turn may take while everything is being killed; `verify` has its own, stricter idea of liveness.
TURN_SECONDS = 240.0


class Refused(Exception):
    """The API said no to something that a play counts on."""


class Player:
    """One customer, one ticket at a time, with dice of their own."""

    def __init__(self, customer: CustomerId, caller: Caller, watch: Watch, random: Random) -> None:
        self._customer = customer
        self.caller = caller
        self.random = random
        self._watch = watch
        self._sent = 0
        self.ticket_id = ""
        self.seq = 0

    async def open(self, text: str, *, twice: bool = False) -> None:
        """Open the ticket; raises Refused."""
        body = {"customer_id": self._customer, "text": text, "identity": "proven"}
        self._take(await self.caller.message("/v1/tickets", body, self._key(), twice=twice))

    async def send(self, text: str, *, twice: bool = False) -> Answered:
        """Send one more message and do not wait for what comes of it."""
        path = f"/v1/tickets/{self.ticket_id}/messages"
        answered = await self.caller.message(path, {"text": text}, self._key(), twice=twice)
        if answered.outcome == "answered":
            self.seq = max(self.seq, int(answered.body["seq"]))
        return answered

    async def say(self, text: str, *, twice: bool = False) -> Seen:
        """Send one more message and wait until it is answered; raises Refused, TookTooLong."""
        self._take(await self.send(text, twice=twice))
        return await self.answered()

    async def follow_up(self, text: str) -> Seen:
        """Open a follow-up of the ticket, which is closed, and wait for the answer; raises Refused, TookTooLong."""
        path = f"/v1/tickets/{self.ticket_id}/follow-up"
        self._take(await self.caller.message(path, {"text": text}, self._key()))
        return await self.answered()

    async def answered(self) -> Seen:
        """Wait until the last message is answered; raises TookTooLong."""
        return await self.until(lambda seen: seen.has_answered(self.seq))

    async def until(self, is_there: Callable[[Seen], bool]) -> Seen:
        """Wait until the ticket is as wanted; raises TookTooLong."""
        return await self._watch.until(self.ticket_id, is_there, TURN_SECONDS)

    async def until_status(self, *statuses: str) -> Seen:
        """Wait until the ticket has one of these statuses; raises TookTooLong."""
        return await self.until(lambda seen: seen.status in statuses)

    async def paused(self, opening: str, *, twice: bool = False) -> Mapping[str, Any]:
        """Open a ticket, say yes to what is restated, and wait for the approval; raises Refused, TookTooLong."""
        await self.open(opening, twice=twice)
        seen = await self.answered()
        for _ in range(3):
            if seen.status != "pending":
                break
            seen = await self.say("Yes, please.", twice=twice)
        if seen.approval is None:
            raise Refused(f"{self.ticket_id} is {seen.status} and waits for no approval")
        return seen.approval

    async def pause(self, most: float) -> None:
        """Let some time pass, as people do."""
        await asyncio.sleep(self.random.uniform(0, most))

    def _take(self, answered: Answered) -> None:
        if answered.outcome != "answered":
            raise Refused(f"{answered.outcome}: {answered.status} {answered.body.get('error', '')}")
        self.ticket_id, self.seq = str(answered.body["ticket_id"]), int(answered.body["seq"])

    def _key(self) -> str:
        self._sent += 1
        return f"{self._customer}-{self._sent}"
