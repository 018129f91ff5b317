"""What every re-ranker must do, and what the one by sentences does besides."""

import pytest

from adapters.embeddings.hashing import HashingEmbedder
from adapters.reranking.by_sentences import SentenceReranker
from adapters.reranking.port import Reranker

RERANKERS: tuple[Reranker, ...] = (SentenceReranker(HashingEmbedder()),)
PASSAGES = ("Parcels leave on weekdays.", "", "A kettle can be sent back. Sending a kettle back is free.", "# Kettles")


@pytest.mark.parametrize("reranker", RERANKERS, ids=lambda it: it.name)
class TestEveryReranker:
    """The contract of the port."""

    @pytest.mark.parametrize("question", ["Can I send a kettle back?", "", "\ud800?", "kettle " * 5_000])
    def test_each_passage_keeps_a_place(self, reranker: Reranker, question: str) -> None:
        """Whatever is asked, nothing is lost and nothing comes twice; the same again gives the same."""
        order = list(reranker.order(question, PASSAGES))
        assert sorted(order) == [0, 1, 2, 3]
        assert list(reranker.order(question, PASSAGES)) == order
        assert list(reranker.order(question, [])) == []

    def test_the_answer_comes_first(self, reranker: Reranker) -> None:
        """In whatever order the passages were found."""
        for passages in (PASSAGES, PASSAGES[::-1]):
            first = reranker.order("Can a kettle be sent back?", passages)[0]
            assert passages[first].startswith("A kettle")

    def test_equals_stay_as_they_were(self, reranker: Reranker) -> None:
        """The search's order is a reason too."""
        assert list(reranker.order("kettle", ["A kettle."] * 5)) == [0, 1, 2, 3, 4]


def test_one_good_sentence_beats_a_passage_that_is_about_it_all_over() -> None:
    """The best match of each sentence counts, not the mean of a passage."""
    asked = "How long is the warranty?"
    long = "Nothing of this is about it. The warranty is how long? Other words follow here."
    assert SentenceReranker(HashingEmbedder()).order(asked, ["The warranty of others is a word.", long])[0] == 1
