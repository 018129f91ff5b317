"""A ticket without Temporal: the same graph, activities and database, one turn after another in this process.

For measuring over many tickets. Nothing is durable, and nobody approves: what waits for approval ends the ticket.
"""

from collections.abc import Callable
from datetime import datetime

from activities.actions import Actions
from activities.desk import Desk
from activities.knowledge import Knowledge
from activities.policy import PolicyJudge
from activities.replies import Replies
from activities.understanding import Understanding
from domain.memory import Asked, Memory
from domain.outcome import TurnOutcome
from domain.ticket import TicketRef
from evals.effects import DirectEffects
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import run_turn
from store.drafts import read_draft
from store.inbox import IncomingMessage, Stub, accept_message


class DirectTicket:
    """One customer's ticket, driven by hand: say something, look at the outcome."""

    def __init__(self, desk: Desk, ref: TicketRef, clock: Callable[[], datetime]) -> None:
        self.ref = ref
        self.memory = Memory()
        self.turns = 0
        self.replies: list[str] = []
        self._desk = desk
        self._clock = clock
        self._context = TurnContext(
            effects=DirectEffects(
                understanding=Understanding(desk),
                knowledge=Knowledge(desk),
                policy=PolicyJudge(desk),
                actions=Actions(desk),
                replies=Replies(desk),
            )
        )

    @property
    def asked(self) -> Asked | None:
        """What the last reply asked."""
        return self.memory.asked

    async def say(self, text: str) -> TurnOutcome:
        """Send a message and run its turn; raises whatever a turn raises."""
        now = self._clock()
        async with self._desk.pools.operator(self.ref.tenant) as conn:
            stub = Stub() if self.turns == 0 else None
            accepted = await accept_message(conn, self.ref, IncomingMessage(text=text, at=now), stub=stub)
        self.turns += 1
        start = TurnState(
            ticket=self.ref,
            turn=self.turns,
            now=now,
            trigger=Trigger.message,
            memory=self.memory,
            seqs=(accepted.seq,),
        )
        final = await run_turn(start, self._context)
        if final.outcome is None:
            raise RuntimeError("the graph ended without an outcome")
        asked = final.memory.asked if final.question is not None else None
        self.memory = final.memory.model_copy(update={"asked": asked, "untold": (), "is_introduced": True})
        if final.outcome.draft is not None:
            async with self._desk.pools.operator(self.ref.tenant) as conn:
                draft = await read_draft(conn, self.ref.tenant, final.outcome.draft.draft_id)
            self.replies.append(draft.text)
        return final.outcome
