"""Which queue a handoff goes to: rules in order, skills, languages; and a rule that cannot be judged stops nobody."""

from typing import Any

import pytest

from domain.handing_over import says_handover
from domain.policy import Policy
from domain.routing import route

POLICY = Policy.model_validate(
    {
        "version": "0" * 64,
        "rules": [],
        "hours": {
            "desk": {"time_zone": "Europe/Berlin", "days": ["mon"], "opens": "09:00", "closes": "17:00"},
        },
        "queues": {
            "support": {"skill": "general", "languages": ["en"]},
            "support_de": {"skill": "general", "languages": ["de"]},
            "books": {"skill": "money", "languages": ["en"], "hours": "desk", "first_response": "2 hours"},
            "buch": {"skill": "money", "languages": ["de"]},
            "vip": {},
        },
        "routes": [
            {"id": "broken", "when": "facts.nothing.here == 1", "queue": "vip", "reason": "Never."},
            {"id": "vips", "when": "customer.is_vip", "queue": "vip", "reason": "Theirs."},
            {"id": "money", "when": "reason == 'effect_unknown'", "skill": "money", "reason": "Money."},
            {"id": "large", "when": "customer.spent > 1000", "queue": "vip", "urgent": True, "reason": "Large."},
        ],
    }
)


def facts(reason: str, *, is_vip: bool = False, spent: int = 0) -> dict[str, Any]:
    """What rules may weigh."""
    return {"customer": {"is_vip": is_vip, "spent": spent}, "ticket": {}, "facts": {}, "reason": reason}


@pytest.mark.parametrize(
    ("weighed", "language", "queue", "urgent", "rule"),
    [
        (facts("angry"), "en", "support", False, None),
        (facts("angry"), "de", "support_de", False, None),  # the same skill, in the customer's language
        (facts("effect_unknown"), "en", "books", False, "money"),
        (facts("effect_unknown"), "de", "buch", False, "money"),
        (facts("effect_unknown"), "fr", "books", False, "money"),  # nobody speaks it: the first with the skill
        (facts("effect_unknown", is_vip=True), "en", "vip", False, "vips"),  # the first match decides
        (facts("effect_unknown", spent=2000), "en", "books", True, "money"),  # … and any may make it urgent
    ],
)
def test_where_it_goes(weighed: dict[str, Any], language: str, queue: str, urgent: bool, rule: str | None) -> None:
    """Rules in order, then skill and language."""
    found = route(POLICY, "support", weighed, urgent=False, language=language)
    assert (found.queue, found.urgent, found.rule) == (queue, urgent, rule)
    assert found.errors == ("broken",)


@pytest.mark.parametrize(
    "words",
    [
        "I'm passing this to one of our support agents.",
        "I will escalate this right away.",
        "Let me connect you with a human.",
        "A colleague will get back to you tomorrow.",
        "Ich leite das an eine Kollegin weiter.",
    ],
)
def test_a_model_that_hands_over_in_its_own_words_is_heard(words: str) -> None:
    """The handoff that it promises must happen."""
    assert says_handover(words)
    assert not says_handover(words, [words])  # the team's own template: its procedure says what follows


@pytest.mark.parametrize(
    "words",
    [
        "Your refund was passed to your bank on Monday.",
        "You can hand the parcel to the carrier.",
        "The agent in the shop checks the receipt.",
    ],
)
def test_other_people_are_no_handover(words: str) -> None:
    """Banks and carriers are not colleagues."""
    assert not says_handover(words)
