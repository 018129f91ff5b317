"""How well does the embedded assistant understand? Measured on public data that nobody here wrote.

The data are not part of the repository (see `docs/measurements.md` for where they come from): `python -m
evals.understanding --data PATH` reads the folders `hint3` and `clinc150` below PATH, and skips what is missing.
Nothing is tuned here: thresholds are fixed before the data are seen.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.intent import IntentHead
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder, Vectors

THRESHOLD = 0.5  # a message below it counts as "none of these"
PRECISION = 0.98
SHOPS = ("curekart", "powerplay11", "sofmattress")
_FOLDS = 5
_CALIBRATION_BINS = 10
_DESK_EXAMPLES = 25  # a desk's procedures have about as many

Utterance = tuple[str, str]  # text, intent
Rows = Iterable[dict[str, str]]


@dataclass(frozen=True)
class IntentFigures:
    """What a head does with held-back messages, shares between 0 and 1."""

    intents: int
    in_scope: int  # messages
    out_of_scope: int
    argmax_accuracy: float  # the best intent is right, no threshold
    in_scope_accuracy: float  # the best intent is right and at or above the threshold
    out_of_scope_recall: float  # below the threshold
    matthews: float  # correlation over all intents and "none of these", at the threshold
    coverage_at_precision: float  # in-scope messages answered rightly when 98 % of all answers given are right
    calibration_error: float  # is the best intent as often right as its confidence says? over all messages, ten bins
    training_seconds: float


class _Remembering:
    """An embedder that embeds each text once: folds share most of theirs."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self.name, self.dimensions = embedder.name, embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = sorted({text for text in texts if text not in self._known})
        self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def measure_intents(
    train: Sequence[Utterance], test: Sequence[Utterance], foreign: Sequence[str], embedder: Embedder
) -> IntentFigures:
    """Train on `train`, where the intent "oos" marks utterances of none, and judge on `test` and foreign messages."""
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for text, intent in train:
        examples[intent].append(text)
    out_of_scope = examples.pop("oos", [])
    embedder.embed([text for text, _ in train])  # so that the training time is the head's alone
    started = time.perf_counter()
    head = IntentHead.train(examples, embedder, out_of_scope)
    seconds = time.perf_counter() - started
    confidences = head.confidences(embedder.embed([*(text for text, _ in test), *foreign])).astype(float)
    expected = np.array([head.intents.index(intent) for _, intent in test] + [-1] * len(foreign))
    return _figures(confidences, expected, len(head.intents), seconds)


def measure_hint3(folder: Path, shop: str, embedder: Embedder) -> IntentFigures:
    """Five-fold over a shop's training utterances; each fold also holds a fifth of the intents back as out of scope.

    The published test sets (live messages) are harder and not here: these figures and the published differ in kind.
    """
    rows = _utterances(folder / "dev" / f"{shop}_train.jsonl")
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for text, intent in rows:
        by_intent[intent].append(text)
    intents = sorted(intent for intent, texts in by_intent.items() if len(texts) >= _FOLDS)
    parts = []
    for fold in range(_FOLDS):
        foreign = {intent for number, intent in enumerate(intents) if number % _FOLDS == fold}
        known = [(text, intent) for intent in by_intent if intent not in foreign for text in by_intent[intent]]
        shuffled = np.random.default_rng(fold).permutation(len(known))
        held = set(shuffled[: len(known) // _FOLDS].tolist())
        train = [utterance for number, utterance in enumerate(known) if number not in held]
        trained = {intent for _, intent in train}
        test = [utterance for number, utterance in enumerate(known) if number in held and utterance[1] in trained]
        parts.append(measure_intents(train, test, [text for i in sorted(foreign) for text in by_intent[i]], embedder))
    return _mean(parts)


def measure_clinc(folder: Path, embedder: Embedder) -> IntentFigures:
    """All 150 intents: train on `train`, judge on `val`."""
    return _split_clinc(folder, embedder, lambda _: True, None)


def measure_clinc_desk(folder: Path, embedder: Embedder) -> IntentFigures:
    """As large as a desk: the 15 intents of one domain, 25 examples each; the mean over the ten domains."""
    domains: dict[str, list[str]] = json.loads((folder / "shared" / "domains.json").read_text(encoding="utf-8"))
    return _mean(
        [
            _split_clinc(folder, embedder, frozenset(intents).__contains__, _DESK_EXAMPLES)
            for _, intents in sorted(domains.items())
        ]
    )


def measure(data: Path, embedder: Embedder) -> dict[str, IntentFigures]:
    """Measure whatever is there below `data`; an absent folder is left out."""
    embedder = _Remembering(embedder)
    figures: dict[str, IntentFigures] = {}
    for shop in SHOPS:
        if (data / "hint3").is_dir():
            figures[f"hint3 {shop}"] = measure_hint3(data / "hint3", shop, embedder)
    if (data / "clinc150").is_dir():
        figures["clinc150, ten desks of 15 intents"] = measure_clinc_desk(data / "clinc150", embedder)
        figures["clinc150, 150 intents"] = measure_clinc(data / "clinc150", embedder)
    return figures


def _split_clinc(
    folder: Path, embedder: Embedder, is_known: Callable[[str], bool], examples: int | None
) -> IntentFigures:
    kept: defaultdict[str, list[Utterance]] = defaultdict(list)
    for text, intent in _utterances(folder / "dev" / "train.jsonl"):
        if is_known(intent) and (examples is None or len(kept[intent]) < examples):
            kept[intent].append((text, intent))
    held = _utterances(folder / "dev" / "val.jsonl")
    train = [utterance for utterances in kept.values() for utterance in utterances]
    test = [(text, intent) for text, intent in held if intent != "oos" and is_known(intent)]
    return measure_intents(train, test, [text for text, intent in held if intent == "oos"], embedder)


def _figures(
    confidences: NDArray[np.float64], expected: NDArray[np.intp], intents: int, seconds: float
) -> IntentFigures:
    best, chosen = confidences.max(axis=1), confidences.argmax(axis=1)
    known = expected >= 0
    right = chosen == expected
    decided = np.where(best >= THRESHOLD, chosen, -1)
    return IntentFigures(
        intents=intents,
        in_scope=int(known.sum()),
        out_of_scope=int((~known).sum()),
        argmax_accuracy=float(right[known].mean()),
        in_scope_accuracy=float((decided == expected)[known].mean()),
        out_of_scope_recall=float((decided == -1)[~known].mean()),
        matthews=_matthews(decided, expected),
        coverage_at_precision=_coverage(best, right, int(known.sum())),
        calibration_error=_calibration_error(best, right),
        training_seconds=seconds,
    )


def _coverage(best: NDArray[np.float64], right: NDArray[np.bool_], in_scope: int) -> float:
    order = np.argsort(-best, kind="stable")
    answered_rightly = right[order].cumsum()
    precise = np.flatnonzero(answered_rightly / np.arange(1, len(order) + 1) >= PRECISION)
    return float(answered_rightly[precise[-1]] / in_scope) if len(precise) else 0.0


def _calibration_error(best: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
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


def _mean(parts: Sequence[IntentFigures]) -> IntentFigures:
    """Average shares and times, and add up messages."""
    table = [asdict(part) for part in parts]
    mean = {key: sum(row[key] for row in table) / len(table) for key in table[0]}
    counts = {key: int(sum(row[key] for row in table)) for key in ("in_scope", "out_of_scope")}
    return IntentFigures(**{**mean, **counts, "intents": round(mean["intents"])})


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _utterances(path: Path) -> list[Utterance]:
    return [(row["text"], row["intent"]) for row in _rows(path)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures as a table or, with --json, as one object; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="evals.understanding", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds hint3, clinc150, ...")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args(arguments)
    figures = {name: asdict(one) for name, one in measure(options.data, MiniLmEmbedder()).items()}
    if not figures:
        parser.error(f"none of the data sets is in {options.data}")
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return 0
    for name, one in figures.items():
        sys.stdout.write(f"{name}\n")
        for key, value in one.items():
            shown = f"{value:.3f}" if isinstance(value, float) else value
            sys.stdout.write(f"    {key.replace('_', ' '):24} {shown}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
