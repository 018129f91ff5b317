"""Answers taken word for word from the knowledge base: the few sentences of a passage that answer a question.

Nothing is rephrased, so nothing can be made up. When no sentence is close to the question there is no answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adapters.assistants.port import Passage
from adapters.embeddings.port import Embedder, Vectors

MOST_SENTENCES = 3
MOST_PASSAGES = 4
#: Cosine from which a sentence counts as being about the question, and how far below the best one it may be.
CLOSE = 0.40
NEAR_BEST = 0.12
HEADING_COUNTS = 0.3  # headings of a help centre are questions: what is theirs is likelier the answer to a like one
RANK_COUNTS = 0.03  # each place further down the search takes off so much: it has seen whole passages
SAME_QUESTION = 0.60  # from here a heading asks what the customer asks
_MOST_REMEMBERED = 20_000  # sentences: 30 MB, more than any help centre has

_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9À-Ý])|\n\s*\n|\n(?=\s*(?:[-*•#]|\d+[.)]))")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|approx|no|nr|st|mr|mrs|dr|incl|excl|vs|z\.B|bzw|ca)\.$", re.IGNORECASE)
_LEANS = re.compile(
    r"^(?:it|they|this|that|these|those|then|otherwise|if not|both|after that|from then|in that case)\b", re.IGNORECASE
)
_VERDICT = re.compile(r"^(?:yes|no|ja|nein)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Quoted:
    """A sentence as it stands in a passage."""

    sentence: str
    passage: Passage
    place: int  # among the passage's sentences


class Extractor:
    """Finds the sentences of passages that answer a question; remembers vectors of sentences, never of questions."""

    def __init__(self, embedder: Embedder) -> None:
        """Compare by `embedder`."""
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def answer(self, question: str, passages: Sequence[Passage]) -> tuple[Quoted, ...]:
        """One to three sentences that answer `question`, all of one passage, in its order; () when none is close."""
        sentences = [
            Quoted(sentence, passage, place)
            for passage in passages[:MOST_PASSAGES]
            for place, sentence in enumerate(sentences_of(passage.text))
            if not sentence.endswith("?")
        ]
        if not sentences:
            return ()
        # A sentence is read under its heading, which often holds half of its sense: "Within 30 days."
        vectors = self._vectors_of([f"{it.passage.section}: {it.sentence}" for it in sentences])
        asked = self._embedder.embed([question])[0]
        headings = self._vectors_of([it.passage.section for it in sentences])
        similarity = vectors @ asked
        ranks = {passage.passage_id: rank for rank, passage in enumerate(passages)}
        for place, it in enumerate(sentences):
            similarity[place] -= RANK_COUNTS * ranks[it.passage.passage_id]
            if _VERDICT.match(it.sentence) and similarity[place] < SAME_QUESTION:
                similarity[place] = -1.0  # "Yes." answers the heading, and theirs is another question
        best = int(np.argmax((1 - HEADING_COUNTS) * similarity + HEADING_COUNTS * (headings @ asked)))
        if similarity[best] < CLOSE:
            return ()
        least = max(CLOSE, float(similarity[best]) - NEAR_BEST)
        chosen = [it for it, close in zip(sentences, similarity, strict=True) if close >= least]
        return _readable(sentences[best], chosen, sentences)

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


def _readable(best: Quoted, chosen: list[Quoted], sentences: list[Quoted]) -> tuple[Quoted, ...]:
    """Sentences of the best one's passage, in order, with the sentence before that one leans on."""
    passage = [it for it in sentences if it.passage.passage_id == best.passage.passage_id]
    places = {it.place for it in chosen if it.passage.passage_id == best.passage.passage_id}
    for it in passage:
        if it.place in places and it.place and _LEANS.search(it.sentence):
            places.add(it.place - 1)
    kept = sorted(places, key=lambda place: abs(place - best.place))[:MOST_SENTENCES]
    return tuple(it for it in passage if it.place in kept)
