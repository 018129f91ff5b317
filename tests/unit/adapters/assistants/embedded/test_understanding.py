"""What messages say, in labels: an answer is an answer first, and a wish only where it plainly holds one."""

from dataclasses import replace

import pytest

from adapters.assistants.port import UnderstandBrief
from domain.action import ProposedAction
from domain.approval import ApprovalRequest, PendingApproval
from domain.conversation import CLEAR
from domain.intent import OUT_OF_SCOPE, AnswerKind, Classification
from domain.memory import Asked, AskedConfirmation, AskedIntent, AskedSlot, Memory
from domain.slot import HandleValue
from tests.unit.adapters.assistants.embedded.briefs import message, wish
from tests.unit.adapters.assistants.embedded.reading import procedures, understanding
from tests.unit.domain.customers import DELIVERED, PENDING, TICKET, TODAY

CANCEL_IT = ProposedAction.of(
    action_id=f"{TICKET}/a1", name="cancel_order", args={"order": HandleValue(handle=PENDING.handle)}, wish=1
)
CONFIRM = AskedConfirmation(action=CANCEL_IT)
WHICH_ORDER = AskedSlot(wish=1, slot="order", choices=(PENDING.handle, DELIVERED.handle))
WHY = AskedSlot(wish=1, slot="cause", choices=("no_longer_needed", "ordered_by_mistake"))
WHICH_INTENT = AskedIntent(choices=("return_item", "cancel_order"))


def said(*texts: str, asked: Asked | None = None, memory: Memory | None = None) -> Classification:
    """What these new messages say after that question."""
    known = memory or Memory(wishes=(wish("x"),) if asked is not None else (), asked=asked)
    brief = UnderstandBrief(
        messages=tuple(message(text, seq) for seq, text in enumerate(texts, 5)),
        memory=known,
        procedures=procedures(),
        default_language="en",
    )
    return understanding().read(brief)


def intents(classification: Classification) -> list[str | None]:
    """The best reading of each wish found."""
    return [found.best.intent if found.best else None for found in classification.wishes]


def test_a_first_message() -> None:
    """Without a question a message is a wish, and answers nothing."""
    classification = said("I want to return the lamp")
    assert intents(classification) == ["return_item"]
    assert (classification.answer, classification.changed_mind, classification.chosen) == ("none", False, ())


@pytest.mark.parametrize(
    ("text", "answer", "changed_mind"),
    [
        ("yes please", "yes", False),
        ("Yes, cancel it", "yes", False),
        ("no", "no", False),
        ("No, leave it. I changed my mind.", "no", True),
        ("no, refund it to my PayPal", "unclear", False),
        ("yes, but to my gift card", "unclear", False),
        ("Yes, I don't need it any more", "unclear", False),
        ("what would I get back?", "unclear", False),
    ],
)
def test_the_answer_to_a_confirmation(text: str, answer: AnswerKind, *, changed_mind: bool) -> None:
    """Only a plain yes is yes; a no that says what they want instead is neither."""
    classification = said(text, asked=CONFIRM)
    assert (classification.answer, classification.changed_mind) == (answer, changed_mind)
    assert classification.wishes == ()


def test_a_wish_beside_the_yes_is_found() -> None:
    """What follows the answer may be a wish of its own, in its own words."""
    classification = said("Yes please. Also, where is my parcel?", asked=CONFIRM)
    assert classification.answer == "yes"
    assert intents(classification) == ["where_is_my_order"]
    assert classification.wishes[0].start > 0


@pytest.mark.parametrize(
    "text",
    ["the second one", "10050", "the headphones", "I want to cancel the headphones", "return it? no, the lamp one"],
)
def test_an_answer_to_a_slot_is_no_wish(text: str) -> None:
    """Short or long, what answers the question for a slot starts nothing new."""
    classification = said(text, asked=WHICH_ORDER)
    assert classification.wishes == ()
    assert not classification.changed_mind


def test_an_answer_may_turn_to_something_else() -> None:
    """An answer that turns elsewhere takes the question back and is the new wish."""
    classification = said("Actually, I'd like to return the lamp instead", asked=WHICH_ORDER)
    assert classification.changed_mind
    assert intents(classification) == ["return_item"]


@pytest.mark.parametrize(
    ("text", "asked", "is_off"),
    [
        ("never mind", WHICH_ORDER, True),
        ("forget it", WHY, True),
        ("I don't need it", WHY, False),
        ("never mind", None, False),
    ],
)
def test_a_changed_mind(text: str, asked: Asked | None, *, is_off: bool) -> None:
    """A slot's question can be called off, but "I don't need it" may be the answer to "why?"."""
    assert said(text, asked=asked).changed_mind is is_off


@pytest.mark.parametrize("text", ["the first", "1", "I want to return it", "a return"])
def test_an_intent_is_picked(text: str) -> None:
    """One of the intents we named is picked by place or by words, with the answer's own place."""
    classification = said(text, asked=WHICH_INTENT)
    assert classification.chosen == ("return_item",)
    assert (classification.wishes[0].seq, classification.wishes[0].end) == (5, len(text))


def test_a_title_said_back_is_picked_for_the_first_message() -> None:
    """What tells of a ticket's first wish stands in its first message, so that is the wish's place."""
    memory = Memory(asked=AskedIntent(choices=("return_item", "cancel_order")))
    titled = {name: it.model_copy(update={"title": f"the {name} thing"}) for name, it in procedures().items()}
    brief = UnderstandBrief(
        messages=(message("The cancel_order thing.", 3),), memory=memory, procedures=titled, default_language="en"
    )
    classification = understanding().read(brief)
    assert classification.chosen == ("cancel_order",)
    assert (classification.wishes[0].seq, classification.wishes[0].start, classification.wishes[0].end) == (1, 0, 0)


def test_a_question_for_a_term_asks_for_information() -> None:
    """However sure it sounds like the deed, until when it may be done is a rule."""
    assert intents(said("until when can I return the lamp")) == ["information"]
    assert intents(said("I want to return the lamp")) == ["return_item"]


def test_another_intent_than_those_named_is_not_picked() -> None:
    """Who asks for something else is taken at their word; who says nothing clear picks nothing."""
    classification = said("neither, where is my parcel?", asked=WHICH_INTENT)
    assert classification.chosen == ()
    assert intents(classification) == ["where_is_my_order"]
    assert said("hm", asked=WHICH_INTENT).chosen == ()


def test_a_withdrawal_needs_something_that_waits() -> None:
    """Forgetting it withdraws only while a request waits for approval."""
    request = ApprovalRequest(
        approval_id=CANCEL_IT.action_id,
        action=CANCEL_IT,
        role="support",
        approvers=1,
        rules=(),
        policy_version="0" * 64,
        requested_at=TODAY,
        expires_at=TODAY,
    )
    waiting = Memory(wishes=(wish("x"),), pending=(PendingApproval(request=request),))
    assert said("forget it", memory=waiting).withdraws
    assert not said("forget it").withdraws


def test_thanks_are_no_wish_and_a_question_stays_open() -> None:
    """Thanks end; a question that nobody handles has no reading, so that it can be looked up."""
    thanks = said("thanks, that's all")
    assert thanks.thanks
    assert thanks.wishes == ()
    question = said("Do you sponsor football clubs in Norway?")
    assert question.is_question
    assert [found.ranked for found in question.wishes] == [()]


def test_a_foreign_wish_beside_a_clear_one() -> None:
    """Both are reported, the one that no procedure handles as out of scope."""
    assert intents(said("Please cancel my order. Also, can you paint my hallway?")) == ["cancel_order", OUT_OF_SCOPE]


def test_signals_and_language() -> None:
    """Any message of the turn may show a signal; the language is kept where the text is too short to tell."""
    classification = said("where is my parcel", "I want to talk to a real person, no bots")
    assert classification.signals.wants_person
    assert said("ok", memory=Memory(language="de", is_introduced=True)).language == "de"
    assert said("Wo ist mein Paket? Ich warte seit zwei Wochen darauf und möchte es haben.").language == "de"


def test_nothing_said() -> None:
    """A turn without messages says nothing, whatever was asked."""
    for asked in (None, CONFIRM, WHICH_ORDER, WHICH_INTENT):
        assert said(asked=asked).wishes == ()


def test_a_tenants_thresholds_come_with_the_wishes_they_are_for() -> None:
    """The others keep the built-in one."""
    words = (message("I want to return the lamp", 1),)
    brief = UnderstandBrief(words, Memory(), procedures(), "en", clear_from={"return_item": 990})
    [found] = understanding().read(brief).wishes
    assert found.clear_from == 990
    [other] = understanding().read(replace(brief, messages=(message("please cancel my order", 1),))).wishes
    assert other.clear_from is None


def test_the_conversation_before_is_read_for_its_mood() -> None:
    """The same question again shows only beside the first; a short message keeps the conversation's language."""
    earlier, new = message("where is my order", 1), message("hello? where is my order", 3)
    brief = UnderstandBrief((new,), Memory(language="fr", is_introduced=True), procedures(), "en", earlier=(earlier,))
    said_again = understanding().read(brief)
    assert said_again.signals.repeats_question
    assert [(it.signal, it.seq) for it in said_again.signal_spans] == [("repeats_question", 3)]
    assert not understanding().read(replace(brief, earlier=())).signals.repeats_question
    short = replace(brief, messages=(message("merci, W1234", 3),))
    assert understanding().read(short).language == "fr"


@pytest.mark.parametrize(
    "text", ["neither", "None of these.", "no", "something else", "Nein, etwas anderes", "keins von beiden", "nope"]
)
def test_a_denial_chooses_nothing(text: str) -> None:
    """Who denies all that was named is asked openly, however near their words come to one of the choices."""
    classification = said(text, asked=WHICH_INTENT)
    assert classification.chosen == ()
    assert [found.best for found in classification.wishes if found.best and found.best.confidence >= CLEAR] == []


def test_what_follows_a_denial_is_read_anew() -> None:
    """The denied readings are out; what nothing else reads is looked up, in the words behind the denial."""
    denied = said("neither of them, I want my cancelled data erased", asked=WHICH_INTENT)
    assert (denied.chosen, intents(denied)) == ((), ["information"])
    assert denied.wishes[0].start == len("neither of them, ")
    corrected = said("no, please cancel my order", asked=AskedIntent(choices=("return_item", "where_is_my_order")))
    assert intents(corrected) == ["cancel_order"]
    assert said("no, the second one", asked=WHICH_INTENT).chosen == ("cancel_order",)
