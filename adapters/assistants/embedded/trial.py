"""What the head says of messages that it was not taught: the ground that thresholds and advice on examples stand on.

Five times over, a fifth of every intent's examples and a fifth of the shipped background utterances are held back, the
head is trained on the rest and reads them. So a threshold is judged on wishes that are to be told apart and on messages
of none of them. Wishes next door to those a desk handles are not among them: only a desk's own messages show those.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.intent import IN_SCOPE_SHARE, IntentHead, background_utterances
from adapters.assistants.embedded.logistic import Labels, Matrix
from adapters.assistants.embedded.scope import FOLDS, stratified_folds
from adapters.embeddings.port import Embedder

NONE_OF_THEM = -1

Examples = Mapping[str, Sequence[str]]
Progress = Callable[[int], None]  # told how many of the trainings are done


@dataclass(frozen=True)
class Trial:
    """Readings of held-back messages, a row each; `weights` sum to 1 and make the mix that a desk receives."""

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    expected: Labels  # places in `intents`, or NONE_OF_THEM
    confidences: Matrix  # shape (messages, intents)
    weights: NDArray[np.float64]

    @property
    def best(self) -> Matrix:
        """How sure the head is of its best reading."""
        best: Matrix = self.confidences.max(axis=1)
        return best

    @property
    def chosen(self) -> Labels:
        """The best reading."""
        chosen: Labels = self.confidences.argmax(axis=1)
        return chosen

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Whether the best reading is the right one; never for a message of none of the intents."""
        right: NDArray[np.bool_] = np.equal(self.chosen, self.expected)
        return right


def cross_validate(examples: Examples, embedder: Embedder, told: Progress = lambda _: None) -> Trial:
    """Read every example, and every background utterance, by a head that was not taught it.

    `FOLDS` trainings: seconds for a desk's procedures; an intent's only example is never held back. `embedder` should
    remember texts (`RememberingEmbedder`). Raises `ValueError` as `IntentHead.train`, and for a single intent.
    """
    intents = tuple(sorted(examples))
    if len(intents) < 2:  # noqa: PLR2004 - with one intent there is nothing to tell apart
        raise ValueError("There must be two intents at least to tell apart")
    texts = [text for intent in intents for text in sorted(set(examples[intent]))]
    labels = np.array([label for label, intent in enumerate(intents) for _ in set(examples[intent])], np.intp)
    foreign, folds = background_utterances(), stratified_folds(labels)
    read: list[str] = []
    expected: list[Labels] = []
    readings: list[Matrix] = []
    for fold in range(FOLDS):
        held = np.flatnonzero((folds == fold) & np.isin(labels, labels[folds != fold]))
        taught: defaultdict[str, list[str]] = defaultdict(list)
        for at in np.flatnonzero(folds != fold):
            taught[intents[labels[at]]].append(texts[at])
        held_foreign = foreign[fold::FOLDS]
        head = IntentHead.train(
            {intent: taught[intent] or examples[intent] for intent in intents},
            embedder,
            background=[text for number, text in enumerate(foreign) if number % FOLDS != fold],
        )
        now = [*(texts[at] for at in held), *held_foreign]
        read += now
        expected.append(np.concatenate([labels[held], np.full(len(held_foreign), NONE_OF_THEM, np.intp)]))
        readings.append(head.confidences(now))
        told(fold + 1)
    right = np.concatenate(expected)
    return Trial(intents, tuple(read), right, np.concatenate(readings), _desk_weights(right))


def judge(examples: Examples, messages: Sequence[tuple[str, str]], embedder: Embedder) -> Trial:
    """Read labelled messages `(text, intent)` by a head taught all examples; an intent not among them is none of them.

    The messages' own mix counts: each weighs the same. Raises `ValueError` as `IntentHead.train`, and without messages.
    """
    if not messages:
        raise ValueError("There are no labelled messages to judge on")
    head = IntentHead.train(examples, embedder)
    texts = [text for text, _ in messages]
    places = {intent: place for place, intent in enumerate(head.intents)}
    expected = np.array([places.get(intent, NONE_OF_THEM) for _, intent in messages], np.intp)
    weights = np.full(len(texts), 1 / len(texts))
    return Trial(head.intents, tuple(texts), expected, head.confidences(texts), weights)


def _desk_weights(expected: Labels) -> NDArray[np.float64]:
    """Weights that make `IN_SCOPE_SHARE` of the messages wishes that the head was taught."""
    is_known = expected != NONE_OF_THEM
    weights = np.where(is_known, IN_SCOPE_SHARE / max(1, is_known.sum()), 0.0)
    if not is_known.all():
        weights = np.where(is_known, weights, (1 - IN_SCOPE_SHARE) / (~is_known).sum())
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
