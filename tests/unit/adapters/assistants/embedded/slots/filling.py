"""Filling one slot of a made-up customer's wish from words, for the tables of these tests."""

from collections.abc import Mapping

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.fill import Ask, Filled, Missing, fill
from adapters.assistants.embedded.slots.said import Said
from adapters.assistants.embedded.slots.slot import Slot
from domain.customer import CustomerContext
from domain.facts import candidate_view
from domain.ids import Handle, Label
from domain.model import Model
from domain.policy import evaluate
from domain.slot import HandlesValue, HandleValue, PairsValue, SlotSpec, SlotValue
from tests.unit.domain.customers import mara

Outcome = Filled | Ask | Missing


def filled_by(
    spec: SlotSpec,
    words: str,
    *,
    context: CustomerContext | None = None,
    slots: Mapping[Label, SlotValue] | None = None,
    answer: str | None = None,
    choices: tuple[Handle | Label, ...] = (),
) -> Outcome:
    """What `words` (and an answer to the question that followed them) make of the slot."""
    customer = context or mara()

    def holds(expression: str, record: Model) -> bool:
        return evaluate(expression, {"it": candidate_view(record, customer)})

    new = (Excerpt(2, 0, answer),) if answer is not None else ()
    said = Said(
        own=Excerpt(1, 0, words), later=new, new=new, asked_slot="it" if answer is not None else None, choices=choices
    )
    return fill(Slot("it", spec, customer, dict(slots or {}), holds), said)


def spec(kind: str, **about: object) -> SlotSpec:
    """A slot of that kind, asked for by the reply `ask`."""
    return SlotSpec.model_validate({"kind": kind, "ask": "ask", **about})


def handles(outcome: Outcome) -> tuple[Handle, ...]:
    """The handles a filled slot names."""
    assert isinstance(outcome, Filled), outcome
    return handles_of(outcome.value)


def handles_of(value: SlotValue) -> tuple[Handle, ...]:
    """The handles in a slot value."""
    match value:
        case HandleValue(handle=handle):
            return (handle,)
        case HandlesValue(handles=several):
            return several
        case PairsValue(pairs=pairs):
            return tuple(handle for pair in pairs for handle in pair)
        case _:
            return ()
