"""One wish is the rule; a second one is real, stands in words of its own, and is never dropped."""

import pytest

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.wishes import MOST_CLAUSES, find_wishes, find_wishes_beside
from domain.intent import OUT_OF_SCOPE, WishFound
from tests.unit.adapters.assistants.embedded.reading import understanding


def found(*texts: str) -> tuple[WishFound, ...]:
    """The wishes in these messages."""
    readers = understanding()
    return find_wishes([Excerpt(seq, 0, text) for seq, text in enumerate(texts, 1)], readers.head, readers.spelling)


def intents(wishes: tuple[WishFound, ...]) -> list[str | None]:
    """The best reading of each wish."""
    return [wish.best.intent if wish.best is not None else None for wish in wishes]


def test_a_plain_wish_has_the_whole_message() -> None:
    """One wish takes all the words, with its confidence in thousandths and the runners-up below it."""
    text = "I want to return the lamp. I bought the lamp last week."
    (wish,) = found(text)
    assert intents((wish,)) == ["return_item"]
    assert (wish.seq, wish.start, wish.end) == (1, 0, len(text))
    confidences = [ranked.confidence for ranked in wish.ranked]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) <= 1000


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("cancel my order 10050. I also want to return the lamp.", "I also want to return the lamp."),
        ("please cancel my order and where is my parcel?", " and where is my parcel?"),
        ("Cancel order 10050. Where is order 10061?", "Where is order 10061?"),
    ],
)
def test_two_wishes_share_no_words(text: str, second: str) -> None:
    """Each wish has its own clause, and what follows the first wish's words belongs to the second."""
    wishes = found(text)
    assert len(wishes) == 2
    assert intents(wishes)[0] == "cancel_order"
    assert text[wishes[1].start : wishes[1].end] == second
    assert wishes[0].end <= wishes[1].start


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel my order. Can you check?",
        "Please cancel my order. What do you need from me?",
        "Please cancel my order, the order I placed.",
        "I want to return the lamp. Please take the item back as a return.",
        "Please cancel my order. It was a present for my sister.",
    ],
)
def test_no_second_wish_is_made_up(text: str) -> None:
    """Courtesy, context and the same wish in other words are no further wish."""
    assert len(found(text)) == 1


def test_a_second_wish_that_nobody_handles_is_named() -> None:
    """What no procedure does is handed on as such, not dropped."""
    text = "Please cancel my order. Also, can you paint my hallway?"
    wishes = found(text)
    assert intents(wishes) == ["cancel_order", OUT_OF_SCOPE]
    assert text[wishes[1].start : wishes[1].end] == "Also, can you paint my hallway?"


def test_what_is_about_nothing_has_no_reading() -> None:
    """Below every threshold nothing is ranked."""
    (wish,) = found("hello there")
    assert wish.ranked == ()


def test_several_messages_are_read_together() -> None:
    """The wish stands in the message that says it; a greeting before it takes nothing away."""
    (wish,) = found("Hello", "I want to return the lamp")
    assert intents((wish,)) == ["return_item"]
    assert (wish.seq, wish.start, wish.end) == (2, 0, len("I want to return the lamp"))


def test_numbers_and_slips_do_not_confuse() -> None:
    """An order's number says nothing of the wish, and a letter left out is mended."""
    assert intents(found("please cancl my order")) == ["cancel_order"]
    plain = found("please cancel my order")[0].best
    numbered = found("please cancel order #W2378156")[0].best
    assert plain == numbered


def test_nothing_said_is_no_wish() -> None:
    """Without words there is nothing to read."""
    assert found() == ()
    assert found("   ") == ()


def test_a_flood_of_messages_stays_one_small_batch() -> None:
    """However many clauses come, only so many are read one by one."""
    wishes = found(*(["please cancel my order. where is my parcel?"] * (MOST_CLAUSES + 5)))
    assert wishes
    assert all(wish.seq > 5 for wish in wishes)


def beside(text: str) -> tuple[WishFound, ...]:
    """The wishes in words that follow an answer."""
    readers = understanding()
    return find_wishes_beside([Excerpt(7, 10, text)], readers.head, readers.spelling)


def test_a_wish_beside_an_answer_has_to_be_clear() -> None:
    """Only a clear or a linked request counts; its place is that of the whole message."""
    (wish,) = beside("Also, where is my parcel?")
    assert intents((wish,)) == ["where_is_my_order"]
    assert (wish.seq, wish.start, wish.end) == (7, 10, 35)
    assert beside("It is the black one.") == ()
    assert intents(beside("By the way, can you paint my hallway?")) == [OUT_OF_SCOPE]
