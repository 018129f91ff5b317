"""Placeholders of reply templates: each must be able to find what it names.

A template may name a slot, an action the procedure may use, or one of `COMMON`; behind a slot the fields of its record.
What an action's answer holds is the back end's business and is not checked here.
"""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

from adapters.workspace.names import CUSTOMER, HANDOFF
from adapters.workspace.problems import unknown
from domain.customer import Address, Invoice, Order, Payment, PaymentMethod, Refund, Subscription
from domain.errors import ReplyInvalid
from domain.money import Money
from domain.procedure import Procedure
from domain.template import placeholders

#: What a reply may always name.
COMMON = ("customer", "action", "choices", "sold_out", "reason", "ticket", "wish", "handoff")

_RECORDS: Mapping[str, type[BaseModel]] = {
    "order": Order,
    "refund": Refund,
    "payment": Payment,
    "payment_method": PaymentMethod,
    "address": Address,
    "subscription": Subscription,
    "invoice": Invoice,
    "amount": Money,
}
#: Facts of these slots also say which order the record belongs to.
_WITH_ORDER = ("refund", "payment")
_ORDER_KEYS = ("handle", "number", "status", "days_since_delivery")


def wrong_placeholders(template: str, procedure: Procedure | None) -> Iterator[str]:
    """Say of each placeholder that can never be filled why not; a common reply has no procedure."""
    try:
        names = sorted(placeholders(template))
    except ReplyInvalid as error:
        yield error.text
        return
    for name in names:
        root, *rest_of_path = name.split(".")
        slots = procedure.slots if procedure else {}
        actions = procedure.allowed_actions if procedure else ()
        if root not in {*COMMON, *slots, *actions}:
            yield unknown("fact", root, [*COMMON, *slots, *actions])
        elif root == "customer" and rest_of_path and rest_of_path[0] not in CUSTOMER:
            yield unknown("field of a customer", rest_of_path[0], CUSTOMER)
        elif root == "handoff" and (not rest_of_path or rest_of_path[0] not in HANDOFF):
            yield unknown("field of a handoff", ".".join(rest_of_path), HANDOFF)
        elif root in slots:
            yield from _wrong_field(slots[root].kind, rest_of_path)


def _wrong_field(kind: str, path: list[str]) -> Iterator[str]:
    if not path:
        return
    record = _RECORDS.get(kind)
    if record is None:
        yield f"a slot of kind '{kind}' has no fields; name it alone"
    elif kind in _WITH_ORDER and path[0] == "order":
        if path[1:] and path[1] not in _ORDER_KEYS:
            yield unknown("field of an order here", path[1], _ORDER_KEYS)
    else:
        yield from _wrong_in_model(record, path)


def _wrong_in_model(model: type[BaseModel], path: list[str]) -> Iterator[str]:
    name, *rest = path
    if name not in model.model_fields:
        yield unknown(f"field of {model.__name__.lower()}", name, model.model_fields)
    elif rest:
        inner = _model_of(model.model_fields[name].annotation)
        if inner is None:
            yield f"'{name}' has no fields"
        else:
            yield from _wrong_in_model(inner, rest)


def _model_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Annotated, Union, types.UnionType}:
        return next((model for part in get_args(annotation) if (model := _model_of(part))), None)
    return None
