"""Whether thresholds chosen on a desk's own examples keep their promise on messages that nobody has seen.

    python -m benchmarks.thresholds --data ../shared/data [--precision 0.98]

Ten desks of CLINC150, a domain each: 15 intents of 25 examples (from `train`). `setright tune` chooses the thresholds
from those by cross-validation; they are judged on `val`, where the desk's own messages weigh 70 % and `oos` 30 %, and
beside them the built-in threshold. Nothing of `val` is used in choosing.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from adapters.assistants.embedded.intent import IN_SCOPE_SHARE
from adapters.assistants.embedded.trial import NONE_OF_THEM, Trial, cross_validate, judge
from adapters.assistants.embedded.tuning import tune
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.remembering import RememberingEmbedder
from domain.conversation import CLEAR
from evals.intents import read_utterances

EXAMPLES = 25


def kept(trial: Trial, thresholds: dict[str, int]) -> tuple[float, float]:
    """Precision of what is answered at these thresholds, and the share of the desk's own messages answered rightly.

    The precision is NaN where nothing is answered.
    """
    is_own = trial.expected != NONE_OF_THEM
    weights = np.where(is_own, IN_SCOPE_SHARE / is_own.sum(), (1 - IN_SCOPE_SHARE) / max(1, (~is_own).sum()))
    lowest = np.array([thresholds.get(intent, CLEAR) / 1000 for intent in trial.intents])
    answered = trial.best >= lowest[trial.chosen]
    said = float(weights[answered].sum())
    precision = float(weights[answered & trial.is_right].sum()) / said if said else float("nan")
    return precision, float((answered & trial.is_right).sum() / is_own.sum())


def main() -> None:
    """Print one line for each desk, and the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--precision", type=float, default=0.98)
    options = parser.parse_args()
    folder = options.data / "clinc150"
    domains: dict[str, list[str]] = json.loads((folder / "shared" / "domains.json").read_text(encoding="utf-8"))
    train, held = (read_utterances(folder / "dev" / f"{name}.jsonl") for name in ("train", "val"))
    embedder, rows = RememberingEmbedder(MiniLmEmbedder()), []
    print(f"{'desk':20} {'own':>4} {'right':>7} {'covered':>8} | built-in {CLEAR / 1000:.2f}: right, covered")
    for domain, intents in sorted(domains.items()):
        examples: defaultdict[str, list[str]] = defaultdict(list)
        for text, intent in train:
            if intent in intents and len(examples[intent]) < EXAMPLES:
                examples[intent].append(text)
        tuning = tune(cross_validate(examples, embedder), options.precision)
        chosen = {one.intent: one.threshold for one in tuning.intents if one.threshold is not None}
        messages = [one for one in held if one[1] in {*intents, "oos"}]
        trial = judge(examples, messages, embedder)
        rows.append((*kept(trial, chosen), *kept(trial, {})))
        own = sum(one.basis == "own" for one in tuning.intents)
        print(f"{domain:20} {own:4} {rows[-1][0]:7.3f} {rows[-1][1]:8.3f} | {rows[-1][2]:.3f} {rows[-1][3]:.3f}")
    mean = np.nanmean(rows, axis=0)  # a desk that answers nothing has no precision; it counts with its coverage
    print(f"{'mean':20} {'':4} {mean[0]:7.3f} {mean[1]:8.3f} | {mean[2]:.3f} {mean[3]:.3f}")


if __name__ == "__main__":
    main()
