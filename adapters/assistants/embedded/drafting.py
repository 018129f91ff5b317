"""Writing a reply: the team's templates filled with facts, and quotations where the knowledge base is asked.

The assistant has no words of its own. What it says was written by the support team, or stands in an article.
"""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from adapters.assistants.embedded.extract import Extractor
from adapters.assistants.port import Cited, Draft, DraftBrief, PartFacts
from domain.errors import ReplyInvalid
from domain.template import render

_OR = {"en": "or", "de": "oder"}
_SOURCE = {"en": "Source", "de": "Quelle"}
#: "Which order is it: {choices}?" - the question mark moves up when the choices become lines.
_CHOICES_LAST = re.compile(r"\s*:?\s*\{choices\}\s*([?.]?)\s*$")
_NEEDS_LINE = re.compile(r"[,:;]")


def draft(brief: DraftBrief, extractor: Extractor) -> Draft:
    """Write the reply, one paragraph for each part.

    Raises:
        ReplyInvalid: a template is missing, or names a fact that is not there.
    """
    paragraphs: list[str] = []
    cited: list[Cited] = []
    if brief.introduce:
        paragraphs.append(greeting(brief))
    for part in brief.parts:
        if part.part.kind == "knowledge":
            text, citations = _from_knowledge(brief, part, extractor)
            cited += citations
        else:
            text = said_by_the_team(brief, part)
        if text not in paragraphs:
            paragraphs.append(text)
    return Draft(text="\n\n".join(paragraphs), citations=tuple(cited))


def team_paragraphs(brief: DraftBrief) -> list[str]:
    """Return the sentences of the team's that this reply may hold, as they are filled; what cannot be is left out."""
    filled: list[Callable[[], str]] = [partial(greeting, brief)] if brief.introduce else []
    for part in brief.parts:
        if part.part.kind == "knowledge":
            filled.append(partial(_no_knowledge, brief, part))
            filled += [partial(_source, brief, passage.title) for passage in part.passages]
        else:
            filled.append(partial(said_by_the_team, brief, part))
    paragraphs = []
    for fill in filled:
        with contextlib.suppress(ReplyInvalid):
            paragraphs.append(fill())
    return paragraphs


def greeting(brief: DraftBrief) -> str:
    """The first words of a ticket's first reply, which say that an assistant answers; raises ReplyInvalid."""
    customer = {"first_name": brief.first_name} if brief.first_name else {}
    return render(_common(brief, "greeting"), {"customer": customer}, brief.language)


def _no_knowledge(brief: DraftBrief, part: PartFacts) -> str:
    return render(_common(brief, "no_knowledge"), part.facts, brief.language)


def _source(brief: DraftBrief, title: str) -> str:
    return f"({_SOURCE.get(brief.language, 'Source')}: {title})"


def said_by_the_team(brief: DraftBrief, part: PartFacts) -> str:
    """A part in the words of its template, filled with facts; raises ReplyInvalid."""
    template = part.template
    if template is None:
        raise ReplyInvalid(f"There is no reply '{part.part.reply}' in this workspace.", reply=part.part.reply)
    choices = part.facts.get("choices")
    if isinstance(choices, Sequence) and not isinstance(choices, str) and choices:
        return _with_choices(template, [str(choice) for choice in choices], part.facts, brief.language)
    return render(template, part.facts, brief.language)


def _with_choices(template: str, choices: list[str], facts: Mapping[str, Any], language: str) -> str:
    """Write the choices into the sentence where they are short, otherwise as numbered lines below it."""
    ending = _CHOICES_LAST.search(template)
    if ending is None or len(choices) == 1 or not any(_NEEDS_LINE.search(choice) for choice in choices):
        *first, last = choices
        inline = f"{', '.join(first)} {_OR.get(language, 'or')} {last}" if first else last
        return render(template, {**facts, "choices": inline}, language)
    question = render(template[: ending.start()] + (ending[1] or ":"), facts, language)
    return "\n".join([question, *(f"{number}. {choice}" for number, choice in enumerate(choices, 1))])


def _from_knowledge(brief: DraftBrief, part: PartFacts, extractor: Extractor) -> tuple[str, list[Cited]]:
    """Quote the sentences that answer the question, and their source; without any, say that nothing is known."""
    quoted = extractor.answer(part.question, part.passages)
    if not quoted:
        return _no_knowledge(brief, part), []
    text = " ".join([*(it.sentence for it in quoted), _source(brief, quoted[0].passage.title)])
    return text, [Cited(sentence=it.sentence, passage_id=it.passage.passage_id) for it in quoted]


def _common(brief: DraftBrief, reply: str) -> str:
    template = brief.common.get(reply)
    if template is None:
        raise ReplyInvalid(f"The workspace has no common reply '{reply}'.", reply=reply)
    return template
