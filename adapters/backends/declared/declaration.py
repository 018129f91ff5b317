"""What a file says of a back end that is declared rather than programmed: how records are gathered and actions done.

`CallT` is how one asks this kind of system: an HTTP request, an MCP tool. Nothing here asks anything.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Generic, Literal, TypeVar, get_args

from pydantic import Field, model_validator

from adapters.backends.declared.expression import (
    AnswerExpression,
    ArgumentExpression,
    ArgumentTemplate,
    ResultExpression,
    holes,
)
from adapters.backends.declared.record_map import RecordMap
from domain.action import ActionSpec, Effect
from domain.ids import Label
from domain.model import Model
from domain.money import Currency
from domain.slot import SlotKind

#: Who somebody is comes from the ticket's scope, and where requests go from this file: neither is ever an argument.
_IDENTITY = re.compile(r"tenant|customer|account|user|e_?mail|phone|url|uri|host|link|sql|query|path", re.IGNORECASE)
#: The longest that one call may wait: a write, the look-up before it and those after it fit into one attempt (ATTEMPT).
MOST_MS = 10_000
_KINDS: frozenset[str] = frozenset(get_args(SlotKind))


class Call(Model):
    """Common to all calls: where in its answer the thing stands that it is about; of a list, the first."""

    it: AnswerExpression = "answer"


CallT = TypeVar("CallT", bound=Call)


class MoneyUnit(Model):
    """How this system writes amounts: whole minor units (1250) or decimal major units ("12.50"), and in which currency.

    `currency` is for amounts that come without one.
    """

    unit: Literal["minor", "major"]
    currency: Currency


class Result(Model):
    """How this system tells of an effect, whichever call it answers; over `it`, the thing found in the answer."""

    ref: ResultExpression | None = None  # its id; text or a whole number
    amount: ResultExpression | None = None
    holds: ResultExpression = "true"  # what is true of the effect that was asked for, and of no other
    pending: ResultExpression = "false"  # accepted, and it may still fail
    failed: ResultExpression = "false"  # refused or failed for good
    code: ResultExpression | None = None  # why it failed
    facts: dict[Label, ResultExpression] = {}  # what replies may tell; for a read, the whole answer


class Undo(Model):
    """The action of the same back end that undoes an effect; an argument: the ref of a record, a choice, an amount."""

    action: Label
    args: dict[str, ResultExpression]


class CapOn(Model):
    """What everything that pays back one thing together may never exceed: `payment:…`, and what was paid for it."""

    of: ArgumentTemplate
    limit: ArgumentExpression


class DeclaredAction(Model, Generic[CallT]):
    """One action."""

    title: str
    effect: Effect
    risk: Literal["low", "medium", "high"] = "high"
    approval: Literal["by_policy", "required"] = "by_policy"
    #: by_key: the system does the same key once, so what is not found may be sent again. by_look_up: it knows no keys;
    #: a person settles what may have happened and is not found.
    once: Literal["by_key", "by_look_up"] = "by_key"
    arguments: dict[Label, SlotKind | tuple[Label, ...]] = {}  # name -> slot kind, or the choices
    optional: tuple[Label, ...] = ()
    where: dict[Label, ArgumentExpression] = {}  # code of the refusal -> what must be true
    keep: dict[Label, ArgumentExpression] = {}  # what calls need besides the arguments, as `kept`
    business_key: ArgumentTemplate | None = None  # names the intent: the same wish gives the same text
    amount: ArgumentExpression | None = None  # what it costs the business
    cap: CapOn | None = None  # where money goes back; the ledger adds up what has gone
    uncapped: bool = False  # nothing was paid for it, as for a voucher: budgets alone limit it
    send: CallT
    look_up: CallT | None = None
    read_back: CallT | None = None
    result: Result = Result()
    refusals: dict[Label, AnswerExpression] = {}  # code -> what a refusal with that code looks like
    undo: Undo | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "DeclaredAction[CallT]":
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        for argument, kind in self.arguments.items():
            if _IDENTITY.search(argument):
                yield f"arguments.{argument}: who somebody is and where requests go is never an argument; rename it"
            if kind == "choice":
                yield f"arguments.{argument}: name the choices: [one, another]"
        for argument in self.optional:
            if argument not in self.arguments:
                yield f"optional: there is no argument '{argument}'"
        if self.effect is Effect.write:
            yield from self._problems_of_a_write()

    def _problems_of_a_write(self) -> Iterator[str]:
        for field in ("business_key", "look_up", "read_back"):
            if getattr(self, field) is None:
                yield f"{field} is missing: a write cannot be done once and proven without it"
        if self.business_key is not None and not any("args." in hole for hole in holes(self.business_key)):
            yield "business_key: must name an argument ({args.…}), or all wishes would be one"
        if self.cap is not None and self.amount is None:
            yield "cap: needs an amount to add up"
        if self.amount is not None and (self.cap is None) != self.uncapped:
            yield "cap: say of what money goes back and how much that was, or 'uncapped: true' where nothing was paid"

    def spec(self, name: Label) -> ActionSpec:
        """What policy, procedures and people need to know of it."""
        kinds: dict[str, str] = {
            argument: kind if isinstance(kind, str) else "choice" for argument, kind in self.arguments.items()
        }
        return ActionSpec(
            name=name,
            title=self.title,
            effect=self.effect,
            risk=self.risk,
            arguments=kinds,
            choices={argument: kind for argument, kind in self.arguments.items() if not isinstance(kind, str)},
            needs_approval=self.approval == "required",
        )


class Declaration(Model, Generic[CallT]):
    """A back end's file."""

    money: MoneyUnit
    records: RecordMap[CallT] | None = None  # None where another back end of the tenant has the records
    actions: Annotated[Mapping[Label, DeclaredAction[CallT]], Field(min_length=1)]

    @model_validator(mode="after")
    def _undoing_exists(self) -> "Declaration[CallT]":
        for name, action in self.actions.items():
            if action.undo is None:
                continue
            undoing = self.actions.get(action.undo.action)
            if undoing is None or undoing.effect is not Effect.write:
                raise ValueError(f"actions.{name}.undo.action: there is no write action '{action.undo.action}'")
            for argument in action.undo.args:
                if undoing.arguments.get(argument, "text") in {"text", "items", "exchange"}:
                    raise ValueError(f"actions.{name}.undo.args.{argument}: only one record, a choice or an amount")
        return self
