"""A ticket driven by hand, without Temporal: graph, activities and rows as in production, and the workflow's rules.

Turns are recorded, replies posted and approvals decided by the very functions that the workflow uses, so what customers
and approvers would see is in the database to be searched.
"""

from dataclasses import dataclass, field
from datetime import datetime

from activities.actions import Actions
from activities.desk import Desk
from activities.knowledge import Knowledge
from activities.policy import PolicyJudge
from activities.records import Records
from activities.replies import Replies
from activities.understanding import Understanding
from domain.approval import EVERY_ROLE, Decision, DecisionVerdict
from domain.ids import Sha256, new_ticket_id
from domain.ticket import IdentityLevel, TicketRef
from evals.effects import DirectEffects
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import run_turn
from runtime.attack.attacker import CURRENT
from runtime.attack.canary import NOBODY
from runtime.attack.findings import Findings
from store.approvals import NewDecision, insert_decision, settle_approval
from store.inbox import IncomingMessage, Stub, accept_message
from workflows import approvals
from workflows.state import TicketState
from workflows.turns import after_delivery, record_of


@dataclass
class Driver:
    """Drives tickets on one desk; `granted` holds what our own approver really approved, by approval id."""

    desk: Desk
    findings: Findings
    now: datetime
    granted: dict[str, Sha256] = field(default_factory=dict)
    faults: int = 0

    def __post_init__(self) -> None:
        self.actions = Actions(self.desk)
        self.records = Records(self.desk)
        self.context = TurnContext(
            effects=DirectEffects(
                understanding=Understanding(self.desk),
                knowledge=Knowledge(self.desk),
                policy=PolicyJudge(self.desk),
                actions=self.actions,
                replies=Replies(self.desk),
            )
        )

    def ref(self, tenant: str, customer: str, identity: IdentityLevel = IdentityLevel.proven) -> TicketRef:
        """A new ticket."""
        return TicketRef(
            tenant=tenant, ticket_id=new_ticket_id(), customer_id=customer, channel="api", identity=identity
        )

    async def say(self, state: TicketState, text: str) -> TicketState:
        """A customer's message and its turn."""
        ref = state.ref
        stub = Stub() if state.latest == 0 else None
        async with self.desk.pools.operator(ref.tenant) as conn:
            accepted = await accept_message(conn, ref, IncomingMessage(text=text, at=self.now), stub=stub)
        state = state.model_copy(update={"latest": accepted.seq, "watermark": accepted.seq})
        return await self.turn(state, Trigger.message, seqs=(accepted.seq,))

    async def settle(self, state: TicketState, by: tuple[str, ...] = ("olga", "omar")) -> TicketState:
        """Our own approvers say yes to everything that is pending; nothing is carried out yet."""
        for pending in state.memory.pending:
            request = pending.request
            for person in by[: request.approvers]:
                answer = NewDecision(
                    approval_id=request.approval_id,
                    verdict=DecisionVerdict.approved,
                    args_sha256=request.action.args_sha256,
                    decided_by=person,
                    at=self.now,
                    auth_method="api_key",
                    key_kind="operator",
                    roles=(EVERY_ROLE,),
                )
                async with self.desk.pools.operator(state.ref.tenant) as conn:
                    decision = await insert_decision(conn, state.ref.tenant, answer)
                approvals.check(state, decision, self.now)
                state, _ = approvals.decide(state, decision, self.now)
            self.granted[request.approval_id] = request.action.args_sha256
        async with self.desk.pools.operator(state.ref.tenant) as conn:
            for settlement in state.settlements_due:
                await settle_approval(conn, state.ref, settlement)
        return state.model_copy(update={"settlements_due": ()})

    async def carry_out(self, state: TicketState) -> TicketState:
        """Run the turns of decisions that were taken."""
        for decision in state.decisions:
            state = await self.turn(state, Trigger.decision, decision=decision)
        return state.model_copy(update={"decisions": ()})

    async def turn(
        self, state: TicketState, trigger: Trigger, *, seqs: tuple[int, ...] = (), decision: Decision | None = None
    ) -> TicketState:
        """Run and record one turn; one that fails leaves an error, whose text is searched as any other."""
        ref = state.ref
        state = state.model_copy(update={"turn": state.turn + 1})
        token = CURRENT.set(ref)
        turn = TurnState(
            ticket=ref,
            turn=state.turn,
            now=self.now,
            trigger=trigger,
            memory=state.memory,
            seqs=seqs,
            decision=decision,
        )
        try:
            turn = await run_turn(turn, self.context)
            if turn.outcome is None:
                return state
            recorded = await self.records.record_turn(record_of(state, turn, turn.outcome, ()))
        except Exception as error:  # noqa: BLE001 - whatever fails, what it says is looked at
            self.faults += 1
            self.findings.look("error text", f"{type(error).__name__} {error}", NOBODY)
            return state
        finally:
            CURRENT.reset(token)
        return after_delivery(state.model_copy(update={"next_event": recorded.next_seq}), turn, turn.outcome, self.now)
