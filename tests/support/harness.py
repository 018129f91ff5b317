"""A whole Setright for a test: its own database on a real Postgres, a real Temporal, a worker in this process."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection, sql
from pydantic import SecretStr
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.desk import Desk
from domain.action import ProposedAction
from domain.approval import EVERY_ROLE, Decision, DecisionReceipt, DecisionVerdict
from domain.ids import CustomerId, TenantId, new_ticket_id, workflow_id
from domain.message import AuthorKind, Message
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from runtime.settings import Settings
from runtime.worker import make_worker
from store.approvals import ApprovalRow, NewDecision, insert_decision, list_approvals
from store.events import read_events
from store.handoffs import HandoffRow, list_handoffs
from store.inbox import IncomingMessage, Stub, accept_message
from store.ledger import LedgerRow, ticket_actions
from store.messages import read_messages
from store.tickets import TicketRow, read_ticket
from workflows.handlers import TicketView
from workflows.state import TicketInput
from workflows.ticket import TicketWorkflow

SECRET = SecretStr("test-secret-test-secret-test-secret")
TEMPLATE = "setright_template"


def database_name(settings: Settings) -> str:
    """The database that settings point to."""
    if settings.database_url is None:
        raise RuntimeError("a test's settings name its database")
    return settings.database_url.get_secret_value().rpartition("/")[2]


@asynccontextmanager
async def cloned_database(superuser_url: str) -> AsyncIterator[str]:
    """A database of a test's own, copied from the seeded template; yields its name."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    async with await AsyncConnection.connect(superuser_url, autocommit=True) as conn:
        await conn.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
        )
    try:
        yield name
    finally:
        async with await AsyncConnection.connect(superuser_url, autocommit=True) as conn:
            await conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@dataclass
class Harness:
    """What a story needs: say something, wait, look."""

    settings: Settings
    client: Client
    desk: Desk
    superuser_url: str
    environment: WorkflowEnvironment | None = None
    tenant: TenantId = "meridian"
    nudged: dict[str, TicketRef] = field(default_factory=dict)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Worker]:
        """A worker on this test's own task queue; it ends when no ticket thinks of a suggestion any more."""
        async with make_worker(self.client, self.desk, self.settings) as worker:
            yield worker
            for ref in self.nudged.values():
                await eventually(lambda ref=ref: self._is_idle(ref), within=10)  # type: ignore[misc]

    async def _is_idle(self, ref: TicketRef) -> bool:
        try:
            return not (await self.view(ref)).is_suggesting
        except RPCError:
            return True  # it has ended

    def superuser_address(self) -> str:
        """The superuser's address of this harness's own database."""
        return self.superuser_url.rpartition("/")[0] + "/" + database_name(self.settings)

    def ref(self, customer: CustomerId, identity: IdentityLevel = IdentityLevel.proven) -> TicketRef:
        """A new ticket of a customer."""
        return TicketRef(
            tenant=self.tenant, ticket_id=new_ticket_id(), customer_id=customer, channel="api", identity=identity
        )

    async def accept(self, ref: TicketRef, text: str, *, is_new: bool, at: datetime | None = None) -> int:
        """Commit a customer's message, as the API does; returns its seq."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            accepted = await accept_message(
                conn,
                ref,
                IncomingMessage(text=text, at=at or datetime.now(UTC), author=AuthorKind.customer),
                stub=Stub() if is_new else None,
            )
        return accepted.seq

    async def nudge(self, ref: TicketRef, seq: int) -> None:
        """Tell the ticket's workflow, starting it if need be."""
        self.nudged[ref.ticket_id] = ref
        start = WithStartWorkflowOperation(
            TicketWorkflow.run,
            TicketInput(ref=ref),
            id=workflow_id(ref.ticket_id),
            task_queue=self.settings.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
        await self.client.execute_update_with_start_workflow(
            TicketWorkflow.receive, seq, start_workflow_operation=start
        )

    async def open(self, customer: CustomerId, text: str, identity: IdentityLevel = IdentityLevel.proven) -> TicketRef:
        """A new ticket, whose first turn is over when this returns."""
        ref = self.ref(customer, identity)
        seq = await self.accept(ref, text, is_new=True)
        await self.nudge(ref, seq)
        await self.answered(ref, seq)
        return ref

    async def say(self, ref: TicketRef, text: str) -> None:
        """One more message of the customer, and the turn it makes."""
        seq = await self.accept(ref, text, is_new=False)
        await self.nudge(ref, seq)
        await self.answered(ref, seq)

    async def view(self, ref: TicketRef) -> TicketView:
        """What the workflow says of itself."""
        return await self.client.get_workflow_handle_for(TicketWorkflow.run, workflow_id(ref.ticket_id)).query(
            TicketWorkflow.view
        )

    async def answered(self, ref: TicketRef, seq: int, *, within: float = 30.0) -> TicketRow:
        """Wait until a turn that read message `seq` is recorded."""

        async def is_done() -> bool:
            async with self.desk.pools.operator(ref.tenant) as conn:
                events = await read_events(conn, ref.tenant, ref.ticket_id)
            received = [e.seq for e in events if e.kind == "message_received" and e.body.get("seq") == seq]
            ends = {"reply_sent", "handed_off", "status_changed", "resolved"}
            return bool(received) and any(e.kind in ends and e.seq > received[0] for e in events)

        await eventually(is_done, within=within)
        return await self.ticket(ref)

    async def until(self, ref: TicketRef, status: TicketStatus, *, within: float = 30.0) -> TicketRow:
        """Wait until the ticket has a status."""

        async def is_there() -> bool:
            return (await self.ticket(ref)).status is status

        await eventually(is_there, within=within)
        return await self.ticket(ref)

    async def ticket(self, ref: TicketRef) -> TicketRow:
        """The ticket's row."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            return await read_ticket(conn, ref.tenant, ref.ticket_id)

    async def messages(self, ref: TicketRef) -> list[Message]:
        """The conversation."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            return await read_messages(conn, ref.tenant, ref.ticket_id)

    async def last_reply(self, ref: TicketRef) -> str:
        """The assistant's last words."""
        replies = [m.text for m in await self.messages(ref) if m.author is AuthorKind.assistant]
        return replies[-1] if replies else ""

    async def actions(self, ref: TicketRef) -> list[LedgerRow]:
        """What was done, as the ledger has it."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            return await ticket_actions(conn, ref.tenant, ref.ticket_id)

    async def handoffs(self, ref: TicketRef) -> list[HandoffRow]:
        """The handoffs of a ticket."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            return await list_handoffs(conn, ref.tenant, ticket_id=ref.ticket_id, waiting=False)

    async def approvals(self, ref: TicketRef) -> list[ApprovalRow]:
        """The open approvals of a ticket."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            return await list_approvals(conn, ref.tenant, ticket_id=ref.ticket_id)

    async def decide(
        self,
        ref: TicketRef,
        verdict: DecisionVerdict,
        *,
        by: str = "olga",
        reason: str | None = None,
        amended: ProposedAction | None = None,
        at: datetime | None = None,
    ) -> DecisionReceipt:
        """An operator decides on the one open approval."""
        (request,) = await self.approvals(ref)
        return await self.decide_on(ref, request, verdict, by=by, reason=reason, amended=amended, at=at)

    async def decide_on(
        self,
        ref: TicketRef,
        request: ApprovalRow,
        verdict: DecisionVerdict,
        *,
        by: str = "olga",
        reason: str | None = None,
        amended: ProposedAction | None = None,
        at: datetime | None = None,
    ) -> DecisionReceipt:
        """An operator decides on an approval they were shown: the row first, then the update, as the API does."""
        async with self.desk.pools.operator(ref.tenant) as conn:
            decision: Decision = await insert_decision(
                conn,
                ref.tenant,
                NewDecision(
                    approval_id=request.approval_id,
                    verdict=verdict,
                    args_sha256=request.action.args_sha256,
                    decided_by=by,
                    reason=reason,
                    amended=amended,
                    at=at or datetime.now(UTC),
                    auth_method="api_key",
                    key_kind="operator",
                    roles=(EVERY_ROLE,),
                ),
            )
        handle = self.client.get_workflow_handle_for(TicketWorkflow.run, workflow_id(ref.ticket_id))
        return await handle.execute_update(TicketWorkflow.decide, decision)

    async def race(
        self, ref: TicketRef, request: ApprovalRow, people: list[str]
    ) -> list[DecisionReceipt | BaseException]:
        """Several operators approve at the same moment."""
        return await asyncio.gather(
            *(self.decide_on(ref, request, DecisionVerdict.approved, by=by) for by in people), return_exceptions=True
        )

    async def sleep(self, span: timedelta) -> None:
        """Let time pass, on a server that skips it."""
        if self.environment is None:
            raise RuntimeError("only a time-skipping harness can let days pass")
        await self.environment.sleep(span)

    async def now(self) -> datetime:
        """The server's time, which may be days ahead of ours."""
        return datetime.now(UTC) if self.environment is None else await self.environment.get_current_time()


async def eventually(check: Callable[[], Awaitable[bool]], *, within: float) -> None:
    """Wait until an async check holds; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        if await check():
            return
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)
