"""CLINC150: 150 intents of ten domains, and questions that are none of them (Larson et al. 2019)."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.embeddings.remembering import RememberingEmbedder
from evals.intents import (
    COST,
    NONE_OF_THESE,
    IntentFigures,
    Utterance,
    mean,
    measure_head,
    read_utterances,
)
from evals.report import Anchor, EvalReport, SetReport

_DESK_EXAMPLES = 25  # a desk's procedures have about as many
_ANCHORS = {
    "MiniLM, logistic": Anchor(
        {"in_scope_accuracy": 0.946, "oos_recall": 0.78}, "a plain logistic head over the same embeddings, on val"
    ),
    "TF-IDF, logistic": Anchor({"in_scope_accuracy": 0.920, "oos_recall": 0.503}, "on test"),
    "BERT": Anchor({"in_scope_accuracy": 0.962, "oos_recall": 0.523}, "Larson et al. 2019, fine-tuned, on test"),
}
_TARGETS = {"in_scope_accuracy": 0.95, "oos_recall": 0.75}


def measure(data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
    """Train on `train`, judge on `val` (or on the files named); raises NothingToMeasure and InvalidInput."""
    folder = data / "clinc150"
    embedder = RememberingEmbedder(MiniLmEmbedder())
    learned = read_utterances(train or folder / "dev" / "train.jsonl")
    judged = read_utterances(test or folder / "dev" / "val.jsonl")
    figures = measure_head(learned, judged, embedder)
    name = "val" if test is None else test.stem
    sets = {name: SetReport(figures.metrics(), _ANCHORS, _TARGETS)}
    domains = folder / "shared" / "domains.json"
    if train is None and test is None and domains.is_file():
        sets["ten desks of 15 intents"] = SetReport(_desks(domains, learned, judged, embedder).metrics())
    return EvalReport(
        name="clinc150",
        sets=sets,
        protocol=(
            "Trained on train, out-of-scope utterances included; one threshold, chosen on train by cross-validation "
            f"so that it costs at most {COST:.2%} of in-scope messages; judged once on the other file."
        ),
        notes=("The head's design was chosen with val in view: development figures. Published anchors are on test.",),
    )


def _desks(domains: Path, train: Sequence[Utterance], test: Sequence[Utterance], embedder: Embedder) -> IntentFigures:
    """As large as a desk: the 15 intents of one domain, 25 examples each; the mean over the ten domains."""
    table: dict[str, list[str]] = json.loads(domains.read_text(encoding="utf-8"))
    parts = []
    for _, intents in sorted(table.items()):
        kept: defaultdict[str, list[Utterance]] = defaultdict(list)
        for text, intent in train:
            if intent in intents and len(kept[intent]) < _DESK_EXAMPLES:
                kept[intent].append((text, intent))
        judged = [row for row in test if row[1] in intents or row[1] in NONE_OF_THESE]
        parts.append(measure_head([row for rows in kept.values() for row in rows], judged, embedder))
    return mean(parts)
