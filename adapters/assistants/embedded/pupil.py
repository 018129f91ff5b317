"""Who learns: the readers of a tenant, fitted anew when its accepted corrections change, without a restart.

A version is named by the digest of what it was taught, so that any two workers that read the same lessons read messages
alike. The first message after an acceptance waits for the fitting: about as long as an answer takes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock

from adapters.assistants.embedded.intent import IntentHead, background_utterances
from adapters.assistants.embedded.understanding import Understanding
from adapters.embeddings.port import Embedder
from adapters.embeddings.remembering import RememberingEmbedder
from domain.correction import Lessons
from domain.ids import Label, Sha256
from domain.intent import OUT_OF_SCOPE

#: Lessons are embedded so few at a time that no cache on disk keeps their vectors: they can be erased.
_FEW = 15


class Pupil:
    """The newest readers; safe to share between threads."""

    def __init__(self, first: Understanding, taught: Callable[[Lessons], Understanding] | None = None) -> None:
        """Take the readers that know the procedures' examples alone, and what fits others; None: nothing is learned."""
        self._first = first
        self._taught = taught
        self._lock = Lock()
        self._newest: tuple[Sha256, Understanding] | None = None

    def understanding(self, lessons: Lessons) -> Understanding:
        """The readers that were taught these lessons, and the procedures' examples."""
        digest = lessons.digest
        if digest is None or self._taught is None:
            return self._first
        newest = self._newest
        if newest is None or newest[0] != digest:
            with self._lock:
                newest = self._newest
                if newest is None or newest[0] != digest:  # nobody else has fitted it while we waited
                    newest = (digest, self._taught(lessons))
                    self._newest = newest
        return newest[1]


def head_with(
    lessons: Lessons, examples: Mapping[Label, Sequence[str]], embedder: Embedder, out_of_scope: Sequence[str] = ()
) -> IntentHead:
    """Fit a head on examples and lessons, embedding the lessons alone anew where `embedder` caches whole batches."""
    more = lessons.taught(examples)
    foreign = (*out_of_scope, *lessons.taught((OUT_OF_SCOPE,)).get(OUT_OF_SCOPE, ()))
    texts = {name: (*texts, *more.get(name, ())) for name, texts in examples.items()}
    head = IntentHead.train(texts, vectors_of(lessons, examples, embedder, out_of_scope), foreign)
    return replace(head, embedder=embedder)  # what customers write from now on is not remembered


def vectors_of(
    lessons: Lessons, examples: Mapping[Label, Sequence[str]], embedder: Embedder, out_of_scope: Sequence[str] = ()
) -> RememberingEmbedder:
    """The vectors of examples, background and lessons; the first two in the batches that `IntentHead.train` has too."""
    known = RememberingEmbedder(embedder)
    for batch in (
        [text for intent in sorted(examples) for text in sorted(set(examples[intent]))],
        [*background_utterances(), *sorted(set(out_of_scope))],
    ):
        known.know(batch, embedder.embed(batch))
    words = [example.text for example in lessons.examples]
    for start in range(0, len(words), _FEW):
        known.embed(words[start : start + _FEW])
    return known
