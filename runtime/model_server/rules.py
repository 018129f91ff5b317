"""What the model server answers: rules over words, the same each time. It is no model, and understands nothing.

It looks at which tools it was offered, as our prompts offer them, and picks plain arguments from the data in the last
message: enough to see a ticket go all the way, over a real client and a real protocol.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_DATA = re.compile(r"<data>\n(.*)\n</data>", re.DOTALL)
_WORD = re.compile(r"[a-z]{4,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

#: What a rule answers: the tool it calls and with what.
Call = tuple[str, Mapping[str, Any]]


def answer(request: Mapping[str, Any]) -> list[Call]:
    """The calls for a request in the form of the OpenAI protocol; none where no tool is known."""
    names = [tool["function"]["name"] for tool in request.get("tools") or []]
    data = data_of(request)
    if "say_what_they_want" in names:
        return [("say_what_they_want", _understood(request, data))]
    if "continue_procedure" in names:
        return [("continue_procedure", {})]
    if "reply" in names:
        return [("reply", _reply(data))]
    return []


def data_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The ticket's data in a request, from the first message that holds some; empty where none does."""
    for message in request.get("messages") or []:
        found = _DATA.search(_text_of(message))
        if found is not None:
            data: dict[str, Any] = json.loads(found[1].replace("<\\/data>", "</data>"))
            return data
    return {}


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(block.get("text", "")) for block in content)


def _understood(request: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Each message as one wish for the intent with whose line in the prompt it shares most words."""
    system = _text_of(request["messages"][0])
    lines = dict(re.findall(r"^- ([a-z_]+): (.*)$", system, re.MULTILINE))
    wishes = []
    for message in data.get("messages", []):
        words = set(_WORD.findall(message["text"].lower()))
        shared = {name: len(words & set(_WORD.findall(line.lower()))) for name, line in lines.items()}
        best = max(sorted(shared), key=lambda name: shared[name], default="out_of_scope")
        is_known = shared.get(best, 0) > 1
        readings = [{"intent": best if is_known else "out_of_scope", "confidence": 0.9 if is_known else 0.7}]
        if not data.get("asked"):
            wishes.append({"message": message["message"], "quote": message["text"], "readings": readings})
    return {"wishes": wishes, "language": "en", "signals": [], "chosen": []}


def _reply(data: Mapping[str, Any]) -> dict[str, Any]:
    """The team's sentences as they are, and the first sentences of the first passage."""
    sentences = [{"text": fact["text"], "cites": [fact["id"]]} for fact in data.get("facts", [])]
    passages: Sequence[Mapping[str, Any]] = data.get("passages", [])
    if passages and data.get("questions"):
        text = " ".join(_SENTENCE.split(str(passages[0]["text"]))[:2])
        sentences.append({"text": text, "cites": [passages[0]["id"]]})
    return {"sentences": sentences, "answers": bool(passages)}
