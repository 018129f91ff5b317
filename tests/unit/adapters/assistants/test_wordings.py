"""Wordings by nearness of their questions, and what one more of them would do."""

from collections.abc import Sequence

from adapters.assistants.wordings import FEWEST_HELD_OUT, Shelf
from adapters.embeddings.hashing import HashingEmbedder
from adapters.embeddings.port import Vectors
from domain.correction import Wording, WordingsEffect


class Counting(HashingEmbedder):
    """An embedder that tells the sizes of its batches."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed, and count."""
        self.batches.append(len(texts))
        return super().embed(texts)


def wording(
    number: int,
    question: str,
    sent: str = "Sorry, it is late.",
    suggested: str | None = "No.",
    intent: str = "late_refund",
) -> Wording:
    """A wording of a ticket of its own."""
    ticket_id = f"T-{number:08d}"
    return Wording(id=number, ticket_id=ticket_id, intent=intent, question=question, suggested=suggested, sent=sent)


def test_the_nearest_come_first_and_nothing_far() -> None:
    """Of two as near the newer; a question that is like none gets none."""
    shelf = Shelf(HashingEmbedder())
    other = wording(4, "where is my refund", intent="return_item")
    known = [
        other,
        wording(1, "where is my refund"),
        wording(2, "where is my refund"),
        wording(3, "cancel the order please"),
    ]
    assert [it.id for it in shelf.nearest(known, "late_refund", "where is my refund", 3)] == [2, 1]
    assert shelf.nearest(known, "late_refund", "zibble frumpy quux", 3) == ()
    assert shelf.nearest(known, "late_refund", " ", 3) == ()


def test_vectors_are_made_once_in_small_batches_and_forgotten_with_their_wording() -> None:
    """So that no cache on disk keeps what a customer may have erased."""
    embedder = Counting()
    shelf = Shelf(embedder)
    known = [wording(number, f"question {number}") for number in range(40)]
    shelf.nearest(known, "late_refund", "question 1", 1)
    assert max(embedder.batches) < 16
    embedder.batches.clear()
    shelf.nearest(known, "late_refund", "question 2", 1)
    assert embedder.batches == [1]
    shelf.nearest(known[:1], "late_refund", "question 2", 1)
    embedder.batches.clear()
    shelf.nearest(known, "late_refund", "question 2", 1)
    assert sum(embedder.batches) == 40


def test_the_effect_is_what_operators_would_begin_with() -> None:
    """A wording that fits helps, one that does not is farther, and a ticket's own is never offered for itself."""
    shelf = Shelf(HashingEmbedder())
    held = [wording(number, "where is my refund") for number in range(1, FEWEST_HELD_OUT + 1)]
    good, bad = wording(90, "where is my refund"), wording(91, "where is my refund", "Go away now, will you please.")
    effect = shelf.effect([], [good], held)
    assert (effect.held_out, effect.offered, effect.to_change) == (5, (0, 5), (1.0, 0.0))
    assert (effect.nearer, effect.farther) == (5, 0)
    assert shelf.effect([good], [bad], held).farther == 5
    assert shelf.effect(held, [held[0]], held).held_out == 4


def test_too_few_tell_nothing() -> None:
    """No share is made up of four replies, nor of none, nor of those whose suggestion is not known."""
    shelf = Shelf(HashingEmbedder())
    held = [wording(number, "where is my refund") for number in range(1, FEWEST_HELD_OUT)]
    assert shelf.effect([], [wording(90, "where is my refund")], held).to_change is None
    none = WordingsEffect(held_out=0, offered=(0, 0), to_change=None, nearer=0, farther=0)
    assert shelf.effect([], [wording(90, "x")], [wording(1, "x", suggested=None)]) == none
