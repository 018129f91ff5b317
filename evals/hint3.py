"""HINT3: what customers of three Indian shops wrote to their bots (Arora et al. 2020).

Without files, the training sets are cut into five folds; in each, a fifth of the intents is held back and plays the
messages that are none of the bot's business. That is harder than foreign talk, and not comparable with the published
figures on live messages. The baseline reads the same folds.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.embeddings.remembering import RememberingEmbedder
from evals.baselines.bag_of_words import measure_bag_of_words
from evals.intents import (
    COST,
    Utterance,
    mean,
    measure_head,
    read_utterances,
)
from evals.report import Anchor, EvalReport, SetReport

BOTS = ("curekart", "powerplay11", "sofmattress")
_FOLDS = 5
_BASELINE = "TF-IDF, logistic"
_BESIDE = "measured beside ours: same folds, same rule for the threshold"


def measure(data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
    """Five folds of each bot's training set, or `train` and `test` as named; raises NothingToMeasure, InvalidInput."""
    embedder = RememberingEmbedder(MiniLmEmbedder())
    if test is not None or train is not None:
        sets = {"named files": _on_files(data, train, test, embedder)}
    else:
        sets = {
            bot: _in_folds(read_utterances(data / "hint3" / "dev" / f"{bot}_train.jsonl"), embedder) for bot in BOTS
        }
    return EvalReport(
        name="hint3",
        sets=sets,
        protocol=(
            "Five folds, in each a fifth of the intents held back as out of scope; the threshold is chosen on the "
            f"training part by cross-validation so that it costs at most {COST:.2%} of in-scope messages."
        ),
    )


def _on_files(data: Path, train: Path | None, test: Path | None, embedder: Embedder) -> SetReport:
    fallback = data / "hint3" / "dev" / "curekart_train.jsonl"
    learned, judged = read_utterances(train or fallback), read_utterances(test or fallback)
    ours = measure_head(learned, judged, embedder)
    return SetReport(
        ours.metrics(), {_BASELINE: Anchor(measure_bag_of_words(learned, judged).metrics(), "measured beside ours")}
    )


def _in_folds(rows: Sequence[Utterance], embedder: Embedder) -> SetReport:
    by_intent: defaultdict[str, list[Utterance]] = defaultdict(list)
    for row in rows:
        by_intent[row[1]].append(row)
    ours, baseline = [], []
    for fold in range(_FOLDS):
        learned, judged = _split(by_intent, fold)
        ours.append(measure_head(learned, judged, embedder))
        baseline.append(measure_bag_of_words(learned, judged))
    return SetReport(mean(ours).metrics(), {_BASELINE: Anchor(mean(baseline).metrics(), _BESIDE)})


def _split(by_intent: dict[str, list[Utterance]], fold: int) -> tuple[list[Utterance], list[Utterance]]:
    """What one fold trains on and what it judges: unknown intents, and a fifth of what is known."""
    intents = sorted(intent for intent, rows in by_intent.items() if len(rows) >= _FOLDS)
    foreign = {intent for number, intent in enumerate(intents) if number % _FOLDS == fold}
    known = [row for intent, rows in by_intent.items() if intent not in foreign for row in rows]
    shuffled = np.random.default_rng(fold).permutation(len(known))
    held = set(shuffled[: len(known) // _FOLDS].tolist())
    learned = [row for number, row in enumerate(known) if number not in held]
    trained = {intent for _, intent in learned}
    judged = [row for number, row in enumerate(known) if number in held and row[1] in trained]
    return learned, [*judged, *(row for intent in sorted(foreign) for row in by_intent[intent])]
