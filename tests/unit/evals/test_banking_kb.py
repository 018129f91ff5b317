"""The banking eval: its metrics, its anchors, and the whole run over a few made-up articles."""

import json
from pathlib import Path

import pytest

from evals.banking_kb import judged, measure, ndcg
from evals.bm25 import Bm25
from evals.report import NothingToMeasure


def test_the_gain_is_worth_less_further_down() -> None:
    """All that is needed first is 1; the same in last place is little; what is not there is nothing."""
    assert ndcg(["a", "b", "c"], {"a", "b"}) == pytest.approx(1)
    assert 0 < ndcg(["x", "y", "a"], {"a"}) == pytest.approx(0.5)
    assert ndcg(["x"], {"a"}) == 0


def test_each_scenario_counts_the_same() -> None:
    """Recall is a mean over scenarios, of ten places each."""
    rankings = [["a", *map(str, range(20))], [*map(str, range(10)), "b"]]
    assert judged(rankings, [{"a", "z"}, {"b"}])["recall@10"] == pytest.approx(0.25)


def test_rare_words_count_more_and_long_texts_less() -> None:
    """As Robertson and Zaragoza have it."""
    index = Bm25(["the fee", "the card", "the fee " + "and more " * 50])
    scores = index.scores("the FEE")
    assert scores[0] > scores[2] > scores[1] > 0
    assert not index.scores("nowhere").any()


def test_without_a_database_it_says_how_to_run_it(tmp_path: Path) -> None:
    """An eval starts no servers by itself."""
    articles, queries = tmp_path / "articles.jsonl", tmp_path / "queries.jsonl"
    articles.write_text(json.dumps({"id": "a", "title": "Fees", "content": "There are none."}))
    queries.write_text(json.dumps({"scenario_text": "fees?", "relevant_doc_ids": ["a"]}))
    with pytest.raises(NothingToMeasure, match="setright eval"):
        measure(tmp_path, train=articles, test=queries)
