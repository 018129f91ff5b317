"""The mood of a conversation: what adds up over messages, and the words it shows by."""

import pytest

from adapters.assistants.embedded.mood import Mood, read_mood
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.embeddings.minilm import MiniLmEmbedder

_EMBEDDER = MiniLmEmbedder()


def mood(*texts: str) -> Mood:
    """The mood of a conversation whose last message is new."""
    words = [Excerpt(seq, 0, text) for seq, text in enumerate(texts, 1)]
    return read_mood(words[-1:], words[:-1], _EMBEDDER)


def words(mood: Mood, signal: str, *texts: str) -> list[str]:
    """The words by which a signal shows."""
    return [texts[span.seq - 1][span.start : span.end] for span in mood.spans if span.signal == signal]


def test_every_signal_shows_by_words_at_their_place() -> None:
    """What a person is shown are the customer's own words, once each."""
    text = "Hi. I have written three times already, this is ridiculous! My lawyer will write next."
    said = mood(text)
    assert said.signals.angry
    assert words(said, "angry", text) == ["is ridiculous"]
    assert words(said, "repeated_contact", text) == ["I have written three times already"]
    assert any("lawyer" in found for found in words(said, "legal_threat", text))
    named = {name for name, value in said.signals.model_dump().items() if value is True}
    assert {span.signal for span in said.spans} == named


@pytest.mark.parametrize(
    ("earlier", "new", "repeats"),
    [
        ("Where is my order W1234?", "W1234, as I said. Where is my order?", "Where is my order?"),
        ("How do I return the shoes?", "Hello. How can I send the shoes back?", "How can I send the shoes back?"),
        ("When do I get my refund?", "Still no refund. When will I get it?", "Still no refund. When will I get it?"),
    ],
)
def test_the_same_question_again_is_noticed(earlier: str, new: str, repeats: str) -> None:
    """In other words too; the words are those of the new message."""
    said = mood(earlier, new)
    assert said.signals.repeats_question
    assert repeats in words(said, "repeats_question", earlier, new)


@pytest.mark.parametrize(
    ("earlier", "new"),
    [
        ("Where is my order W1001?", "And where is my order W2002?"),
        ("I want to return the lamp", "The blue one, order W2345"),
        ("Where is my parcel?", "Please change the address of my parcel"),
        ("I want to cancel my order", "yes please"),
        ("My package has not arrived yet, where is it?", "The package arrived today, thanks!"),
    ],
)
def test_answers_and_other_questions_repeat_nothing(earlier: str, new: str) -> None:
    """An answer to our question, another order, another wish, and good news."""
    assert not mood(earlier, new).signals.repeats_question


def test_two_kinds_of_displeasure_are_frustration() -> None:
    """A cross word is anger; a second kind, now or earlier, makes it frustration, told by the words of both."""
    assert not mood("This is ridiculous!").signals.frustrated
    assert not mood("My refund is late.", "It has still not arrived, I'm disappointed.").signals.frustrated
    texts = ("I already wrote to you last week. My refund is missing.", "Still nothing.")
    said = mood(*texts)
    assert said.signals.frustrated
    assert words(said, "frustrated", *texts) == ["I already wrote", "Still nothing"]
    assert mood(
        "Where is my lamp?", "I'm unhappy with that.", "That is a nightmare, how much longer?"
    ).signals.frustrated


def test_what_is_new_decides() -> None:
    """Who was frustrated and is content now is not frustrated any more."""
    assert not mood("I already wrote three times, this is ridiculous!", "Great, it works now.").signals.frustrated


def test_sentiment_follows_the_conversation_and_the_last_message_most() -> None:
    """0 where nothing tells; thanks at the end do not undo what went before."""
    assert mood("Where is my order?").signals.sentiment == 0
    assert mood("Perfect, that solved it, great service!").signals.sentiment > 20
    angry = mood("Your support is useless!!! I'm furious").signals.sentiment
    assert angry <= -60
    assert angry < mood("Your support is useless!!! I'm furious", "Where do I find the form?").signals.sentiment < 0
