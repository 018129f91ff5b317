"""How what a customer said changes what the ticket remembers."""

import pytest

from domain.conversation import take_in
from domain.intent import Classification
from domain.memory import AskedConfirmation, AskedIntent, AskedSlot, Memory, Wish, WishStatus
from tests.support.effects import action, said


def wish(number: int = 1, intent: str = "cancel_order", **about: object) -> Wish:
    """An open wish."""
    fields = {"number": number, "intent": intent, "confidence": 900, "seq": 1, "start": 0, "end": 5}
    return Wish.model_validate(fields | about)


ASKED = Memory(wishes=(wish(),), asked=AskedConfirmation(action=action()), clarifications=1)


def test_a_yes_confirms_exactly_the_action_that_was_restated() -> None:
    """The digest of the restated action is noted with the wish."""
    reading = take_in(ASKED, said(answer="yes"))
    assert reading.memory.wishes[0].confirmed == (action().args_sha256,)
    assert reading.memory.clarifications == 0


@pytest.mark.parametrize("words", [{"answer": "no"}, {"answer": "yes", "changed_mind": True}])
def test_a_no_or_a_changed_mind_withdraws_the_wish(words: dict[str, object]) -> None:
    """Nothing is confirmed, and the customer is told that nothing was done."""
    reading = take_in(ASKED, said().model_copy(update=words))
    assert reading.memory.wishes[0].status is WishStatus.withdrawn
    assert reading.memory.wishes[0].confirmed == ()
    assert [part.reply for part in reading.parts] == ["kept"]


def test_an_unclear_answer_confirms_nothing() -> None:
    """The wish stays open, so the procedure asks again."""
    reading = take_in(ASKED, said(answer="unclear"))
    assert reading.memory.wishes[0].confirmed == ()
    assert reading.memory.wishes[0].status is WishStatus.open


def test_a_yes_to_nothing_confirms_nothing() -> None:
    """Without a confirmation asked for, a yes is no confirmation."""
    reading = take_in(Memory(wishes=(wish(),)), said(answer="yes"))
    assert reading.memory.wishes[0].confirmed == ()


def test_the_same_wish_again_is_not_a_second_one() -> None:
    """More words about an open wish fill its slots; they do not open another."""
    reading = take_in(Memory(wishes=(wish(),)), said("cancel_order"))
    assert len(reading.memory.wishes) == 1


def test_a_chosen_intent_becomes_the_wish() -> None:
    """The answer to "which of these" opens that wish."""
    asked = Memory(asked=AskedIntent(choices=("cancel_order", "return_item")), clarifications=1)
    reading = take_in(asked, said(chosen=("return_item",)))
    assert [w.intent for w in reading.memory.wishes] == ["return_item"]
    assert reading.question is None


def test_never_mind_to_a_question_withdraws_the_wish() -> None:
    """A changed mind while a slot is asked for ends the wish."""
    asked = Memory(wishes=(wish(),), asked=AskedSlot(wish=1, slot="order"))
    reading = take_in(asked, said(changed_mind=True))
    assert reading.memory.wishes[0].status is WishStatus.withdrawn


def test_thanks_with_nothing_open_settles_the_ticket() -> None:
    """The customer says that it is settled."""
    reading = take_in(Memory(wishes=(wish(status=WishStatus.done),)), said(thanks=True))
    assert reading.is_confirmed


def test_still_unhappy_takes_the_last_wish_up_again() -> None:
    """Somebody who still has no money means the last wish, with its slots but without its results."""
    reading = take_in(Memory(wishes=(wish(status=WishStatus.done),)), said(still_unhappy=True))
    assert [(w.intent, w.status) for w in reading.memory.wishes] == [
        ("cancel_order", WishStatus.done),
        ("cancel_order", WishStatus.open),
    ]


def test_an_unknown_question_is_looked_up_in_the_knowledge_base() -> None:
    """A question that no procedure owns goes to the information procedure, which abstains without evidence."""
    reading = take_in(Memory(), said(is_question=True))
    assert [w.intent for w in reading.memory.wishes] == ["information"]


@pytest.mark.parametrize("confidence", [150, 599])
def test_below_the_threshold_nothing_is_guessed(confidence: int) -> None:
    """An unclear reading becomes a question, never a wish."""
    reading = take_in(Memory(), said("cancel_order", confidence=confidence))
    assert reading.memory.wishes == ()
    assert reading.question == AskedIntent(choices=("cancel_order",))


def test_what_no_procedure_handles_is_kept_beside_a_clear_wish() -> None:
    """It becomes a wish of its own, which the plan passes on to a person."""
    reading = take_in(Memory(), said("cancel_order", "out_of_scope"))
    assert [w.intent for w in reading.memory.wishes] == ["cancel_order", "out_of_scope"]


def test_out_of_scope_alone_is_asked_about() -> None:
    """Without a clear wish beside it the customer is asked what they need."""
    reading = take_in(Memory(), said("out_of_scope"))
    assert reading.memory.wishes == ()
    assert reading.question is not None


def test_an_unclear_question_that_may_be_general_is_answered_rather_than_asked_back() -> None:
    """Answering from the knowledge base does no harm; an unclear request to act is still asked about."""
    wishes = said("return_item", "information", confidence=400).wishes
    both = said().model_copy(update={"wishes": wishes, "is_question": True})
    assert [w.intent for w in take_in(Memory(), both).memory.wishes] == ["information"]
    assert take_in(Memory(), both.model_copy(update={"is_question": False})).question is not None


def test_an_unclear_question_that_is_far_likelier_a_deed_is_asked_about() -> None:
    """To look "is it too late to cancel?" up would end at nothing found; the customer is asked which it is."""
    deed, general = said("cancel_order", "information", confidence=400).wishes
    (reading,) = general.ranked
    general = general.model_copy(update={"ranked": (reading.model_copy(update={"confidence": 160}),)})
    both = said().model_copy(update={"wishes": (deed, general), "is_question": True})
    assert take_in(Memory(), both).question == AskedIntent(choices=("cancel_order", "information"))


def test_gibberish_is_asked_about_without_choices() -> None:
    """With no likely reading the question names none."""
    empty: Classification = said()
    assert take_in(Memory(), empty).question == AskedIntent(choices=())


@pytest.mark.parametrize(("clear_from", "is_acted_on"), [(None, True), (700, False), (550, True)])
def test_a_tenants_own_threshold_decides_what_is_clear(clear_from: int | None, is_acted_on: bool) -> None:
    """Without one of its own the built-in one does; below it the customer is asked."""
    classification = said("cancel_order", confidence=650)
    wishes = tuple(found.model_copy(update={"clear_from": clear_from}) for found in classification.wishes)
    reading = take_in(Memory(), classification.model_copy(update={"wishes": wishes}))
    assert bool(reading.memory.wishes) == is_acted_on
    assert (reading.question is not None) != is_acted_on
