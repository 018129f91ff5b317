"""The customer's own yes: taken only when nothing else can be meant."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.assistants.embedded.confirmation import Confirmation, read_confirmation

AGREE = [
    "Yes.",
    "yes please",
    "Yep, go for it",
    "sure",
    "Sure thing",
    "please do",
    "go ahead",
    "ok",
    "Okay, thanks",
    "\U0001f44d",
    "that's fine with me",
    "sounds good",
    "absolutely",
    "Of course",
    "do it",
    "correct, please proceed",
    "Yeah that works",
    "yess",
    "ya",
    "y",
    "I agree",
    "I confirm",
    "confirmed",
    "Yes, that's right, thank you",
    "perfect, go ahead please",
    "OK do that",
    "yup",
    "alright",
    "fine by me",
    "you may proceed",
    "si, yes",
    "Certainly.",
    "definitely yes",
    "by all means",
    "\U0001f44d\U0001f3fd",
    "\u2705",
    "ok go on",
    "Yes!!",
    "yes yes",
    "thats right",
    "looks good, do it",
    "Yes,please",
    "yes \U0001f64f",
    "k thx",
    "yes I would like to proceed",
    "it's a yes",
    "YES PLEASE",
    "Sure, as soon as possible",
    "Yes I am sure",
    "Oui, merci",
    "ja bitte",
    "S\u00ed, gracias",
]
REFUSE = [
    "No.",
    "no thanks",
    "nope",
    "don't do it",
    "please don't",
    "please don\u2019t",
    "stop",
    "not now",
    "hold on",
    "wait",
    "rather not",
    "nah",
    "\U0001f44e",
    "do not proceed",
    "No way",
    "not yet",
    "I don't want that",
    "noo",
    "please do not cancel it",
    "Definitely not",
    "nope, I want the other one",
    "Don't cancel, I need it",
    "n",
    "nein danke",
    "I don't think so",
    "That's wrong",
]
TAKE_BACK = [
    "actually no, leave it",
    "never mind",
    "I changed my mind",
    "forget it",
    "on second thought no",
    "I'd rather keep it",
    "no, keep the order",
    "cancel that, I want to keep it",
    "leave it as it is",
    "yes no wait",
    "ok wait",
    "yes... actually, no",
]
UNCLEAR = [
    "",
    "   ",
    "what will it cost?",
    "yes if it is free",
    "how long does it take?",
    "maybe",
    "I don't know",
    "yes but to my other card",
    "sure, but only the lamp",
    "only if I get the full amount",
    "Which card?",
    "hmm",
    "ok but first tell me the price",
    "let me think about it",
    "when would the money arrive?",
    "yes?",
    "My order number is 1234",
    "yes, except the mug",
    "I guess",
    "either is fine",
    "why not?",
    "sure why not",
    "can I get store credit instead?",
    "ok, what about the other order?",
    "Yes, as long as shipping is free",
    "what do you mean",
    "the blue one",
    "is that ok?",
    "not sure",
    "yes unless it already shipped",
    "Yes for the shirt, no for the pants",
    "yeah right",
    "no problem, go ahead",
    "I can't wait, go ahead",
    "don't wait, go ahead",
    "do nto go ahead",
    "great",
    "Please",
    "I never said yes",
    "Yes, 2 of them",
    "yes the lamp only",
    "yes and use my other card",
    "yes and also use PayPal",
    "yes and also send it elsewhere",
    "go ahead and cancel it",
    "Yes. How long will it take?",
    "yes, the red one",
    "how do I stop it?",
    "what happens if I don't",
    "no wait, yes",
    "ok whatever",
    "yes, today",
]


@pytest.mark.parametrize("text", AGREE)
def test_a_plain_yes(text: str) -> None:
    """Agreement and courtesy, in many spellings, and nothing else."""
    assert read_confirmation(text) == Confirmation("yes")


@pytest.mark.parametrize("text", REFUSE)
def test_a_no(text: str) -> None:
    """A refusal, or not now: nothing is done."""
    assert read_confirmation(text).answer == "no"


@pytest.mark.parametrize("text", TAKE_BACK)
def test_a_changed_mind(text: str) -> None:
    """The wish itself is taken back."""
    answer = read_confirmation(text)
    assert (answer.answer, answer.changed_mind) == ("no", True)


@pytest.mark.parametrize("text", UNCLEAR)
def test_everything_else_is_unclear(text: str) -> None:
    """Conditions, hedges, questions, changes, sarcasm, contradictions and typing errors in a "not"."""
    assert read_confirmation(text).answer == "unclear"


@pytest.mark.parametrize(
    "text",
    [
        "yes please and also change my address",
        "Yes. Also, where is my other order?",
        "ok, and can you cancel the second one too?",
        "Go ahead. One more thing: I need an invoice.",
    ],
)
def test_a_yes_with_a_second_wish(text: str) -> None:
    """A second wish that is marked as one leaves the yes a yes, and is not lost."""
    assert read_confirmation(text) == Confirmation("yes", has_more=True)


@pytest.mark.parametrize(
    "text", ["sure, but only the lamp", "yes to my other card", "yes, the blue one", "ok, who pays?"]
)
def test_what_hangs_on_a_yes_is_reported(text: str) -> None:
    """An unclear answer that began with yes says that there is more to read."""
    assert read_confirmation(text) == Confirmation("unclear", has_more=True)


def test_a_no_with_more_is_reported() -> None:
    """What follows a no may be what they want instead."""
    assert read_confirmation("No, I meant the blue one") == Confirmation("no", has_more=True)


@pytest.mark.parametrize(
    ("text", "restates", "answer"),
    [
        ("Yes, cancel it", {"cancel"}, "yes"),
        ("yes I want to return it", {"return"}, "yes"),
        ("Yes go ahead with the refund please", {"refund"}, "yes"),
        ("Yes, cancel it", {"refund"}, "unclear"),
        ("Yes, cancel it", set(), "unclear"),
        ("cancel it", {"cancel"}, "unclear"),
        ("yes, refund it to my card", {"refund"}, "unclear"),
        ("yes, don't cancel it", {"cancel"}, "no"),
    ],
)
def test_a_yes_may_say_the_question_back(text: str, restates: set[str], answer: str) -> None:
    """The question's own words are no second thought; other deeds, other details and a missing yes are."""
    assert read_confirmation(text, restates).answer == answer


DENIALS = [
    "no",
    "not",
    "never",
    "don't",
    "dont",
    "don\u2019t",
    "won't",
    "wouldn't",
    "can't",
    "cannot",
    "nope",
    "nah",
    "without",
    "none",
    "isn't",
    "shouldn't",
    "nothing",
    "stop",
    "wait",
    "nein",
    "pas",
]


@given(st.sampled_from(AGREE), st.sampled_from(DENIALS), st.data())
def test_a_denial_anywhere_is_never_a_yes(agreement: str, denial: str, data: st.DataObject) -> None:
    """Wherever a word of denial stands among words of agreement, nothing is done."""
    words = agreement.split()
    at = data.draw(st.integers(0, len(words)))
    text = " ".join([*words[:at], denial, *words[at:]])
    assert read_confirmation(text).answer != "yes"
    assert read_confirmation(text.upper()).answer != "yes"


LIMITS = [
    "but",
    "only",
    "if",
    "unless",
    "except",
    "instead",
    "maybe",
    "first",
    "after",
    "until",
    "?",
    "or",
    "half",
    "provided",
]


@given(
    st.sampled_from(AGREE), st.sampled_from(LIMITS), st.sampled_from(["", "the lamp", "it is free", "my other card"])
)
def test_a_condition_is_never_a_yes(agreement: str, limit: str, rest: str) -> None:
    """Nor is a yes that depends on something, or asks back."""
    assert read_confirmation(f"{agreement} {limit} {rest}").answer != "yes"


@given(st.sampled_from(AGREE), st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=6))
def test_an_unknown_word_is_never_a_yes(agreement: str, word: str) -> None:
    """A word that is not known to agree may mean anything."""
    answer = read_confirmation(f"{agreement} {word}x7q")
    assert answer.answer == "unclear"


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    """No input breaks the reader, and a yes without more holds no digit."""
    answer = read_confirmation(text)
    assert answer.answer in {"yes", "no", "unclear"}
    assert not (answer == Confirmation("yes") and any(character.isdigit() for character in text))


@pytest.mark.parametrize("unit", ["yes ", "no ", "yes and ", "please ", "i would like ", "!", "\U0001f44d"])
def test_a_hostile_message_costs_no_more_than_a_long_one(unit: str) -> None:
    """Time grows with the length."""
    started = time.perf_counter()
    read_confirmation(unit * (50_000 // len(unit)) + "x")
    assert time.perf_counter() - started < 5
