"""What tests of the Stripe back end do: one ticket after another wants money back."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr

from adapters.backends.port import BackendOutcome, Prepared, Scope
from adapters.backends.stripe.account import CustomerById, CustomerByMetadata, StripeAccount
from adapters.backends.stripe.backend import StripeBackend
from domain.action import ArgumentValue, ProposedAction
from domain.customer import CustomerContext
from domain.errors import EffectUnknown, Unavailable
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from domain.ticket import IdentityLevel
from tests.support.stripe_server.faults import Fault, FaultKind
from tests.support.stripe_server.serving import API_KEY, StripeServer

TICKET = "T-0000TEST"


def account_at(
    server: StripeServer, customers: CustomerById | CustomerByMetadata | None = None, patience: float = 0.4
) -> StripeAccount:
    """The configuration of an account that is served on this machine."""
    return StripeAccount(
        api_key=SecretStr(API_KEY),
        customers=customers or CustomerById(by="id"),
        api_base=server.url,
        answer_seconds=patience,
    )


@dataclass
class CashDesk:
    """The back end, the server behind it, and the charge that most tests are about."""

    backend: StripeBackend
    server: StripeServer
    charge: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def now(self) -> datetime:
        """The account's time."""
        return datetime.fromtimestamp(self.server.clock(), UTC)

    def scope(self, customer: str = "cus_dan", identity: IdentityLevel = IdentityLevel.proven) -> Scope:
        """The scope of a ticket of this customer."""
        return Scope(tenant="meridian", customer_id=customer, ticket_id=TICKET, identity=identity)

    async def context(self, customer: str = "cus_dan") -> CustomerContext:
        """What Stripe shows of a customer now."""
        return await self.backend.gather(self.scope(customer), self.now)

    async def prepare(self, name: str, **args: ArgumentValue) -> Prepared:
        """Prepare an action for Dan on what Stripe shows now."""
        action = ProposedAction.of(action_id=f"{TICKET}/a{next(self._numbers)}", name=name, args=args, wish=0)
        return self.backend.prepare(await self.context(), action, {})

    async def refund(self, amount: int = 5000, reason: str = "damaged", currency: str = "EUR") -> Prepared:
        """A part of Dan's latest payment, to be given back."""
        payment = (await self.context()).payments[0].handle
        return await self.prepare(
            "issue_refund",
            payment=HandleValue(handle=payment),
            amount=MoneyValue(money=Money(amount=amount, currency=currency)),
            reason=LabelValue(label=reason),
        )

    async def perform(self, prepared: Prepared, key: str = "key-1") -> BackendOutcome:
        """Carry out a prepared action."""
        return await self.backend.perform(self.scope(), prepared, key, self.now)

    async def look_up(self, prepared: Prepared, key: str = "key-1") -> BackendOutcome | None:
        """Ask what became of an earlier attempt."""
        return await self.backend.look_up(self.scope(), prepared, key)

    async def settled(self, prepared: Prepared, key: str = "key-1", attempts: int = 6) -> BackendOutcome | None:
        """Do what the activity does: look first, send what is not found, and give up in the end."""
        for _ in range(attempts):
            try:
                found = await self.look_up(prepared, key)
                return found if found is not None else await self.perform(prepared, key)
            except (EffectUnknown, Unavailable):
                continue
        return None

    def inject(self, kind: FaultKind, times: int = 1, **more: float | str) -> None:
        """Let Stripe's next answers to a POST about refunds fail."""
        self.server.account.faults.inject(Fault(kind, **more), times)  # type: ignore[arg-type]

    @property
    def effects(self) -> dict[str | None, int]:
        """How often money went back, by key, as the server's own log has it."""
        return self.server.books.effects_by_key()

    @property
    def posts(self) -> int:
        """How many requests to change something have arrived."""
        return sum(call.method == "POST" for call in self.server.account.calls)
