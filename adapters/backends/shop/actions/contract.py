"""What an action of this back end is made of.

A read answers. A write is `prepare` (pure), `check` (under row locks, just before anything happens: what money must
move?) and `apply` (the change itself, after the money moved). That it happens once per key is the business of
`writes.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import JsonValue

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.transfers import Moved, Parent, Transfer
from domain.action import ActionSpec, Effect
from domain.ids import Label
from domain.model import Model
from domain.money import Money

Args = TypeVar("Args", bound=Model)


@dataclass(frozen=True, slots=True)
class Effected:
    """What a write did: `ref` is the shop's own id of it, `facts` go into the ledger row."""

    ref: str
    amount: Money | None = None
    code: str = "succeeded"
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Needed:
    """What money must move before a write may be applied, and what for.

    `holds_order` where the order must not change while the money moves.
    """

    parent: Parent = field(default_factory=Parent)
    transfers: tuple[Transfer, ...] = ()
    holds_order: bool = False


class Action(ABC, Generic[Args]):
    """Common to reads and writes: the spec, and how arguments become the back end's own."""

    spec: ClassVar[ActionSpec]
    args: type[Args]

    @abstractmethod
    def prepare(self, asked: Asked) -> Prepared:
        """Resolve the arguments and check the preconditions; pure. Raises ActionRefused."""

    def own(self, prepared: Prepared) -> Args:
        """The typed arguments of an action prepared earlier, by this process or another."""
        return self.args.model_validate(prepared.args)


class ReadAction(Action[Args]):
    """An action that answers and changes nothing."""

    @abstractmethod
    async def answer(
        self, tx: Transaction, provider: PaymentProvider, args: Args, now: datetime
    ) -> dict[str, JsonValue]:
        """The answer, in JSON; dates as ISO 8601, money as {amount, currency}."""


class WriteAction(Action[Args]):
    """An action that changes the shop and perhaps moves money."""

    @abstractmethod
    async def check(self, tx: Transaction, args: Args) -> Needed:
        """Lock what will change and look again whether it may; raises ActionRefused, changes nothing."""

    @abstractmethod
    async def apply(self, tx: Transaction, args: Args, moved: Moved, at: datetime) -> Effected:
        """Make the change; the money in `moved` has moved, in part or as a whole."""

    @abstractmethod
    async def is_shown(self, tx: Transaction, args: Args, outcome: BackendOutcome) -> bool:
        """Whether the shop's own rows show the effect; what the provider shows is checked beside it."""


def spec(
    name: str,
    title: str,
    effect: Literal["read", "write"],
    risk: Literal["low", "medium", "high"],
    **arguments: str | tuple[Label, ...],
) -> ActionSpec:
    """Declare an action: its arguments as name=slot kind, or name=choices."""
    return ActionSpec(
        name=name,
        title=title,
        effect=Effect(effect),
        risk=risk,
        arguments={argument: kind if isinstance(kind, str) else "choice" for argument, kind in arguments.items()},
        choices={argument: kind for argument, kind in arguments.items() if not isinstance(kind, str)},
    )


AnyRead = ReadAction[Any]
AnyWrite = WriteAction[Any]
