"""What a wish depends on is noticed; politeness and what procedures keep by themselves is not taken for it."""

import pytest

from adapters.assistants.embedded.planner import walk
from adapters.assistants.embedded.provisos import depends, is_limited
from domain.handoff import HandoffReason
from domain.step import PassOn, Propose
from tests.unit.adapters.assistants.embedded.briefs import CANCEL, plan_brief


@pytest.mark.parametrize(
    "text",
    [
        "Return the lamp. If the refund can't go to my card, leave it.",
        "Cancel the order unless it arrives by Friday.",
        "Exchange it for the blue one, otherwise send it back.",
        "I want to exchange or return the tablet.",
        "When you ask me to confirm, I'd rather keep the chair.",
        "Cancel everything associated with gaming.",
    ],
)
def test_a_condition_is_noticed(text: str) -> None:
    """Conditions, alternatives, second thoughts, and what is told apart by its purpose."""
    assert depends(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel my order if possible.",
        "Could you tell me if my parcel has been sent?",
        "I'd like to know whether you got it, and please cancel the other one.",
        "Cancel it if it hasn't shipped yet.",
        "Let me know if you need anything else.",
        "I don't talk much unless it's absolutely necessary. Return the lamp.",
        "Exchange it for a smaller one; if multiple colors are available, I prefer black.",
        "I changed my mind, please cancel it.",
    ],
)
def test_politeness_questions_and_what_is_kept_anyway_are_no_conditions(text: str) -> None:
    """Otherwise half of the tickets would go to a person."""
    assert not depends(text)


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("I only want to cancel the hose.", True),
        ("Check whether it can go back, but don't process anything.", True),
        ("Exchange it for one that is less than $200.", True),
        ("I only need one of them.", False),
        ("Please don't forget me.", False),
    ],
)
def test_a_bound_on_a_wish_is_noticed(text: str, limited: bool) -> None:
    """What is forbidden beside the wish, and amounts that no slot holds."""
    assert is_limited(text) is limited


def test_a_wish_with_a_proviso_goes_to_a_person_before_anything_is_done() -> None:
    """Without the proviso the same wish is proposed."""
    plain_wish = "please cancel order 10050, I ordered it by mistake"
    assert isinstance(walk(plan_brief(CANCEL, plain_wish)).step, Propose)
    hedged = f"{plain_wish}. If the money can't come back by Friday, leave it."
    assert walk(plan_brief(CANCEL, hedged)).step == PassOn(reason=HandoffReason.not_supported)
