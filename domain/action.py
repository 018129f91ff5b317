"""Actions: declared operations on a back end, what is proposed, and what came of it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.canonical import sha256_of
from domain.ids import ActionId, Label, Sha256
from domain.model import Model
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

ArgumentValue = Annotated[
    HandleValue | HandlesValue | PairsValue | LabelValue | MoneyValue | SpanValue, Field(discriminator="kind")
]
Arguments = dict[str, ArgumentValue]


class Effect(StrEnum):
    """Whether an action changes the world."""

    read = "read"
    write = "write"


class ActionSpec(Model):
    """What policy, procedures and people need to know of an action; the back end holds how it is done."""

    name: Label
    title: str  # "Issue a refund"
    effect: Effect
    risk: Literal["low", "medium", "high"]
    arguments: dict[str, str]  # argument name -> slot kind
    choices: dict[str, tuple[Label, ...]] = {}  # of each argument of the kind `choice`, where they are known
    needs_approval: bool = False  # even where policy allows it: a floor that the back end's file sets


class ProposedAction(Model):
    """An action somebody wants done; `args_sha256` is what a confirmation and an approval are bound to."""

    action_id: ActionId
    name: Label
    args: Arguments
    wish: int
    args_sha256: Sha256

    @classmethod
    def of(cls, *, action_id: ActionId, name: Label, args: Arguments, wish: int) -> "ProposedAction":
        """Make a proposal and bind it to the digest of its name and arguments."""
        return cls(action_id=action_id, name=name, args=args, wish=wish, args_sha256=sha256_of([name, args]))

    def is_intact(self) -> bool:
        """Whether name and arguments are still those the digest was made of."""
        return self.args_sha256 == sha256_of([self.name, self.args])


class Cap(Model):
    """What all actions about one subject together may never exceed: "order:10042/EUR", and what was paid for it."""

    subject: str = Field(min_length=1, max_length=200)
    limit: Money


class ActionStatus(StrEnum):
    """How a performed action ended; `unknown` is settled by look-up, never by sending again."""

    succeeded = "succeeded"
    failed = "failed"  # the system of record refused, finally
    unknown = "unknown"  # nobody could say whether it took effect; a person settles it
    refused = "refused"  # policy, approval or ledger did not let it happen
    duplicate = "duplicate"  # the same intent was already carried out, here or on another ticket
    paused = "paused"  # a pause holds it back; nothing was sent, and it is tried again when the pause ends


class ActionResult(Model):
    """What came of an action: labels, amounts and row ids; its words stay in the ledger row."""

    action_id: ActionId
    name: Label
    status: ActionStatus
    code: Label  # "succeeded", or why not: "already_refunded", "wrong_status", …
    amount: Money | None = None
    context_id: int | None = None  # the customer context read back after a write
    fact_id: int | None = None  # the stored answer of a read
    is_read_back: bool = False  # the system of record shows the effect
    is_pending: bool = False  # … but not its end: a refund that is submitted and not booked yet
