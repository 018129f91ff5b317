"""Re-ranking by sentences: each sentence of the question looks for the sentence of the passage that is nearest to it.

Late interaction (Khattab and Zaharia 2020: the sum of the best matches) with sentences in place of tokens, because the
embedder is trained on sentences. Twenty passages not seen before cost about a second of one core, and then little.
"""

from collections.abc import Sequence

import numpy as np

from adapters.assistants.embedded.extract import sentences_of
from adapters.embeddings.port import Embedder, Vectors

_MOST_REMEMBERED = 20_000  # sentences of passages: 30 MB


class SentenceReranker:
    """A `Reranker` over any embedder; remembers vectors of passages, never of questions. Safe to share by threads."""

    name = "sentences"

    def __init__(self, embedder: Embedder) -> None:
        """Compare by `embedder`."""
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def order(self, question: str, passages: Sequence[str]) -> Sequence[int]:
        """Return the places of `passages`, best first and each once."""
        asked = sentences_of(question)
        if not asked or not passages:
            return range(len(passages))
        said = [sentences_of(passage) for passage in passages]
        vectors = self._vectors_of({sentence for sentences in said for sentence in sentences})
        wanted = self._embedder.embed(asked)
        scores = [
            float((wanted @ np.stack([vectors[sentence] for sentence in sentences]).T).max(axis=1).mean())
            if sentences
            else -1.0
            for sentences in said
        ]
        return sorted(range(len(passages)), key=lambda place: -scores[place])

    def _vectors_of(self, sentences: set[str]) -> dict[str, Vectors]:
        known = self._known if len(self._known) <= _MOST_REMEMBERED else {}
        new = sorted(sentences - known.keys())
        if new:  # into a new one: another thread goes on with the one it has
            self._known = known = {**known, **dict(zip(new, self._embedder.embed(new), strict=True))}
        return known
