"""Slots: facts a procedure needs from the customer, and what may stand in one.

A slot value is a handle, a label, an amount or a *span*: where in which message the words stand. Words themselves never
travel; whoever needs them reads the message row.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.ids import Handle, Label, Sha256
from domain.model import Model
from domain.money import Money


class HandleValue(Model):
    """One record of the customer's."""

    kind: Literal["handle"] = "handle"
    handle: Handle


class HandlesValue(Model):
    """Several records of the customer's, in the order they were named."""

    kind: Literal["handles"] = "handles"
    handles: tuple[Handle, ...]


class PairsValue(Model):
    """Records of the customer's, each with another: an order line and the variant wanted instead."""

    kind: Literal["pairs"] = "pairs"
    pairs: tuple[tuple[Handle, Handle], ...]


class LabelValue(Model):
    """One of the slot's declared choices."""

    kind: Literal["label"] = "label"
    label: Label


class MoneyValue(Model):
    """An amount the customer named."""

    kind: Literal["money"] = "money"
    money: Money


class SpanValue(Model):
    """Words of the customer: characters `start` to `end` of message `seq`, with their digest."""

    kind: Literal["span"] = "span"
    seq: int
    start: int
    end: int
    sha256: Sha256


SlotValue = Annotated[
    HandleValue | HandlesValue | PairsValue | LabelValue | MoneyValue | SpanValue, Field(discriminator="kind")
]
SlotValues = dict[str, SlotValue]

SlotKind = Literal[
    "order",  # one order
    "items",  # one or more order lines
    "exchange",  # order lines, each with the variant wanted instead
    "refund",  # one refund
    "payment",  # one payment
    "payment_method",  # one payment method on file
    "address",  # an address of the profile, of another order, or written in the message
    "subscription",  # one subscription
    "invoice",  # one invoice
    "choice",  # one of the declared choices
    "amount",  # an amount of money
    "text",  # the customer's own words
]


class Choice(Model):
    """One value of a `choice` slot: its label, how it is shown, and the words that mean it."""

    label: Label
    shown: str
    means: tuple[str, ...] = ()


class SlotSpec(Model):
    """How one slot is found and asked for."""

    kind: SlotKind
    ask: Label  # the reply that asks for it; it may name {choices}
    #: For one choice that is left, a question of yes or no about {choices}; of an exchange it may name {exchange}.
    ask_one: Label | None = None
    #: The same, where what was asked for is sold out: it may name {sold_out} too.
    ask_instead: Label | None = None
    where: str | None = None  # CEL over `it` (the candidate), `customer`, `facts`: which records come into question
    choices: tuple[Choice, ...] = ()
    #: Take the only candidate, or the one this CEL over `it` singles out, without asking.
    take_only: bool = True
    prefer: str | None = None
    #: CEL over `it`: which candidates a question names, where any of them does; the customer may still name another.
    offers: str | None = None
    none_offered: Label | None = None  # the reply where nothing was named and no candidate is worth naming
    default: Label | None = None  # for `choice`: what silence means
