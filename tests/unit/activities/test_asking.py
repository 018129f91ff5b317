"""A customer's words as a question: the whole, and the sentences that say something."""

import numpy as np

from activities.asking import MOST_SENTENCES, question_of
from adapters.embeddings.hashing import HashingEmbedder

EMBEDDER = HashingEmbedder()


def test_one_sentence_is_asked_as_it_is() -> None:
    """There is nothing to take apart."""
    question = question_of(EMBEDDER, "How long can I return it?", "en")
    assert [part.text for part in question.parts] == ["How long can I return it?"]
    assert question.model == EMBEDDER.name


def test_sentences_lean_towards_the_whole() -> None:
    """Each is asked besides the whole and is nearer to it than by itself; greetings and thanks ask nothing."""
    text = "Hello! My kettle came broken last week. What does sending it back cost me? Thanks!"
    whole, *sentences = question_of(EMBEDDER, text, "en").parts
    assert [part.text for part in sentences] == [
        "My kettle came broken last week.",
        "What does sending it back cost me?",
    ]
    for part in sentences:
        alone = EMBEDDER.embed([part.text])[0]
        leaning, all_of_it = np.array([*part.embedding]), np.array([*whole.embedding])
        assert leaning @ all_of_it > alone @ all_of_it
        assert np.isclose(np.linalg.norm(leaning), 1, atol=1e-3)


def test_a_flood_of_sentences_is_cut() -> None:
    """What a message costs is bounded."""
    text = " ".join(f"This is sentence number {number}." for number in range(500))
    assert len(question_of(EMBEDDER, text, "en").parts) == MOST_SENTENCES + 1
