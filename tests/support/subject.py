"""A back end under test: the port to it, and a hand on the other side of the remote system behind it."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from adapters.backends.port import Backend, BackendOutcome, Scope
from domain.action import Arguments
from domain.customer import CustomerContext
from domain.ids import Label


class Fault(StrEnum):
    """What the next write meets."""

    unreached = "unreached"  # the request never arrives
    lost_answer = "lost_answer"  # carried out, and the answer is lost
    error_forever = "error_forever"  # not carried out; answers 500 to this key from now on
    slow = "slow"  # carried out after the caller has given up
    refused = "refused"  # turned down by a rule of the system's own
    pending = "pending"  # accepted, and its end is open


class Subject(Protocol):
    """One running back end with data in it, and a hand on the remote system's other side."""

    @property
    def backend(self) -> Backend:
        """What is tested."""
        ...

    @property
    def scope(self) -> Scope:
        """A ticket of a customer, proven, for whom `write` can be done."""
        ...

    @property
    def stranger(self) -> Scope:
        """A ticket of another customer of the same tenant, proven, who has records of their own."""
        ...

    @property
    def now(self) -> datetime:
        """The time to act at."""
        ...

    @property
    def faults(self) -> AbstractSet[Fault]:
        """The faults that can be injected."""
        ...

    def write(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """A write action that succeeds, with arguments from this context; the same each time for the same records."""
        ...

    def read(self, context: CustomerContext) -> tuple[Label, Arguments] | None:
        """A read action with arguments from this context; None where the back end has no reads."""
        ...

    async def inject(self, fault: Fault) -> None:
        """Let the next write request meet a fault; requests that only ask are not concerned."""
        ...

    async def finish(self) -> None:
        """Wait until the remote system has done what is still under way there (after `slow`)."""
        ...

    async def settle(self, outcome: BackendOutcome, *, fails: bool) -> None:
        """Let a pending effect end, as a bank would some days later."""
        ...

    async def prune_keys(self) -> None:
        """Let the remote system forget every idempotency key."""
        ...

    async def effects(self) -> dict[str, int]:
        """How many effects each idempotency key had, by the remote system's own log; keys as `perform` got them."""
        ...
