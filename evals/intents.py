"""How well is the wish of a message told, and how well is it told that it is none of ours? What the intent evals share.

A threshold is chosen on the training examples alone, read by heads that were not fitted on them: the highest that costs
at most `COST` of the in-scope messages their right answer. The baseline's is chosen the same way.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.intent import IntentHead
from adapters.embeddings.port import Embedder
from domain.errors import InvalidInput
from evals.report import Metrics
from evals.rows import UtteranceRow, read_rows

COST = 0.0075  # of in-scope messages that lose their right answer to the threshold
PRECISION = 0.98
#: What data sets call an utterance of no intent.
NONE_OF_THESE = frozenset({"oos", "NO_NODES_DETECTED"})
_CALIBRATION_BINS = 10

Utterance = tuple[str, str]  # text, intent
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class IntentFigures:
    """What a head does with messages it has not seen, shares between 0 and 1."""

    intents: int
    in_scope: int  # messages
    out_of_scope: int
    threshold: float  # a message below it counts as "none of these"
    argmax_accuracy: float  # the best intent is right, no threshold
    in_scope_accuracy: float  # the best intent is right and at or above the threshold
    oos_recall: float  # below the threshold
    matthews: float  # correlation over all intents and "none of these", at the threshold
    coverage_at_98_precision: float  # in-scope messages answered rightly when 98 % of all answers given are right
    calibration_error: float  # is the best intent as often right as its confidence says? over all messages, ten bins

    def metrics(self) -> Metrics:
        """The figures by name."""
        return asdict(self)


def read_utterances(path: Path) -> list[Utterance]:
    """Read JSON lines of `text` and `intent`; raises NothingToMeasure and InvalidInput."""
    return [(row["text"], row["intent"]) for row in read_rows(path, UtteranceRow)]


def by_intent(train: Sequence[Utterance]) -> tuple[dict[str, list[str]], list[str]]:
    """The examples of each intent, and the utterances of none."""
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for text, intent in train:
        examples[intent].append(text)
    foreign = [text for name in NONE_OF_THESE for text in examples.pop(name, [])]
    return dict(examples), sorted(foreign)


def measure_head(train: Sequence[Utterance], test: Sequence[Utterance], embedder: Embedder) -> IntentFigures:
    """Train our head on `train` and judge it on `test`."""
    examples, foreign = by_intent(train)
    if len(examples) < 2:  # noqa: PLR2004 - one intent leaves nothing to tell apart
        raise InvalidInput("The training file needs at least two intents with examples.")
    head = IntentHead.train(examples, embedder, foreign)
    held = head.held_out
    threshold = choose_threshold(held.confidence.astype(float), held.is_right)
    confidences = head.confidences([text for text, _ in test]).astype(float)
    return judge(confidences, expected_of(test, head.intents), threshold)


def expected_of(test: Sequence[Utterance], intents: Sequence[str]) -> NDArray[np.intp]:
    """The place of each message's intent among `intents`; -1 for none of these."""
    places = {intent: place for place, intent in enumerate(intents)}
    return np.array([places.get(intent, -1) for _, intent in test], np.intp)


def choose_threshold(confidence: Floats, is_right: Flags) -> float:
    """Return the highest threshold that costs at most `COST` of all held-out examples their right answer."""
    right = np.sort(confidence[is_right])
    spared = int(COST * len(confidence))
    return float(right[min(spared, len(right) - 1)]) if len(right) else 1.0


def judge(confidences: Floats, expected: NDArray[np.intp], threshold: float) -> IntentFigures:
    """Compare one row of confidences per message with what it is; shape (messages, intents) and (messages,)."""
    best, chosen = confidences.max(axis=1), confidences.argmax(axis=1)
    known = expected >= 0
    right = chosen == expected
    decided = np.where(best >= threshold, chosen, -1)
    return IntentFigures(
        intents=confidences.shape[1],
        in_scope=int(known.sum()),
        out_of_scope=int((~known).sum()),
        threshold=threshold,
        argmax_accuracy=_share(right[known]),
        in_scope_accuracy=_share((decided == expected)[known]),
        oos_recall=_share((decided == -1)[~known]),
        matthews=_matthews(decided, expected),
        coverage_at_98_precision=_coverage(best, right, int(known.sum())),
        calibration_error=_calibration_error(best, right),
    )


def mean(parts: Sequence[IntentFigures]) -> IntentFigures:
    """Average shares, and add up messages."""
    table = [asdict(part) for part in parts]
    averaged = {key: sum(row[key] for row in table) / len(table) for key in table[0]}
    counts = {key: int(sum(row[key] for row in table)) for key in ("in_scope", "out_of_scope")}
    return IntentFigures(**{**averaged, **counts, "intents": round(averaged["intents"])})


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _coverage(best: Floats, right: Flags, in_scope: int) -> float:
    order = np.argsort(-best, kind="stable")
    answered_rightly = right[order].cumsum()
    precise = np.flatnonzero(answered_rightly / np.arange(1, len(order) + 1) >= PRECISION)
    return float(answered_rightly[precise[-1]] / in_scope) if len(precise) and in_scope else 0.0


def _calibration_error(best: Floats, right: Flags) -> float:
    bins = np.minimum((best * _CALIBRATION_BINS).astype(int), _CALIBRATION_BINS - 1)
    gaps = [
        abs(float(best[bins == number].mean()) - float(right[bins == number].mean())) * float((bins == number).mean())
        for number in np.unique(bins)
    ]
    return sum(gaps)


def _matthews(decided: NDArray[np.intp], expected: NDArray[np.intp]) -> float:
    """Correlate predictions with truth over many classes (Gorodkin 2004)."""
    classes = np.unique(np.concatenate([decided, expected]))
    says, truly = decided[:, None] == classes, expected[:, None] == classes
    total, says_counts, true_counts = len(expected), says.sum(axis=0), truly.sum(axis=0)
    covariance = float((decided == expected).sum()) * total - float(says_counts @ true_counts)
    says_spread = total**2 - float(says_counts @ says_counts)
    true_spread = total**2 - float(true_counts @ true_counts)
    spread = (says_spread * true_spread) ** 0.5
    return covariance / spread if spread else 0.0
