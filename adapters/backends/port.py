"""The port to a system of record: what a back end must offer so that actions can happen exactly once.

Everything runs inside a scope that the server bound when the ticket was opened; no method takes an identity from a
model.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from pydantic import JsonValue

from domain.action import ActionSpec, Arguments, Cap, ProposedAction
from domain.customer import CustomerContext
from domain.ids import CustomerId, Label, TenantId, TicketId
from domain.model import Model
from domain.money import Money
from domain.ticket import IdentityLevel


class Scope(Model):
    """Whose data may be touched, and on behalf of which ticket."""

    tenant: TenantId
    customer_id: CustomerId
    ticket_id: TicketId
    identity: IdentityLevel


class Prepared(Model):
    """An action with every handle resolved to the back end's own references and every precondition checked.

    `args` is what the ledger keeps and what is sent; `business_key` names the intent: two actions with the same key are
    the same wish, whoever proposes them, on whichever ticket.
    """

    action: Label
    args: dict[str, JsonValue]
    business_key: str
    amount: Money | None = None  # what it costs the business, for policy and budgets
    cap: Cap | None = None  # where money goes back: of what payment, and how much that was
    shown: dict[str, str] = {}  # argument -> how a person reads it, rendered by code


#: A back end's `prepare` by itself: pure, so that whoever has the records needs no open back end for it.
Prepare = Callable[[CustomerContext, ProposedAction, Mapping[str, str]], Prepared]


class BackendOutcome(Model):
    """What the system of record answered: done, or finally refused with a code.

    `settles_later` where it was accepted and may still fail, as a refund that a bank takes days over: `progress` tells.
    """

    status: Literal["succeeded", "failed"]
    code: Label
    ref: str | None = None  # its own id of the effect
    amount: Money | None = None
    settles_later: bool = False
    facts: dict[str, JsonValue] = {}  # kept in the ledger row, for replies and the audit


class Progress(Model):
    """How far an effect is that settles later; `code` says why it failed or what it waits for, else it is the state.

    Only an effect that was found and says so has failed: a failure frees its intent, and so its money, for once more.
    """

    state: Literal["pending", "settled", "failed"]
    code: Label


#: The effect was made, and is not shown now: a replica that lags, a record that was moved. It is watched on, and at the
#: bound a person goes after it.
NOT_SHOWN = Progress(state="pending", code="not_found")


class Undoing(NamedTuple):
    """The action that would undo an effect: an ordinary one of the same back end, under policy like any other."""

    action: Label
    args: Arguments


class Backend(Protocol):
    """One tenant's system of record."""

    @property
    def specs(self) -> Mapping[Label, ActionSpec]:
        """The actions it offers."""
        ...

    async def gather(self, scope: Scope, now: datetime) -> CustomerContext:
        """Assemble the customer context inside the scope; anonymous or merely claimed writers get an empty one.

        Raises:
            Unavailable: the system does not answer now.
        """
        ...

    def prepare(self, context: CustomerContext, action: ProposedAction, spans: Mapping[str, str]) -> Prepared:
        """Resolve the arguments against what the customer can see, and check the preconditions; pure, no I/O.

        `spans` holds the words behind span arguments, by argument name.

        Raises:
            ActionRefused: a handle names nothing (`facts["code"]` = "unknown_record"), or a precondition fails (its
            code).
        """
        ...

    async def read(self, scope: Scope, prepared: Prepared, now: datetime) -> dict[str, JsonValue]:
        """Carry out a read action and return its answer."""
        ...

    async def perform(self, scope: Scope, prepared: Prepared, idempotency_key: str, now: datetime) -> BackendOutcome:
        """Carry out a write once per idempotency key.

        Raises:
            EffectUnknown: it may or may not have happened: look it up.
            Unavailable: it certainly has not happened; trying again with the same key is safe.
        """
        ...

    async def look_up(self, scope: Scope, prepared: Prepared, idempotency_key: str) -> BackendOutcome | None:
        """What became of an earlier `perform` with this key; None when sending it again with the key is safe.

        Raises:
            Unavailable: the system does not answer now.
            EffectUnknown: it is not found, and that proves nothing: the system does not promise to do a key once.
        """
        ...

    async def read_back(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> bool:
        """Whether the system of record now shows the effect."""
        ...

    async def progress(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> Progress:
        """How far a successful effect is that `settles_later`; one that does not is settled.

        It may be asked for days, and asks nothing but to be told: it changes nothing. An effect that is not found, or
        does not look like what was wanted, is `NOT_SHOWN`, never failed.

        Raises:
            Unavailable: the system does not answer now.
        """
        ...

    def undo(
        self, scope: Scope, context: CustomerContext, prepared: Prepared, outcome: BackendOutcome
    ) -> Undoing | None:
        """The action that undoes a successful effect, by what the records show now; None where there is none.

        Pure, as `prepare` is. Whether it may be done is for policy and `prepare` to say, as of any action.
        """
        ...
