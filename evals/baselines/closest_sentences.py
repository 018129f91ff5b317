"""How answers were chosen until November 2026: the closest sentences, judged by their cosine alone."""

import re
from collections.abc import Sequence

import numpy as np

from adapters.assistants.embedded.extract import sentences_of
from adapters.assistants.port import Passage
from adapters.embeddings.port import Embedder

_CLOSE, _NEAR_BEST, _HEADING, _RANK, _SAME_QUESTION = 0.40, 0.12, 0.3, 0.03, 0.60
_MOST_PASSAGES, _MOST_SENTENCES = 4, 3
_VERDICT = re.compile(r"^(?:yes|no|ja|nein)\b", re.IGNORECASE)
_LEANS = re.compile(
    r"^(?:it|they|this|that|these|those|then|otherwise|if not|both|after that|from then|in that case)\b", re.IGNORECASE
)


def closest_sentences(embedder: Embedder, question: str, passages: Sequence[Passage]) -> tuple[list[str], int]:
    """Return the sentences quoted, and the passage they stand in; ([], 0) for none."""
    sentences = [
        (rank, place, sentence)
        for rank, passage in enumerate(passages[:_MOST_PASSAGES])
        for place, sentence in enumerate(sentences_of(passage.text))
        if not sentence.endswith("?")
    ]
    if not sentences:
        return [], 0
    sections = [passages[rank].section for rank, _, _ in sentences]
    vectors = embedder.embed([f"{section}: {it[2]}" for section, it in zip(sections, sentences, strict=True)])
    asked = embedder.embed([question])[0]
    similarity = vectors @ asked - _RANK * np.array([rank for rank, _, _ in sentences])
    for number, (_, _, sentence) in enumerate(sentences):
        if _VERDICT.match(sentence) and similarity[number] < _SAME_QUESTION:
            similarity[number] = -1.0
    best = int(np.argmax((1 - _HEADING) * similarity + _HEADING * (embedder.embed(sections) @ asked)))
    if similarity[best] < _CLOSE:
        return [], 0
    rank, centre, _ = sentences[best]
    own = {place: sentence for other, place, sentence in sentences if other == rank}
    least = max(_CLOSE, float(similarity[best]) - _NEAR_BEST)
    places = {it[1] for it, close in zip(sentences, similarity, strict=True) if it[0] == rank and close >= least}
    places |= {place - 1 for place in sorted(places) if place and _LEANS.search(own[place])}
    kept = sorted(places & own.keys(), key=lambda place: abs(place - centre))[:_MOST_SENTENCES]
    return [own[place] for place in sorted(kept)], passages[rank].passage_id
