"""The measuring script: right figures on made-up data, and nothing measured that is not there."""

import json
from pathlib import Path

import numpy as np
import pytest

from adapters.embeddings.hashing import HashingEmbedder
from evals.understanding import IntentFigures, _figures, main, measure, measure_intents

TRAIN = [
    *[(f"cancel my order number {n}", "cancel") for n in range(8)],
    *[(f"where is my parcel from day {n}", "track") for n in range(8)],
]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as JSON lines, with the folders above."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_counts_by_hand() -> None:
    """Two intents, three messages in scope and two out: every figure can be counted on one hand."""
    confidences = np.array([[0.9, 0.0], [0.1, 0.8], [0.4, 0.2], [0.0, 0.1], [0.6, 0.1]])
    figures = _figures(confidences, np.array([0, 1, 0, -1, -1]), intents=2, seconds=0.5)
    assert figures.argmax_accuracy == 1
    assert figures.in_scope_accuracy == pytest.approx(2 / 3)
    assert figures.out_of_scope_recall == pytest.approx(1 / 2)
    assert figures.coverage_at_precision == pytest.approx(2 / 3)
    assert figures.matthews == pytest.approx(6 / 16)


def test_a_head_that_is_always_right_scores_full() -> None:
    """Perfect predictions give 1 everywhere and no calibration error."""
    confidences = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    figures = _figures(confidences, np.array([0, 1, -1]), intents=2, seconds=0)
    assert (figures.matthews, figures.in_scope_accuracy, figures.out_of_scope_recall) == (1, 1, 1)
    assert figures.calibration_error == pytest.approx(0, abs=1e-9)


def test_trains_on_one_part_and_judges_on_the_other() -> None:
    """Easy messages are recognised, foreign ones are not answered."""
    test = [("please cancel my order number 99", "cancel"), ("where is my parcel from yesterday", "track")]
    figures = measure_intents(TRAIN, test, ["sing a song about cheese"], HashingEmbedder())
    assert (figures.intents, figures.in_scope, figures.out_of_scope) == (2, 2, 1)
    assert figures.argmax_accuracy == 1
    assert figures.out_of_scope_recall == 1


def test_measures_what_is_there(tmp_path: Path) -> None:
    """Absent data sets are left out; those that are there are read in their published shape."""
    assert measure(tmp_path, HashingEmbedder()) == {}
    wishes = ["cancel order", "track parcel", "change address", "lost password", "broken lamp", "late refund"]
    rows = [{"text": f"{wish} please {n}", "intent": wish} for wish in wishes for n in range(8)]
    for shop in ("curekart", "powerplay11", "sofmattress"):
        write(tmp_path / "hint3" / "dev" / f"{shop}_train.jsonl", rows)
    figures = measure(tmp_path, HashingEmbedder())
    assert set(figures) == {"hint3 curekart", "hint3 powerplay11", "hint3 sofmattress"}
    assert isinstance(figures["hint3 curekart"], IntentFigures)


def test_says_that_there_is_nothing_to_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong path is an error that names it, not an empty table."""
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path)])
    assert str(tmp_path) in capsys.readouterr().err


def test_prints_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other programs read the figures under --json."""
    rows = [{"text": f"{wish} please {n}", "intent": wish} for wish in ("cancel", "track") for n in range(8)]
    write(tmp_path / "clinc150" / "dev" / "train.jsonl", rows)
    write(tmp_path / "clinc150" / "dev" / "val.jsonl", [*rows[::4], {"text": "sing a song", "intent": "oos"}])
    (tmp_path / "clinc150" / "shared").mkdir()
    (tmp_path / "clinc150" / "shared" / "domains.json").write_text('{"desk": ["cancel", "track"]}', encoding="utf-8")
    assert main(["--data", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clinc150, 150 intents"]["in_scope"] == 4
