"""Answers taken word for word from the knowledge base: the few sentences of a passage that answer a question.

Nothing is rephrased, so nothing can be made up. Where they are not likely to answer, there is no answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adapters.assistants.embedded.answerable import ANSWERS, Evidence, ahead_of_others, nearness, words_that_count
from adapters.assistants.port import Passage
from adapters.embeddings.port import Embedder, Vectors

MOST_SENTENCES = 3
MOST_PASSAGES = 5
#: How far below the closest sentence of its section another may be and still be quoted.
NEAR_BEST = 0.12
SAME_QUESTION = 0.60  # from here a heading asks what the customer asks, and its "Yes." answers them
_MOST_REMEMBERED = 20_000  # sentences: 30 MB, more than any help centre has

_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9À-Ý])|\n\s*\n|\n(?=\s*(?:[-*•#]|\d+[.)]))")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|approx|no|nr|st|mr|mrs|dr|incl|excl|vs|z\.B|bzw|ca)\.$", re.IGNORECASE)
_LEANS = re.compile(
    r"^(?:it|they|this|that|these|those|then|otherwise|if not|both|after that|from then|in that case|so|but|also"
    r"|instead|therefore|until then|er|sie|es|das|dies\w*|dann|sonst|beide|also|aber|deshalb|dafür|danach)\b",
    re.IGNORECASE,
)
_BARE = 2  # words of a verdict that says nothing more
_VERDICT = re.compile(r"^(?:yes|no|ja|nein)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Quoted:
    """A sentence as it stands in a passage."""

    sentence: str
    passage: Passage
    place: int  # among the passage's sentences


@dataclass(frozen=True)
class Candidate:
    """What would be quoted of a passage, in its order, and what speaks for it."""

    quoted: tuple[Quoted, ...]
    evidence: Evidence


class Extractor:
    """Finds the sentences of passages that answer a question; remembers vectors of sentences, never of questions."""

    def __init__(self, embedder: Embedder) -> None:
        """Compare by `embedder`."""
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def answer(self, question: str, passages: Sequence[Passage]) -> tuple[Quoted, ...]:
        """One to three sentences that answer `question`, all of one passage, in its order; () when none does."""
        likely = [(it.evidence.likelihood(), it) for it in self.candidates(question, passages)]
        best, candidate = max(likely, key=lambda one: one[0], default=(0.0, None))
        return candidate.quoted if candidate is not None and best >= ANSWERS else ()

    def candidates(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        """What each passage has to say to `question`, in the order of the passages; one with nothing is left out."""
        words = words_that_count(question)
        asked, *own = self._embedder.embed([question, *words])
        found = [self._of_passage(asked, passage) for passage in passages[:MOST_PASSAGES]]
        ahead = ahead_of_others([closest for _, closest in found])
        return [
            Candidate(quoted, Evidence(closest, rank, ahead[rank], self._known(own, passages[rank])))
            for rank, (quoted, closest) in enumerate(found)
            if quoted
        ]

    def _of_passage(self, asked: Vectors, passage: Passage) -> tuple[tuple[Quoted, ...], float]:
        """What would be quoted of a passage, and the cosine of the closest sentence of it."""
        sentences = sentences_of(passage.text)
        if not sentences:
            return (), 0.0
        # A sentence is read under its heading, which often holds half of its sense: "Within 30 days."
        similarity = (self._vectors_of([f"{passage.section}: {it}" for it in sentences]) @ asked).tolist()
        places = _places(sentences, similarity)
        quoted = tuple(Quoted(sentences[place], passage, place) for place in places)
        return quoted, max((similarity[place] for place in places), default=0.0)

    def _known(self, asked: list[Vectors], passage: Passage) -> float:
        if not asked:
            return 1.0
        there = words_that_count(f"{passage.title} {passage.section} {passage.text}")
        return nearness(np.stack(asked), self._vectors_of(there)) if there else 0.0

    def _vectors_of(self, texts: list[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            if len(self._vectors) > _MOST_REMEMBERED:
                self._vectors = {}
            self._vectors |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])


def sentences_of(text: str) -> list[str]:
    """The sentences and list items of a passage, each as it stands there, headings left out."""
    found: list[str] = []
    for piece in _BREAK.split(text):
        sentence = " ".join(_LIST_MARK.sub("", piece).split())
        if not sentence or sentence.startswith("#"):
            continue
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return found


def _places(sentences: Sequence[str], similarity: Sequence[float]) -> list[int]:
    """The places to quote: from the passage's first sentence to the last close one, for the first ones bound the rest.

    "Yes." answers the heading. To another question it is left out, with what leans on it; "Yes, in Germany." also says
    where what follows holds, and stays.
    """
    left_out = set[int]()
    for place, sentence in enumerate(sentences):
        is_bare = bool(_VERDICT.match(sentence)) and len(sentence.split()) <= _BARE
        leans = place - 1 in left_out and bool(_LEANS.match(sentence))
        if sentence.endswith("?") or (is_bare and similarity[place] < SAME_QUESTION) or leans:
            left_out.add(place)
    places = [place for place in range(len(sentences)) if place not in left_out]
    if not places:
        return []
    best = max(places, key=lambda place: similarity[place])
    last = max(place for place in places if similarity[place] >= similarity[best] - NEAR_BEST)
    places = [place for place in places if place <= last]
    if len(places) <= MOST_SENTENCES:
        return places
    until = max(places.index(best) + 1, MOST_SENTENCES)
    kept = places[until - MOST_SENTENCES : until]
    if kept[0] != places[0] and _VERDICT.match(sentences[places[0]]):
        return [places[0], *kept[1:]]
    return kept[1:] if kept[0] != places[0] and _LEANS.match(sentences[kept[0]]) else kept
