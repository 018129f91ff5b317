"""What does the customer want? A small classifier over sentence embeddings that knows when it does not know.

Two questions, answered apart. *Which intent?* is a logistic head over the workspace's own examples, with one more class
of background utterances (`background.txt`), calibrated by temperature. *Any of them at all?* is the gate of `scope.py`.
Trained when a worker starts: well under a second for 20 intents of 25 examples, embedding apart. It must not act on its
answer: whoever asks compares the confidence with a threshold and clarifies below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.assistants.embedded.logistic import Matrix, softmax
from adapters.assistants.embedded.scope import Gate, Head, calibrate
from adapters.embeddings.port import Embedder, Vectors

BACKGROUND = Path(__file__).with_name("background.txt")
IN_SCOPE_SHARE = 0.7  # of a desk's messages that its procedures cover: a guess, until the desk has counted


@dataclass(frozen=True)
class Ranked:
    """One candidate: an intent and the probability that it is what the customer wants."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class IntentHead:
    """A trained head; immutable, and safe to share between threads if its embedder is."""

    intents: tuple[str, ...]
    embedder: Embedder
    head: Head
    temperature: float
    gate: Gate

    @classmethod
    def train(
        cls,
        examples: Mapping[str, Sequence[str]],
        embedder: Embedder,
        out_of_scope: Sequence[str] = (),
        in_scope_share: float = IN_SCOPE_SHARE,
        background: Sequence[str] | None = None,
    ) -> "IntentHead":
        """Fit head, temperature and gate; the order of intents and of examples does not matter.

        `out_of_scope` adds utterances of the workspace's own that no intent handles; `background` replaces the shipped
        ones, for trials that hold some of them back. Raises `ValueError` for no intent,
        an intent without examples, if no intent has two, or for a share outside (0, 1); and what the embedder raises.
        """
        if not 0 < in_scope_share < 1:
            raise ValueError(f"in_scope_share must lie between 0 and 1, not {in_scope_share}")
        intents = tuple(sorted(examples))
        empty = [intent for intent in intents if not examples[intent]]
        if not intents or empty:
            raise ValueError(f"Every intent needs examples; missing for: {', '.join(empty) or 'all of them'}")
        utterances = [(text, label) for label, intent in enumerate(intents) for text in sorted(set(examples[intent]))]
        labels = np.array([label for _, label in utterances], np.intp)
        vectors = embedder.embed([text for text, _ in utterances])
        shipped = background_utterances() if background is None else background
        foreign = embedder.embed([*shipped, *sorted(set(out_of_scope))])
        temperature, gate = calibrate(vectors, labels, foreign, in_scope_share)
        return cls(intents, embedder, Head.fit(vectors, labels, foreign, len(intents)), temperature, gate)

    def rank(self, message: str | Vectors) -> list[Ranked]:
        """Rank every intent for a text or its vector, best first; what the confidences lack to 1 is "none of these"."""
        vectors = self.embedder.embed([message]) if isinstance(message, str) else message.reshape(1, -1)
        confidences = self.confidences(vectors)[0].tolist()
        ranked = [Ranked(intent, confidence) for intent, confidence in zip(self.intents, confidences, strict=True)]
        return sorted(ranked, key=lambda candidate: (-candidate.confidence, candidate.intent))

    def confidences(self, vectors: Vectors) -> Matrix:
        """Return one row per vector: the probability of each of `intents`, summing to at most 1."""
        among_intents = softmax(self.head.model.logits(vectors)[:, :-1], self.temperature)
        in_scope = self.gate.in_scope(self.head.scope_features(vectors, self.temperature))
        confidences: Matrix = among_intents * in_scope[:, None]
        return confidences


def background_utterances() -> list[str]:
    """Read the shipped utterances that no procedure handles."""
    lines = BACKGROUND.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
