"""What does the customer want? A small classifier over sentence embeddings that knows when it does not know.

Two questions, answered apart. *Which intent?* is a head of two halves, meaning and words, over the workspace's own
examples, with one more class of background utterances (`background.txt`), calibrated by temperature. *Any of them at
all?* is the gate of `scope.py`.
Trained when a worker starts: well under a second for 20 intents of 25 examples, embedding apart. It must not act on its
answer: whoever asks compares the confidence with a threshold and clarifies below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.assistants.embedded.lexical import Rarity, count_ngrams
from adapters.assistants.embedded.logistic import Matrix, softmax
from adapters.assistants.embedded.scope import Gate, Head, HeldOut, Readings, calibrate
from adapters.embeddings.port import Embedder

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
    rarity: Rarity
    head: Head
    temperature: float
    gate: Gate
    held_out: HeldOut

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
        ones, for trials that hold some of them back. Raises `ValueError` for no intent, an intent without examples, if
        no intent has two, or for a share outside (0, 1); and what the embedder raises.
        """
        if not 0 < in_scope_share < 1:
            raise ValueError(f"in_scope_share must lie between 0 and 1, not {in_scope_share}")
        intents = tuple(sorted(examples))
        empty = [intent for intent in intents if not examples[intent]]
        if not intents or empty:
            raise ValueError(f"Every intent needs examples; missing for: {', '.join(empty) or 'all of them'}")
        utterances = [(text, label) for label, intent in enumerate(intents) for text in sorted(set(examples[intent]))]
        labels = np.array([label for _, label in utterances], np.intp)
        foreign = [*(background_utterances() if background is None else background), *sorted(set(out_of_scope))]
        counts = count_ngrams([*(text for text, _ in utterances), *foreign])
        rarity = Rarity.of(counts)
        words = rarity.weighed(counts)
        known = Readings(embedder.embed([text for text, _ in utterances]), words[: len(utterances)])
        unknown = Readings(embedder.embed(foreign), words[len(utterances) :])
        temperature, gate, held_out = calibrate(known, labels, unknown, in_scope_share)
        head = Head.fit(known, labels, unknown, len(intents))
        return cls(intents, embedder, rarity, head, temperature, gate, held_out)

    def rank(self, text: str) -> list[Ranked]:
        """Rank every intent for a text, best first; what the confidences lack to 1 is "none of these"."""
        confidences = self.confidences([text])[0].tolist()
        ranked = [Ranked(intent, confidence) for intent, confidence in zip(self.intents, confidences, strict=True)]
        return sorted(ranked, key=lambda candidate: (-candidate.confidence, candidate.intent))

    def confidences(self, texts: Sequence[str]) -> Matrix:
        """Return one row per text: the probability of each of `intents`, summing to at most 1; raises as `embed`."""
        readings = Readings(self.embedder.embed(texts), self.rarity.weighed(count_ngrams(texts)))
        among_intents = softmax(self.head.logits(readings)[:, :-1], self.temperature)
        in_scope = self.gate.in_scope(self.head.scope_features(readings, self.temperature))
        confidences: Matrix = among_intents * in_scope[:, None]
        return confidences


def background_utterances() -> list[str]:
    """Read the shipped utterances that no procedure handles."""
    lines = BACKGROUND.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
