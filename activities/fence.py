"""The fence around an assistant's answers: what becomes a ticket's state are names that the workspace knows.

An answer travels through Temporal's history and comes back in later briefs, so a label that the assistant made up
would be a way to carry words past everything that keeps them in Postgres, and an intent or a procedure's version that
it chose a way around the policy. Proposals are left as they are: judging them is the policy's business.
"""

import re
from typing import TypeVar

from adapters.workspace.tenant import TenantConfig
from domain.customer import CustomerContext
from domain.errors import AnswerInvalid
from domain.handoff import HandoffReason
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE, Classification, Signals, WishFound
from domain.memory import Wish
from domain.procedure import Procedure
from domain.slot import HandlesValue, HandleValue, LabelValue, PairsValue, SlotSpec, SlotValue, SlotValues
from domain.step import Answer, AskSlot, PassOn, Planned, PlanStep

Answered = TypeVar("Answered", Classification, Planned)

#: Wishes of one message, readings of one wish, and wishes that one is split into: more is no customer's meaning.
MOST_WISHES, MOST_READINGS, MOST_SPLIT = 8, 12, 8
MOST_SPANS = 48
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def fence_classification(said: Classification, config: TenantConfig) -> Classification:
    """The classification without intents that are no procedures of the tenant's, and in a language that is one.

    Raises AnswerInvalid for what is no classification.
    """
    said = _valid(said)
    known = {*config.procedures, OUT_OF_SCOPE}

    def found(wish: WishFound) -> WishFound:
        ranked = tuple(reading for reading in wish.ranked if reading.intent in known)[:MOST_READINGS]
        return wish.model_copy(update={"ranked": ranked})

    return said.model_copy(
        update={
            "wishes": tuple(found(wish) for wish in said.wishes[:MOST_WISHES]),
            "chosen": tuple(intent for intent in said.chosen if intent in config.procedures),
            "signal_spans": tuple(span for span in said.signal_spans if span.signal in Signals.model_fields)[
                :MOST_SPANS
            ],
            "language": said.language if _LANGUAGE.fullmatch(said.language) else config.language,
        }
    )


def fence_plan(
    planned: Planned, config: TenantConfig, procedure: Procedure, context: CustomerContext, wish: Wish
) -> Planned:
    """The plan for this wish under this version, with slots and replies that there are; else a person goes on.

    Raises AnswerInvalid for what is no plan.
    """
    planned = _valid(planned)
    return planned.model_copy(
        update={
            "wish": wish.number,
            "procedure_version": procedure.version,
            "slots": _slots(planned.slots, procedure, context, wish),
            "split": tuple(_slots(slots, procedure, context, wish) for slots in planned.split[:MOST_SPLIT]),
            "step": _step(planned.step, config, procedure, context, wish),
        }
    )


def _valid(answer: Answered) -> Answered:
    """The answer, checked as if it came from outside.

    What history cannot read back would fail its workflow's task for ever; a turn that fails goes to a person.
    """
    try:
        return type(answer).model_validate(answer.model_dump(warnings=False))
    except (ValueError, TypeError, RecursionError):
        raise AnswerInvalid("The assistant's answer is not of the form that was asked for.") from None


def _step(step: PlanStep, config: TenantConfig, procedure: Procedure, context: CustomerContext, wish: Wish) -> PlanStep:
    replies = {*procedure.replies["en"], *config.common("en")}
    results = {name for result in wish.results for name in (result.code, f"refused_{result.code}")}
    match step:
        case AskSlot(slot=slot, reply=reply, choices=choices, sold_out=sold_out):
            spec = procedure.slots.get(slot)
            named = (*choices, *sold_out)
            if spec is None or reply not in replies or not all(_is_choice(it, spec, context) for it in named):
                return PassOn(reason=HandoffReason.not_supported)
        case Answer(reply=reply) if reply not in replies | results:
            return PassOn(reason=HandoffReason.not_supported)
        case PassOn(queue=queue, reply=reply):
            kept = {
                "queue": queue if queue in config.queues else "support",
                "reply": reply if reply in replies else None,
            }
            return step.model_copy(update=kept)
        case _:
            pass
    return step


def _slots(slots: SlotValues, procedure: Procedure, context: CustomerContext, wish: Wish) -> SlotValues:
    """The slots that the procedure has, each with what may stand in it, or with what stood in it before."""
    return {
        name: value
        for name, value in slots.items()
        if (spec := procedure.slots.get(name)) is not None
        and (wish.slots.get(name) == value or _fits(value, spec, context))
    }


def _fits(value: SlotValue, spec: SlotSpec, context: CustomerContext) -> bool:
    match value:
        case HandleValue(handle=handle):
            return context.find(handle) is not None
        case HandlesValue(handles=handles):
            return all(context.find(handle) is not None for handle in handles)
        case PairsValue(pairs=pairs):
            return all(context.find(handle) is not None for pair in pairs for handle in pair)
        case LabelValue(label=label):
            return _is_choice(label, spec, context)
        case _:
            return True


def _is_choice(choice: Label, spec: SlotSpec, context: CustomerContext) -> bool:
    return any(choice == declared.label for declared in spec.choices) or context.find(choice) is not None
