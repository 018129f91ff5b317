"""Questions whose answer is there already are found, and others are let pass."""

import pytest

from domain.evidence import EvidenceRef
from domain.handoff import Entitled, HandoffPacket, HandoffReason
from domain.memory import Memory
from domain.repeat_ask import check_words, is_asked_again, known_from
from domain.slot import LabelValue, SlotValues
from domain.ticket import IdentityLevel
from tests.support.effects import NOW, TICKET

PACKET = HandoffPacket(
    version=2,
    reason=HandoffReason.procedure,
    queue="support",
    urgent=False,
    created_at=NOW,
    summary="Ada wrote about a late refund.",
    intents=("late_refund",),
    slots={"order": "10042", "reason": "damaged"},
    known={"identity": "proven", "order 10042": "delivered, €89.00, 1 item(s)"},
    tried=(),
    evidence=(EvidenceRef(passage_id=1, article="refunds", version=1, similarity=0),),
    attachments=("crack.jpg",),
    told_customer="",
    open_question="",
    suggested_next_step="",
    customer=Entitled(customer_id="cus_ada", name="Ada Byron", identity="proven", tier="standard"),
)


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("Hi! Could you send me your order number?", "order"),
        ("Which order is this about?", "order"),
        ("Können Sie mir Ihre Bestellnummer nennen?", "order"),
        ("Please confirm your identity first.", "identity"),
        ("What is your email address?", "contact"),
        ("How can I help you today?", "problem"),
        ("Can you tell me what happened?", "problem"),
        ("Why do you want to send it back?", "reason"),
        ("Could you send a photo of the damage?", "photo"),
    ],
)
def test_what_is_known_is_not_asked_for(words: str, subject: str) -> None:
    """By its subject, in either language."""
    asked = check_words(words, known_from(PACKET))
    assert [it.subject for it in asked.repeated] == [subject]
    (found,) = asked.repeated
    assert words[found.start : found.end].strip()
    assert found.known


@pytest.mark.parametrize(
    "words",
    [
        "Your refund was sent again; it will be there by Friday.",
        "Is it order 10042 that you mean?",  # it names what is known, and only asks to confirm it
        "What is your new address?",  # nobody knows it
        "Have you tried another charger?",  # nothing was tried
        "Would Tuesday suit you?",
    ],
)
def test_other_sentences_are_let_pass(words: str) -> None:
    """A flag that is wrong would teach people to ask nothing."""
    assert check_words(words, known_from(PACKET)).repeated == ()


def test_of_an_unproven_customer_the_proof_may_be_asked_for() -> None:
    """What is not known is asked."""
    unknown = PACKET.model_copy(update={"customer": None, "slots": {}, "known": {}, "intents": (), "attachments": ()})
    assert check_words("Which order? And could you confirm your identity?", known_from(unknown)).repeated == ()


def test_the_assistants_own_questions() -> None:
    """A filled slot and a proof are not asked for again."""
    slots: SlotValues = {"reason": LabelValue(label="damaged")}
    assert is_asked_again("slot", "reason", slots, Memory(), TICKET)
    assert not is_asked_again("slot", "order", slots, Memory(), TICKET)
    assert is_asked_again("identity", None, {}, Memory(), TICKET)
    stranger = TICKET.model_copy(update={"identity": IdentityLevel.claimed})
    assert not is_asked_again("identity", None, {}, Memory(), stranger)
