"""The evals of groundedness and of answering, on small data made up here."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from adapters.embeddings.hashing import HashingEmbedder
from domain.errors import InvalidInput
from domain.support import WEIGHTS
from evals import groundedness, mtrag_un
from evals.answerability.pool import Pool, ndcg
from evals.folds import chosen, class_scores, folds

_TOPICS = ("kettles boil water", "lamps need bulbs", "chairs carry people", "desks hold books", "rugs cover floors")


def _write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _replies(path: Path) -> Path:
    rows: list[dict[str, object]] = []
    for number in range(30):
        topic = f"{_TOPICS[number % 5]} in house {number // 5}"
        rows += [
            {"knowledge": topic, "response": topic, "label": "Fully attributable"},
            {"knowledge": topic, "response": "I love my dog so much!", "label": "Not fully attributable"},
        ]
    return _write(path, rows)


def test_groundedness_is_judged_on_what_was_not_seen(tmp_path: Path) -> None:
    """Copies and chatter are told apart, in folds and on a file of its own, with word overlap beside."""
    file = _replies(tmp_path / "replies.jsonl")
    for test in (None, file):
        report = groundedness.measure(tmp_path, train=file, test=test)
        judged = report.sets["begin_groundedness"]
        assert judged.metrics["macro_f1"] == 1.0
        assert "word overlap" in judged.anchors
    assert "judged on replies.jsonl" in report.protocol


def test_a_label_of_another_data_set_is_refused(tmp_path: Path) -> None:
    """The error names the label."""
    file = _write(tmp_path / "x.jsonl", [{"knowledge": "a", "response": "b", "label": "maybe"}])
    with pytest.raises(InvalidInput, match="maybe"):
        groundedness.measure(tmp_path, train=file)


def test_the_shipped_weights_are_those_the_command_prints() -> None:
    """Whoever has the data gets the same head."""
    data = Path(os.environ.get("SETRIGHT_DATA", "../shared/data")) / groundedness.FILE
    if not data.is_file():
        pytest.skip(f"the public data set is not at {data}")
    head = groundedness.head_of(data)
    assert np.allclose([*head.weights, head.bias], WEIGHTS, atol=0.002)


def test_answering_is_judged_by_conversation(tmp_path: Path) -> None:
    """A question of a known topic is answered, one of an unknown topic is not; the baselines stand beside."""
    rows: list[dict[str, object]] = []
    for number in range(30):
        is_known = number % 2 == 0
        topic = _TOPICS[number % 5]
        rows.append(
            {
                "task_id": f"c{number}<::>1",
                "answerability": "ANSWERABLE" if is_known else "UNANSWERABLE",
                "turns": [{"speaker": "user", "text": topic if is_known else f"zebra{number} quagga{number}"}],
                "contexts": [{"document_id": topic, "text": f"{topic}. So it is."}] if is_known else [],
            }
        )
    file = _write(tmp_path / "tasks.jsonl", rows)
    report = mtrag_un.measure(tmp_path, train=file, test=file, embedder=HashingEmbedder())
    judged = report.sets["mtrag_un"]
    assert judged.metrics["f1_answer"] == judged.metrics["f1_not_found"] == 1.0
    assert judged.metrics["ndcg_at_10"] == 1.0
    assert judged.anchors["majority"].metrics["f1_not_found"] == 0.0


def test_what_belongs_together_is_judged_together() -> None:
    """Every row is judged once, and never with its group in training."""
    groups = [f"g{number // 3}" for number in range(30)]
    judged = np.zeros(30, int)
    for seen, held in folds(groups):
        judged += held
        assert not {group for group, it in zip(groups, seen, strict=True) if it} & {
            group for group, it in zip(groups, held, strict=True) if it
        }
    assert judged.tolist() == [1] * 30


def test_a_setting_is_chosen_by_its_score() -> None:
    """The setting that answers rightly wins; of equals the first."""
    truth = np.array([0, 1] * 10)
    groups = [str(number) for number in range(20)]

    def say(
        setting: str, _: object, held: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        return truth[held] if setting != "wrong" else 1 - truth[held]

    assert chosen(["wrong", "right", "too"], truth, groups, ("a", "b"), say) == "right"


def test_scores_of_a_class_that_nobody_names() -> None:
    """It counts as 0 and pulls the mean down."""
    scores = class_scores(np.array([0, 0, 1]), np.array([0, 0, 0]), ("a", "b"))
    assert (scores["f1_a"], scores["f1_b"], scores["macro_f1"]) == (0.8, 0.0, 0.4)


def test_a_wanted_passage_further_down_gains_less() -> None:
    """The first place is worth 1, the second 0.63."""
    pool = Pool({"a": "kettles boil water", "b": "lamps need bulbs"}, HashingEmbedder())
    scores = pool.bm25("kettles")
    assert ndcg(scores, pool.ids, frozenset({"a"})) == 1.0
    assert round(ndcg(scores, pool.ids, frozenset({"b"})), 2) == 0.63
