"""The kinds of tickets of a run: each a small play of what people do, whatever happens to the servers meanwhile.

A play says and decides things, and waits only for what it needs to go on. Whether all that came of it is right is not
for the play to judge but for `verify`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from domain.ids import CustomerId
from runtime.chaos.player import Player
from runtime.chaos.stack import OPERATORS

LATE = "I sent my headphones back three weeks ago and still have no money."
BROKEN = "My TV arrived with a cracked screen and I want my money back."
QUESTIONS = (
    "How long do I have to return something?",
    "How do I return an item?",
    "How long does a refund to a card take?",
    "Do gift cards expire?",
)


async def question(player: Player) -> None:
    """Something the help centre knows."""
    await player.open(player.random.choice(QUESTIONS))
    await player.answered()


async def small_refund(player: Player) -> None:
    """Paid at once: policy allows it."""
    await player.open(LATE)
    await player.until_status("solved", "open")


async def sent_twice(player: Player) -> None:
    """Every request goes out twice under its key."""
    await player.open(LATE, twice=True)
    await player.answered()
    await player.say(player.random.choice(QUESTIONS), twice=True)


async def approved(player: Player) -> None:
    """The big refund, and several people who approve it at the same moment."""
    approval = await player.paused(BROKEN)
    people = player.random.sample(OPERATORS, player.random.randint(1, len(OPERATORS)))
    twice = player.random.choice((True, False))
    await asyncio.gather(*(player.caller.decide(approval, "approved", by, twice=twice) for by in people))
    await player.until_status("solved", "open")


async def declined(player: Player) -> None:
    """The big refund, refused with a reason."""
    approval = await player.paused(BROKEN)
    await player.caller.decide(approval, "declined", player.random.choice(OPERATORS))
    await player.until_status("solved", "open")


async def amended(player: Player) -> None:
    """The big refund, made smaller by whoever decides."""
    approval = await player.paused(BROKEN)
    await player.caller.decide(approval, "amended", player.random.choice(OPERATORS), amount=30_000)
    await player.until_status("solved", "open", "on_hold")


async def withdrawn(player: Player) -> None:
    """The customer takes it back."""
    await player.paused(BROKEN)
    await player.say("Forget it, I don't want the refund any more.")


async def contested(player: Player) -> None:
    """Approved, declined and taken back at the same moment."""
    approval = await player.paused(BROKEN)
    first, second, _ = OPERATORS
    await asyncio.gather(
        player.caller.decide(approval, "approved", first),
        player.caller.decide(approval, "declined", second),
        player.send("Forget it, I don't want the refund any more."),
    )
    await player.answered()


async def asked_while_waiting(player: Player) -> None:
    """A question during the pause, then the approval."""
    approval = await player.paused(BROKEN)
    await player.say(player.random.choice(QUESTIONS))
    await player.caller.decide(approval, "approved", player.random.choice(OPERATORS))
    await player.until_status("solved", "open", "pending")  # the question may have led to one of ours


async def cancelled(player: Player) -> None:
    """An order is cancelled after the customer's yes."""
    await player.open("Please cancel my order, I don't need it any more.")
    await player.answered()
    await player.say("Yes, please go ahead.")


async def returned(player: Player) -> None:
    """An item goes back after the customer's yes."""
    await player.open("I'd like to return the rain jacket.")
    await player.answered()
    await player.say("Yes, please go ahead.", twice=player.random.choice((True, False)))


async def charged_twice(player: Player) -> None:
    """The second charge is refunded after the customer's yes."""
    await player.open("You charged me twice for my order.")
    await player.answered()
    await player.say("Yes, please go ahead.")


async def parcel(player: Player) -> None:
    """The carrier is asked."""
    await player.open("Where is my order?")
    await player.answered()


async def burst(player: Player) -> None:
    """Several messages without waiting, some at the same moment, so in no certain order."""
    await player.open(QUESTIONS[0])
    await player.pause(1.0)
    await asyncio.gather(*(player.send(text) for text in QUESTIONS[1:]))
    await player.answered()


async def reopened(player: Player) -> None:
    """Solved, and then the customer writes again, late."""
    await player.open(LATE)
    await player.until_status("solved", "open")
    await player.pause(4.0)
    await player.say(player.random.choice(QUESTIONS))


async def closed(player: Player) -> None:
    """Closed by an operator; a late message is refused, and a follow-up opened."""
    await player.open(LATE)
    await player.until_status("solved", "open")
    await player.caller.move(player.ticket_id, "close", {})
    await player.until_status("closed")
    await player.send(QUESTIONS[0])
    await player.follow_up(QUESTIONS[0])


async def closed_while_writing(player: Player) -> None:
    """The customer writes at the very moment somebody closes the ticket."""
    await player.open(player.random.choice(QUESTIONS))
    await player.answered()
    await asyncio.gather(player.caller.move(player.ticket_id, "close", {}), player.send(QUESTIONS[1]))
    await player.until_status("closed")


async def handed_off(player: Player) -> None:
    """A person takes over, the customer writes on, the person answers and solves it."""
    await player.open(LATE)
    await player.until_status("open", "solved")
    await player.caller.move(player.ticket_id, "take-over", {})
    await player.send("Any news?")
    reply: Mapping[str, object] = {"text": "I have sent the refund to your new card.", "solves": True}
    await player.caller.move(player.ticket_id, "reply", reply)
    await player.until_status("solved", "pending")


async def long(player: Player) -> None:
    """So many turns that the workflow continues as new on the way."""
    await player.open(QUESTIONS[0])
    await player.answered()
    for _ in range(6):
        await player.say(player.random.choice(QUESTIONS))


@dataclass(frozen=True)
class Kind:
    """A kind of ticket: who opens it, how it goes, and how often it comes among the others."""

    like: CustomerId  # of the example's people
    play: Callable[[Player], Awaitable[None]]
    weight: int


KINDS: dict[str, Kind] = {
    "question": Kind("cus_gia", question, 3),
    "small_refund": Kind("cus_ada", small_refund, 6),
    "sent_twice": Kind("cus_ada", sent_twice, 3),
    "approved": Kind("cus_dan", approved, 6),
    "declined": Kind("cus_dan", declined, 2),
    "amended": Kind("cus_dan", amended, 2),
    "withdrawn": Kind("cus_dan", withdrawn, 2),
    "contested": Kind("cus_dan", contested, 3),
    "asked_while_waiting": Kind("cus_dan", asked_while_waiting, 1),
    "cancelled": Kind("cus_finn", cancelled, 3),
    "returned": Kind("cus_gia", returned, 2),
    "charged_twice": Kind("cus_lea", charged_twice, 2),
    "parcel": Kind("cus_jon", parcel, 2),
    "burst": Kind("cus_gia", burst, 2),
    "reopened": Kind("cus_ada", reopened, 2),
    "closed": Kind("cus_ada", closed, 2),
    "closed_while_writing": Kind("cus_gia", closed_while_writing, 1),
    "handed_off": Kind("cus_ben", handed_off, 2),
    "long": Kind("cus_gia", long, 1),
}
