"""Which words count for a wish: its own, what came later and belongs to no other, and what it leans on."""

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.said import Said, said_about
from domain.memory import Asked, AskedSlot, Wish
from domain.message import AuthorKind, Message
from tests.unit.adapters.assistants.embedded.briefs import message, wish

WISH = "I would like to return the headphones you sent me in May."


def said(
    *messages: Message,
    about: Wish | None = None,
    new_from: int = 9,
    asked: Asked | None = None,
    others: tuple[tuple[int, int, int], ...] = (),
) -> Said:
    """The words about the first wish."""
    return said_about(about or wish(WISH), messages, new_from=new_from, asked=asked, others=others)


def test_what_another_wish_has_taken_is_left_out() -> None:
    """Of a later message only the parts around another wish's words are left, each at its own place."""
    text = "It is 10042. Also cancel 10050. Thanks!"
    other = (2, 13, 31)
    assert text[13:31] == "Also cancel 10050."
    heard = said(message(WISH), message(text, 2), others=(other,))
    assert heard.later == (Excerpt(2, 0, "It is 10042. "), Excerpt(2, 31, " Thanks!"))


def test_a_wish_without_a_place_is_about_its_whole_message() -> None:
    """A wish picked from a list has no words of its own."""
    assert said(message(WISH), about=wish("", start=0, end=0)).own.text == WISH


def test_earlier_words_count_only_where_the_wish_leans_on_them() -> None:
    """A short or pointing wish leans on what was said; a full sentence of an earlier turn stands for itself."""
    before = message("My headphones from order 10042 squeak.", 1)
    assert said(before, message(WISH, 2), about=wish(WISH, seq=2)).earlier == ()
    text = "I want to return it"
    leaning = said(before, message(text, 2), about=wish(text, seq=2))
    assert [excerpt.text for excerpt in leaning.earlier] == [before.text]


def test_only_the_customer_is_read() -> None:
    """What we or an operator wrote fills no slot."""
    ours = message("Which order is it, 10042?", 2, AuthorKind.assistant)
    assert said(message(WISH), ours).later == ()


def test_new_words_answer_the_question_that_was_asked() -> None:
    """Words of this turn answer the slot asked for, and no other slot or wish."""
    asked = AskedSlot(wish=1, slot="order", choices=("first", "second"))
    heard = said(message(WISH), message("hm", 2), message("the second", 3), new_from=3, asked=asked)
    assert [excerpt.text for excerpt in heard.answers("order")] == ["the second"]
    assert heard.answers("items") == ()
    assert heard.choices == ("first", "second")
    other = said(message(WISH), message("the second", 3), new_from=3, asked=asked.model_copy(update={"wish": 2}))
    assert other.answers("order") == ()


def test_corrections_are_told_from_other_later_words() -> None:
    """Being sorry and having meant something else corrects; thanks do not."""
    heard = said(message(WISH), message("thanks", 2), message("sorry, I meant the lamp", 3))
    assert [excerpt.seq for excerpt in heard.corrections()] == [3]
