"""What new examples would do: held-out messages read by heads that were taught them, and by heads that were not.

Both times the same of the tenant's examples and of the background are held out, in five folds, so that a difference is
the new examples' doing. What is acted on is judged by a gate that was fitted on the same messages, both times. Few
messages move: a change by one or two says little, and is shown as what it is, a count.
"""

import time
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.intent import IN_SCOPE_SHARE, background_utterances
from adapters.assistants.embedded.lexical import Rarity, count_ngrams
from adapters.assistants.embedded.logistic import Labels
from adapters.assistants.embedded.pupil import vectors_of
from adapters.assistants.embedded.scope import FOLDS, Besides, HeldOut, Readings, calibrate, stratified_folds
from adapters.embeddings.port import Embedder
from domain.conversation import CLEAR
from domain.correction import Example, IntentChange, Lessons, LessonsEffect
from domain.ids import Label, Sha256
from domain.intent import OUT_OF_SCOPE


class Bench:
    """A tenant's own examples, dealt into folds once; it remembers how they are read without the newest lessons."""

    def __init__(self, examples: Mapping[Label, Sequence[str]], embedder: Embedder) -> None:
        self._examples = examples
        self._embedder = embedder
        self._intents = tuple(sorted(examples))
        dealt = [(text, place) for place, intent in enumerate(self._intents) for text in sorted(set(examples[intent]))]
        self._texts = [text for text, _ in dealt]
        self._labels: Labels = np.array([place for _, place in dealt], np.intp)
        self._before: tuple[Sha256 | None, HeldOut] | None = None

    def effect(self, known: Sequence[Example], new: Sequence[Example]) -> LessonsEffect:
        """Compare heads taught `known` with heads taught `known` and `new`, besides the procedures' examples.

        Twenty fits, ten where `known` is what it was the last time: two or three seconds for a shop. Raises
        `ValueError` if no intent has two examples, and what the embedder raises.
        """
        began = time.perf_counter()
        lessons, both = Lessons(examples=tuple(known)), Lessons(examples=(*known, *new))
        vectors = vectors_of(both, self._examples, self._embedder)
        if self._before is None or self._before[0] != lessons.digest:
            self._before = (lessons.digest, self._read(lessons, vectors))
        before, after = self._before[1], self._read(both, vectors)
        return LessonsEffect(
            held_out=len(before.is_right),
            foreign=len(before.foreign),
            accuracy=(_share(before.is_right), _share(after.is_right)),
            in_scope_right=(_share(before.is_right & _is_sure(before)), _share(after.is_right & _is_sure(after))),
            out_of_scope_told=(_share(before.foreign * 1000 < CLEAR), _share(after.foreign * 1000 < CLEAR)),
            changes=tuple(self._changes(before, after)),
            seconds=round(time.perf_counter() - began, 2),
        )

    def _read(self, lessons: Lessons, embedder: Embedder) -> HeldOut:
        """What heads that were taught the lessons say of what is held out; a lesson that repeats it is left out."""
        held, foreign = set(self._texts), background_utterances()
        places = {intent: place for place, intent in enumerate(self._intents)}
        own = sorted(
            {(it.text, places[it.intent]) for it in lessons.examples if it.intent in places and it.text not in held}
        )
        none = sorted({it.text for it in lessons.examples if it.intent == OUT_OF_SCOPE} - set(foreign))
        batches = [self._texts, foreign, [text for text, _ in own], none]
        counts = count_ngrams([text for batch in batches for text in batch])
        words = Rarity.of(counts).weighed(counts)
        ends = np.cumsum([len(batch) for batch in batches])[:-1]
        vectors = [embedder.embed(batch) for batch in batches]
        known, unknown, taught, told = (
            Readings(vector, word) for vector, word in zip(vectors, np.split(words, ends), strict=True)
        )
        besides = Besides(taught, np.array([place for _, place in own], np.intp), told)
        return calibrate(known, self._labels, unknown, IN_SCOPE_SHARE, besides)[2]

    def _changes(self, before: HeldOut, after: HeldOut) -> list[IntentChange]:
        """The intents whose examples are read rightly more or less often."""
        folds = stratified_folds(self._labels)
        order = [
            self._labels[(folds == fold) & np.isin(self._labels, self._labels[folds != fold])] for fold in range(FOLDS)
        ]
        labels = np.concatenate(order)
        found = []
        for place, intent in enumerate(self._intents):
            own = labels == place
            counts = [int(it.is_right[own].sum()) for it in (before, after)]
            if counts[0] != counts[1]:
                found.append(IntentChange(intent=intent, held_out=int(own.sum()), before=counts[0], after=counts[1]))
        return found


def _is_sure(read: HeldOut) -> NDArray[np.bool_]:
    """Whether a reading would be acted on where a tenant has no thresholds of its own."""
    sure: NDArray[np.bool_] = np.rint(read.confidence * 1000) >= CLEAR
    return sure


def _share(which: NDArray[np.bool_]) -> float:
    return round(float(which.mean()), 4) if len(which) else 0.0
