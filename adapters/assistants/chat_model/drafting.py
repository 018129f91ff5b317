"""Writing a reply with a model: sentences that each name what they rest on, around what the team wrote itself.

The model is given passages and the team's own sentences as facts, each with an id, and every sentence cites some. What
binds us stays as the team wrote it, word for word: the greeting, questions, what is to be confirmed, handoffs.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.utils.json import parse_partial_json
from pydantic import Field, ValidationError

from adapters.assistants.chat_model.asking import Unfit, ask
from adapters.assistants.chat_model.calling import Answer, Caller
from adapters.assistants.chat_model.prompts import laid_out, tool
from adapters.assistants.embedded.drafting import greeting, said_by_the_team
from adapters.assistants.metering import Meter
from adapters.assistants.port import Cited, Draft, DraftBrief, PartFacts
from domain.model import Model
from domain.verification import Finding, explain
from domain.wording import MARK

#: How many drafts of one reply are a model's: the first, and one more that is told what was wrong with it.
MOST_DRAFTS = 2
_TASK = """\
Write the reply to the customer, in the language named in the data, briefly and kindly, without a greeting or a name
below it. Every sentence that states anything cites the ids it rests on: p… are passages of the knowledge base, f… are
sentences of our team about this ticket. Say all that the f… say and nothing that goes beyond p… and f…: no numbers,
dates, links or promises of your own. Set `answers` to false if the passages do not answer the question.
If there are `examples`, they show how our operators reworded drafts for other customers: follow their tone, length and
order, and take no fact from them. [amount], [name] and the like stand for what was left out; no reply holds one.
"""
_ID = re.compile(r"[pf]\d{1,18}")
_MOST_SENTENCES, _MOST_CHARS = 40, 1_500
_SHOWN_EVERY = 60  # characters of JSON between two looks of an operator …
_SHOWN_UPTO = 8_000  # … each of which reads it all anew; a reply is shorter

#: What is rewritten; everything else stays as the team wrote it.
_REWRITTEN = frozenset({"knowledge", "reply"})


class _Sentence(Model):
    text: Annotated[str, Field(min_length=1, max_length=_MOST_CHARS)]
    cites: tuple[Annotated[str, Field(pattern=_ID.pattern)], ...] = ()


class _Reply(Model):
    sentences: Annotated[tuple[_Sentence, ...], Field(max_length=_MOST_SENTENCES)]
    answers: bool


@dataclass(frozen=True)
class _Sources:
    """What sentences may cite."""

    passages: Mapping[str, int]  # id as cited -> passage
    facts: Mapping[str, str]  # id as cited -> the team's sentence


_SENTENCE = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "cites": {"type": "array", "items": {"type": "string", "description": "ids such as p12 or f1"}},
    },
    "required": ["text", "cites"],
    "additionalProperties": False,
}
_TOOL = tool(
    "reply",
    "Send the reply to be checked.",
    {"sentences": {"type": "array", "items": _SENTENCE}, "answers": {"type": "boolean"}},
)


def is_rewritten(brief: DraftBrief) -> bool:
    """Whether there is anything in the reply that a model may put into its own words, and may try."""
    return brief.attempt <= MOST_DRAFTS and any(part.part.kind in _REWRITTEN for part in brief.parts)


async def draft(brief: DraftBrief, caller: Caller) -> Draft | None:
    """The reply; None where the passages do not answer the question, as the model says.

    Raises ReplyInvalid for a template that names what is not there, and what `ask` raises.
    """
    sources = _sources(brief)
    ticket = {
        **_examples(brief),
        "language": brief.language,
        "questions": [part.question for part in brief.parts if part.question],
        "passages": [
            {"id": f"p{passage.passage_id}", "title": passage.title, "section": passage.section, "text": passage.text}
            for part in brief.parts
            for passage in part.passages
        ],
        "facts": [{"id": name, "text": text} for name, text in sources.facts.items()],
    }
    messages = [*laid_out(_TASK, "", ticket, provider=caller.provider), *_refused(brief.findings)]
    said = await ask(
        caller, brief.meter, "draft", messages, [_TOOL], lambda it: _read(it, sources), _telling(brief.meter)
    )
    if any(part.part.kind == "knowledge" for part in brief.parts) and not said.answers:
        return None
    return _put_together(brief, said, sources)


def _examples(brief: DraftBrief) -> dict[str, Any]:
    """The wordings as the model is shown them: as data, for a customer or an operator wrote them."""
    if not brief.wordings:
        return {}
    return {
        "examples": [
            {"question": it.question, "draft": it.suggested or "", "reworded": it.sent} for it in brief.wordings
        ]
    }


def _refused(findings: Sequence[Finding]) -> list[BaseMessage]:
    """What was wrong with the draft before, after all that was sent for it, so that this is read from a cache."""
    if not findings:
        return []
    wrong = sorted({explain(finding.check, finding.detail) for finding in findings})
    lines = "\n".join(f"- {it}" for it in wrong)
    return [HumanMessage(f"The last draft of this reply was refused:\n{lines}\nWrite one that none of it is true of.")]


def _sources(brief: DraftBrief) -> _Sources:
    shown = [passage.passage_id for part in brief.parts for passage in part.passages]
    facts = [said_by_the_team(brief, part) for part in brief.parts if part.part.kind == "reply"]
    return _Sources(
        passages={f"p{number}": number for number in shown},
        facts={f"f{number}": text for number, text in enumerate(dict.fromkeys(facts), 1)},
    )


def _read(answer: Answer, sources: _Sources) -> _Reply:
    try:
        reply = _Reply.model_validate(answer.calls[0].arguments)
    except (ValidationError, RecursionError):
        raise Unfit("The arguments are not of the declared form.") from None
    cited = {name for sentence in reply.sentences for name in sentence.cites}
    if cited - {*sources.passages, *sources.facts}:
        raise Unfit("A sentence cites an id that was not given.")
    if set(sources.facts) - cited:
        raise Unfit(f"Nothing is said of {', '.join(sorted(set(sources.facts) - cited))}.")
    if any(not sentence.cites and re.search(r"\d", sentence.text) for sentence in reply.sentences):
        raise Unfit("A sentence with a number cites nothing.")
    if any(MARK.search(sentence.text) for sentence in reply.sentences):
        raise Unfit("A sentence holds a mark out of the examples, such as [amount].")
    if reply.answers and not reply.sentences:
        raise Unfit("There are no sentences.")
    if reply.answers and sources.passages and not cited & set(sources.passages):
        raise Unfit("No sentence cites a passage.")
    return reply


def _put_together(brief: DraftBrief, reply: _Reply, sources: _Sources) -> Draft:
    """The greeting, the model's sentences where the first rewritten part stood, and the team's own around them."""
    paragraphs = [greeting(brief)] if brief.introduce else []
    is_written = False
    for part in brief.parts:
        text = _paragraph(brief, part, reply, is_written=is_written)
        is_written = is_written or part.part.kind in _REWRITTEN
        if text and text not in paragraphs:
            paragraphs.append(text)
    cited = [
        Cited(sentence.text, sources.passages[name])
        for sentence in reply.sentences
        for name in sentence.cites
        if name in sources.passages
    ]
    return Draft(text="\n\n".join(paragraphs), citations=tuple(cited), by_model=True)


def _paragraph(brief: DraftBrief, part: PartFacts, reply: _Reply, *, is_written: bool) -> str:
    if part.part.kind not in _REWRITTEN:
        return said_by_the_team(brief, part)
    return "" if is_written else " ".join(sentence.text.strip() for sentence in reply.sentences)


def _telling(meter: Meter) -> Callable[[str], Awaitable[None]]:
    """What shows operators the sentences as they grow."""
    heard, shown = "", 0

    async def hear(more: str) -> None:
        nonlocal heard, shown
        heard += more
        if len(heard) - shown < _SHOWN_EVERY or len(heard) > _SHOWN_UPTO:
            return
        shown = len(heard)
        if text := _sentences_in(heard):
            await meter.show(text)

    return hear


def _sentences_in(unfinished: str) -> str:
    try:
        found: Any = parse_partial_json(unfinished)
        sentences = found["sentences"] if isinstance(found, dict) else []
        return " ".join(str(it["text"]) for it in sentences if isinstance(it, dict) and "text" in it)
    except (ValueError, TypeError, KeyError):
        return ""
