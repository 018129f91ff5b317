"""From questions that nothing answers to articles that somebody should write, without a word that is personal."""

import re
from collections.abc import Sequence
from itertools import groupby

import numpy as np

from adapters.assistants.redaction.detectors import find
from adapters.gaps.cluster import clusters
from domain.gap import Gap, OpenQuestion

#: Wordings as similar as this are one heading of the draft.
_SAME_QUESTION = 0.8
_MOST_HEADINGS = 6
_LONGEST_TITLE = 90
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|day|evening)|hallo|guten tag)\b[^,.!?\n]{0,30}[,.!\n]+\s*", re.IGNORECASE
)


def gaps_of(questions: Sequence[OpenQuestion]) -> tuple[Gap, ...]:
    """Gather questions into gaps, the one asked most often first; questions without words (erased) are left out."""
    asked = sorted((q for q in questions if _words(q)), key=lambda q: (q.language, q.model, q.asked_at, q.id))
    found = []
    for _, same in groupby(asked, key=lambda q: (q.language, q.model)):  # vectors of two models are not compared
        group = list(same)
        found += [_gap([group[place] for place in places]) for places in clusters([q.embedding for q in group])]
    return tuple(sorted(found, key=lambda gap: (-gap.questions, gap.first_asked_at, gap.gap_id)))


def redacted(question: OpenQuestion) -> str:
    """The question's words with a mark in place of whatever is personal: "My mail is [email]"."""
    known = [("name", name) for name in (question.full_name, question.first_name) if name]
    text, shown, at = question.text, "", 0
    for stretch in find(text, known):
        shown += f"{text[at : stretch.start]}[{stretch.kind}]"
        at = stretch.end
    return shown + text[at:]


def _gap(questions: Sequence[OpenQuestion]) -> Gap:
    vectors = np.array([q.embedding for q in questions], dtype=np.float32)
    by_centre = np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable")
    headings: list[int] = []
    for place in by_centre:
        if all(vectors[place] @ vectors[other] < _SAME_QUESTION for other in headings):
            headings.append(int(place))
    texts = dict.fromkeys(_words(questions[place]) for place in headings[:_MOST_HEADINGS])
    return Gap(
        gap_id=f"G-{min(q.id for q in questions)}",
        title=next(iter(texts)).rstrip("?!. "),
        language=questions[0].language,
        questions=len(questions),
        tickets=tuple(dict.fromkeys(q.ticket_id for q in questions)),
        first_asked_at=min(q.asked_at for q in questions),
        last_asked_at=max(q.asked_at for q in questions),
        headings=tuple(texts),
    )


def _words(question: OpenQuestion) -> str:
    """The sentence that asks: the first with a question mark, else the first of some length."""
    text = _GREETING.sub("", redacted(question).strip())
    sentences = [" ".join(found.split()) for found in _SENTENCE.findall(text) if found.strip(" .!?\n")]
    asks = [sentence for sentence in sentences if sentence.endswith("?")] or sentences
    if not asks or text == "[erased]":
        return ""
    words = asks[0]
    return words if len(words) <= _LONGEST_TITLE else f"{words[:_LONGEST_TITLE].rsplit(' ', 1)[0]} …"
