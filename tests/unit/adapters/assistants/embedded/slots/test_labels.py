"""Choices by the words that mean them, amounts, and the customer's own words."""

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled
from domain.money import Money
from domain.slot import LabelValue, MoneyValue, SpanValue
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, spec

CHOICES = [
    {"label": "no_longer_needed", "shown": "no longer needed", "means": ["don't need", "changed my mind"]},
    {"label": "ordered_by_mistake", "shown": "ordered by mistake", "means": ["by mistake", "accident"]},
    {"label": "not_received", "shown": "not received", "means": ["never received", "not received"]},
    {"label": "received", "shown": "received", "means": ["received"]},
]
CAUSE = spec("choice", choices=CHOICES)
LABELS = tuple(str(choice["label"]) for choice in CHOICES)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("cancel it, I don't need it", "no_longer_needed"),
        ("sorry, it was an accident", "ordered_by_mistake"),
        ("I have not received it", "not_received"),
        ("I received it", "received"),
    ],
)
def test_a_choice_by_its_words(words: str, label: str) -> None:
    """The longest words that stand in the text decide."""
    assert filled_by(CAUSE, words) == Filled(LabelValue(label=label))


def test_our_own_words_may_come_back_in_the_first_person() -> None:
    """Offered "when you've used it up", people answer "when we've used it up"."""
    choices = [
        {"label": "later", "shown": "when you've used it up", "means": ["later"]},
        {"label": "now", "shown": "today", "means": ["now"]},
    ]
    slot = spec("choice", choices=choices)
    assert filled_by(slot, "When we've used it up, please.") == Filled(LabelValue(label="later"))


def test_silence_is_the_default_or_a_question() -> None:
    """Nothing said takes the declared default, or asks with all choices."""
    assert filled_by(CAUSE, "cancel it") == Ask(LABELS)
    with_default = spec("choice", choices=CHOICES, default="no_longer_needed")
    assert filled_by(with_default, "cancel it") == Filled(LabelValue(label="no_longer_needed"))


def test_two_choices_named_are_a_question() -> None:
    """Words for two choices decide nothing."""
    assert filled_by(CAUSE, "by mistake, and I changed my mind") == Ask(LABELS[:2])


@pytest.mark.parametrize("answer", ["the second", "2", "by accident"])
def test_an_answer_picks_a_choice(answer: str) -> None:
    """Asked, a place in the list or the words will do."""
    outcome = filled_by(CAUSE, "cancel it", answer=answer, choices=LABELS)
    assert outcome == Filled(LabelValue(label="ordered_by_mistake"))


def test_one_amount_is_taken_and_two_are_asked() -> None:
    """An amount counts when it is the only one."""
    twenty = MoneyValue(money=Money(amount=2_000, currency="EUR"))
    assert filled_by(spec("amount"), "give me €20 back") == Filled(twenty)
    assert filled_by(spec("amount"), "€20 or 30 euros") == Ask()
    assert filled_by(spec("amount"), "half of it") == Ask()


def test_own_words_need_to_tell_something() -> None:
    """A text slot takes a message that tells something, and any answer."""
    words = "it came with a long scratch over the whole front"
    outcome = filled_by(spec("text"), words)
    assert isinstance(outcome, Filled)
    assert isinstance(outcome.value, SpanValue)
    assert (outcome.value.start, outcome.value.end) == (0, len(words))
    assert filled_by(spec("text"), "it is damaged") == Ask()
    answered = filled_by(spec("text"), "it is damaged", answer=" a scratch ")
    assert isinstance(answered, Filled)
    assert isinstance(answered.value, SpanValue)
    assert (answered.value.seq, answered.value.start, answered.value.end) == (2, 1, 10)
