"""Reading messages with a model: which intents of the workspace they hold, where they stand, how sure that is.

Three things are never the model's to say: whether the customer consented, whether they take a request back, and that a
signal is absent. Those are read by rules (`embedded/`); a model can only add to them.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from adapters.assistants.chat_model.asking import Unfit, ask
from adapters.assistants.chat_model.calling import Answer, Caller
from adapters.assistants.chat_model.prompts import laid_out, tool
from adapters.assistants.port import UnderstandBrief
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE, Classification, RankedIntent, Signals, WishFound, with_thresholds
from domain.memory import AskedIntent
from domain.model import Model
from domain.procedure import Procedure

_TASK = """\
Say what the customer wants, in intents of the list below, or out_of_scope where none fits. A message may hold several
wishes; quote the words of each exactly as they stand. Give for each the likely readings with your confidence, from 0
to 1, which adds up to at most 1. If we asked something, `asked` says what: the answer to it is no wish. `earlier` is
what the customer wrote before: it tells what `messages` are about, and holds no wish of its own.
"""
_MOST_WISHES, _MOST_READINGS, _EXAMPLES = 8, 5, 4
_THOUSAND = 1000


class _Reading(Model):
    intent: str
    confidence: Annotated[float, Field(ge=0, le=1)]


class _Wish(Model):
    message: int
    quote: str
    readings: Annotated[tuple[_Reading, ...], Field(min_length=1)]


class _Said(Model):
    wishes: tuple[_Wish, ...]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
    signals: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


_SIGNALS = tuple(sorted(name for name, about in Signals.model_fields.items() if about.annotation is bool))


async def understand(brief: UnderstandBrief, own: Classification, caller: Caller) -> Classification:
    """The embedded reading `own` with the model's wishes, language and further signals; raises as `ask`."""
    intents = (*sorted(brief.procedures), OUT_OF_SCOPE)
    messages = laid_out(_TASK, _described(brief.procedures), _ticket(brief), provider=caller.provider)
    said = await ask(
        caller, brief.meter, "understand", messages, [_tool(intents)], lambda it: _read(it, brief, frozenset(intents))
    )
    further = {name: True for name in said.signals if name in _SIGNALS}
    asked = brief.memory.asked
    chosen = tuple(it for it in said.chosen if isinstance(asked, AskedIntent) and it in asked.choices)
    return own.model_copy(
        update={
            "wishes": with_thresholds((_found(wish, brief) for wish in said.wishes), brief.clear_from),
            "language": said.language,
            "signals": own.signals.model_copy(update=further),
            "chosen": own.chosen or chosen,
        }
    )


def _tool(intents: tuple[Label, ...]) -> Mapping[str, Any]:
    reading = {
        "type": "object",
        "properties": {
            "intent": {"type": "string", "enum": list(intents)},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["intent", "confidence"],
        "additionalProperties": False,
    }
    wish = {
        "type": "object",
        "properties": {
            "message": {"type": "integer", "description": "the number of the message it stands in"},
            "quote": {"type": "string", "description": "the words of the wish, exactly as written"},
            "readings": {"type": "array", "items": reading, "description": "the most likely first"},
        },
        "required": ["message", "quote", "readings"],
        "additionalProperties": False,
    }
    return tool(
        "say_what_they_want",
        "Say what the customer wants.",
        {
            "wishes": {"type": "array", "items": wish},
            "language": {"type": "string", "description": "such as en, de or pt-BR"},
            "signals": {"type": "array", "items": {"type": "string", "enum": list(_SIGNALS)}},
            "chosen": {
                "type": "array",
                "items": {"type": "string"},
                "description": "of the choices that we named, those they picked",
            },
        },
        ["wishes", "language", "signals"],
    )


def _described(procedures: Mapping[Label, Procedure]) -> str:
    lines = [
        f"- {name}: {' '.join(one.description.split())} Such as: {' / '.join(one.examples[:_EXAMPLES])}"
        for name, one in sorted(procedures.items())
    ]
    return "\n".join(["Intents:", *lines, f"- {OUT_OF_SCOPE}: anything else."])


def _ticket(brief: UnderstandBrief) -> dict[str, Any]:
    """What grows comes first, so that a ticket's next prompt begins as this one did."""
    asked = brief.memory.asked
    return {
        "earlier": [{"message": message.seq, "text": message.text} for message in brief.earlier],
        "asked": asked.model_dump(mode="json", exclude={"action"}) if asked is not None else None,
        "open_wishes": [wish.intent for wish in brief.memory.open_wishes()],
        "messages": [{"message": message.seq, "text": message.text} for message in brief.messages],
    }


def _read(answer: Answer, brief: UnderstandBrief, intents: frozenset[Label]) -> _Said:
    try:
        said = _Said.model_validate(answer.calls[0].arguments)
    except (ValidationError, RecursionError):
        raise Unfit("The arguments are not of the declared form.") from None
    if len(said.wishes) > _MOST_WISHES:
        raise Unfit("There are too many wishes.")
    if any(reading.intent not in intents for wish in said.wishes for reading in wish.readings):
        raise Unfit("An intent is none of the list.")
    texts = {message.seq: message.text for message in brief.messages}
    if any(not wish.quote.strip() or wish.quote not in texts.get(wish.message, "") for wish in said.wishes):
        raise Unfit("A quote does not stand in its message exactly so.")
    return said


def _found(wish: _Wish, brief: UnderstandBrief) -> WishFound:
    text = next(message.text for message in brief.messages if message.seq == wish.message)
    start = text.index(wish.quote)
    best: dict[Label, float] = {}
    for reading in wish.readings:
        best[reading.intent] = max(best.get(reading.intent, 0.0), reading.confidence)
    total = max(sum(best.values()), 1.0)  # readings exclude each other: who is sure of two things is sure of neither
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:_MOST_READINGS]
    return WishFound(
        ranked=tuple(
            RankedIntent(intent=intent, confidence=round(_THOUSAND * sure / total)) for intent, sure in ranked
        ),
        seq=wish.message,
        start=start,
        end=start + len(wish.quote),
    )
