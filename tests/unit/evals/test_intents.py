"""The intent evals: right figures on made-up data, thresholds from the training part alone, clear errors."""

import json
from pathlib import Path

import numpy as np
import pytest

from adapters.embeddings.hashing import HashingEmbedder
from domain.errors import InvalidInput
from evals import clinc150, hint3
from evals.baselines.bag_of_words import measure_bag_of_words
from evals.intents import choose_threshold, judge, measure_head
from evals.report import NothingToMeasure

WISHES = {"cancel": "cancel my order number", "track": "where is my parcel from day", "change": "new address for order"}
TRAIN = [(f"{words} {n}", intent) for intent, words in WISHES.items() for n in range(8)]
TEST = [
    *((f"please {words} {n}", intent) for intent, words in WISHES.items() for n in (91, 92)),
    ("sing a song", "oos"),
]


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    """Write utterances as JSON lines."""
    path.write_text("\n".join(json.dumps({"text": text, "intent": intent}) for text, intent in rows), encoding="utf-8")
    return path


def test_counts_by_hand() -> None:
    """Two intents, three messages in scope and two out: every figure can be counted on one hand."""
    confidences = np.array([[0.9, 0.0], [0.1, 0.8], [0.4, 0.2], [0.0, 0.1], [0.6, 0.1]])
    figures = judge(confidences, np.array([0, 1, 0, -1, -1]), threshold=0.5)
    assert figures.argmax_accuracy == 1
    assert figures.in_scope_accuracy == pytest.approx(2 / 3)
    assert figures.oos_recall == pytest.approx(1 / 2)
    assert figures.coverage_at_98_precision == pytest.approx(2 / 3)
    assert figures.matthews == pytest.approx(6 / 16)


def test_a_threshold_costs_no_more_than_it_may() -> None:
    """Of 1,000 held-out messages, seven right ones may fall below it (0.75 %), and no eighth."""
    confidence = np.linspace(0.01, 1, 1_000)
    threshold = choose_threshold(confidence, np.ones(1_000, bool))
    assert int((confidence < threshold).sum()) == 7
    assert choose_threshold(confidence, np.zeros(1_000, bool)) == 1


def test_trains_on_one_part_and_judges_on_the_other() -> None:
    """Easy messages are recognised by us and by the baseline, and a foreign one counts as out of scope."""
    for figures in (measure_head(TRAIN, TEST, HashingEmbedder()), measure_bag_of_words(TRAIN, TEST)):
        assert (figures.intents, figures.in_scope, figures.out_of_scope) == (3, 6, 1)
        assert figures.argmax_accuracy == 1
        assert 0 < figures.threshold < 1


@pytest.mark.parametrize("module", [clinc150, hint3])
def test_judges_on_files_that_others_bring(tmp_path: Path, module: object) -> None:
    """`--train` and `--test` are all an eval needs; what it says has one form."""
    train, test = write(tmp_path / "train.jsonl", TRAIN), write(tmp_path / "test.jsonl", TEST)
    report = module.measure(tmp_path, train=train, test=test)  # type: ignore[attr-defined]
    (one,) = report.sets.values()
    assert one.metrics["in_scope"] == 6
    assert one.metrics["oos_recall"] in {0, 1}
    assert json.dumps(report.as_json())


@pytest.mark.parametrize("module", [clinc150, hint3])
def test_says_where_it_looked(tmp_path: Path, module: object) -> None:
    """A wrong folder is an error that names it, not an empty table."""
    with pytest.raises(NothingToMeasure, match=str(tmp_path)):
        module.measure(tmp_path)  # type: ignore[attr-defined]


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    """The error names the file and the line."""
    train = tmp_path / "train.jsonl"
    train.write_text('{"text": "cancel"}\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"line 1.*intent"):
        clinc150.measure(tmp_path, train=train, test=train)
    with pytest.raises(InvalidInput, match="two intents"):
        clinc150.measure(tmp_path, train=write(train, [("cancel", "a")]), test=train)
