"""The next step of a wish with a model: it proposes, within the procedure, and every value it names is looked up.

The procedure is walked first, by rules (`embedded/planner.py`). Where it asks for a proof of identity, gives the ticket
to a person or says its conclusion, that holds: no model talks a ticket out of these. Where it would ask, act or look
up, the model may fill slots from what the customer wrote, choose among the allowed actions, ask, or hand off.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.assistants.chat_model.arguments import arguments_of, schema_of, value_of
from adapters.assistants.chat_model.asking import Unfit, ask
from adapters.assistants.chat_model.calling import Answer, Caller, Tool, ToolCall
from adapters.assistants.chat_model.prompts import laid_out, tool
from adapters.assistants.embedded.planner import walk
from adapters.assistants.port import PlanBrief
from domain.action import ActionStatus, Effect, ProposedAction
from domain.handoff import HandoffReason
from domain.ids import Label
from domain.procedure import Procedure
from domain.step import AnswerFromKnowledge, AskSlot, PassOn, Planned, PlanStep, Propose

_TASK = """\
Say what comes next for the customer's wish, by one call of one tool. The procedure's own next step is in the data:
call continue_procedure to take it. Call fill_slots if the customer has said what a slot asks for and it is not filled.
Propose an action only if the customer asked for exactly that. Whoever is in doubt asks, or hands off.
"""
#: What a model may decide about; everything else is the procedure's.
_OPEN = (AskSlot, Propose, AnswerFromKnowledge)
_DONE = frozenset({ActionStatus.succeeded, ActionStatus.duplicate})


async def plan(brief: PlanBrief, walked: Planned, caller: Caller) -> Planned:
    """The step that the model chose, or the walked one; raises as `ask`, and ConditionFailed."""
    if not isinstance(walked.step, _OPEN):
        return walked
    messages = laid_out(_TASK, _described(brief.procedure), _ticket(brief, walked), provider=caller.provider)
    return await ask(caller, brief.meter, "plan", messages, _tools(brief), lambda it: _read(it, brief, walked))


def offered_actions(brief: PlanBrief) -> tuple[Label, ...]:
    """The actions a model may propose: allowed by the procedure, known to the back end; writes as the team wrote them.

    A write without a step of the procedure has no sentence that restates it, so nobody could confirm it.
    """
    proposed = {step.propose.action for step in brief.procedure.steps if step.propose is not None}
    return tuple(
        name
        for name in sorted(brief.procedure.allowed_actions)
        if (spec := brief.specs.get(name)) is not None and (spec.effect is Effect.read or name in proposed)
    )


def _tools(brief: PlanBrief) -> list[Tool]:
    """The same for every ticket of a procedure, in the same order."""
    slots = {name: schema_of(slot.kind) for name, slot in sorted(brief.procedure.slots.items())}
    tools = [
        tool("continue_procedure", "Take the procedure's own next step.", {}),
        tool("hand_off", "Give the ticket to a person, because the procedure does not fit.", {}),
    ]
    if slots:
        name = {"slot": {"type": "string", "enum": list(slots)}}
        tools.append(tool("ask_customer", "Ask the customer for one slot.", name))
        tools.append(tool("fill_slots", "Say what the customer's words mean for slots.", slots, []))
    for action in offered_actions(brief):
        spec = brief.specs[action]
        kinds = {argument: schema_of(kind) for argument, kind in sorted(spec.arguments.items())}
        tools.append(tool(action, f"Propose: {spec.title} ({spec.effect.value}).", kinds, []))
    return tools


def _described(procedure: Procedure) -> str:
    steps = [step.model_dump(mode="json", exclude_defaults=True) for step in procedure.steps]
    slots = {
        name: slot.model_dump(mode="json", exclude_defaults=True) for name, slot in sorted(procedure.slots.items())
    }
    lines = [f"Procedure {procedure.name}: {' '.join(procedure.description.split())}", f"Slots: {slots}"]
    return "\n".join([*lines, *(f"Step {number}: {step}" for number, step in enumerate(steps, 1))])


def _ticket(brief: PlanBrief, walked: Planned) -> dict[str, Any]:
    return {
        "next_step": walked.step.model_dump(mode="json"),
        "slots": {name: value.model_dump(mode="json") for name, value in sorted(walked.slots.items())},
        "results": [result.model_dump(mode="json", exclude={"context_id", "fact_id"}) for result in brief.wish.results],
        "reads": brief.reads,
        "asked": brief.asked.model_dump(mode="json", exclude={"action"}) if brief.asked is not None else None,
        "records": brief.context.model_dump(mode="json", exclude={"refs", "past_tickets", "customer_id"}),
        "messages": [{"message": message.seq, "text": message.text} for message in brief.messages],
    }


def _read(answer: Answer, brief: PlanBrief, walked: Planned) -> Planned:
    """The plan of the first call: one step at a time, for what follows depends on what comes of it."""
    call = answer.calls[0]
    match call.name:
        case "continue_procedure":
            return walked
        case "hand_off":
            return walked.model_copy(update={"step": PassOn(reason=HandoffReason.not_supported)})
        case "ask_customer":
            return walked.model_copy(update={"step": _question(call.arguments, brief, walked)})
        case "fill_slots":
            return _filled(call.arguments, brief, walked)
        case _:
            return walked.model_copy(update={"step": _proposal(call, brief)})


def _question(said: Mapping[str, Any], brief: PlanBrief, walked: Planned) -> PlanStep:
    slot = said.get("slot")
    spec = brief.procedure.slots.get(slot) if isinstance(slot, str) else None
    if spec is None or slot is None:
        raise Unfit("There is no such slot.")
    if isinstance(walked.step, AskSlot) and walked.step.slot == slot:
        return walked.step  # with the choices that come into question
    return AskSlot(slot=slot, reply=spec.ask)


def _filled(said: Mapping[str, Any], brief: PlanBrief, walked: Planned) -> Planned:
    """The procedure walked again with what the model found."""
    specs = brief.procedure.slots
    if not said or set(said) - set(specs):
        raise Unfit("There is no such slot.")
    found = {
        name: value_of(value, specs[name].kind, brief, [choice.label for choice in specs[name].choices] or None)
        for name, value in said.items()
        if value is not None
    }
    wish = brief.wish.model_copy(update={"slots": {**walked.slots, **found}})
    return walk(replace(brief, wish=wish))


def _proposal(call: ToolCall, brief: PlanBrief) -> Propose:
    spec = brief.specs[call.name]
    is_write = spec.effect is Effect.write
    done = any(result.name == call.name and result.status in _DONE for result in brief.wish.results)
    if done or call.name in brief.reads:
        raise Unfit("That has been done already.")
    action = ProposedAction.of(
        action_id=f"{brief.ticket.ticket_id}/a{brief.next_action}",
        name=call.name,
        args=arguments_of(call.arguments, spec.arguments, brief),
        wish=brief.wish.number,
    )
    steps = [step.propose for step in brief.procedure.steps if step.propose and step.propose.action == call.name]
    confirm = next((step.confirm for step in steps if step.confirm is not None), None)
    is_confirmed = action.args_sha256 in brief.wish.confirmed
    return Propose(action=action, is_write=is_write, confirm=None if is_confirmed else confirm)
