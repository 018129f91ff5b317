"""A script in the second person becomes one message in the first."""

import pytest

from evals.tau.dataset import Task
from evals.tau.ticket_text import first_person, ticket_text


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("You want to return your lamp.", "I want to return my lamp."),
        ("You're sure, and you've paid; it is yours.", "I'm sure, and I've paid; it is mine."),
        ("You name is Ada and your zip is 10001.", "My name is Ada and my zip is 10001."),
        ("The parcel was sent to you yesterday.", "The parcel was sent to me yesterday."),
        ("Ask the agent how long it takes.", "Ask you how long it takes."),
        ("Stop when the agent says no.", "Stop when you say no."),
    ],
)
def test_the_second_person_becomes_the_first(script: str, said: str) -> None:
    """Pronouns, their forms, and the agent who is now spoken to."""
    assert first_person(script) == said


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("If the agent asks for which laptop, it is the 15-inch one.", "it is the 15-inch one."),
        ("If asked for reason, say you ordered it by mistake.", "I ordered it by mistake."),
    ],
)
def test_what_is_held_ready_for_a_question_is_told_at_once(script: str, said: str) -> None:
    """Nobody answers later in ticket mode."""
    assert first_person(script) == said


def test_a_change_of_mind_at_the_confirmation_is_left_in() -> None:
    """It is no answer to a question for facts, and must not be hidden from the assistant."""
    told = first_person("If the agent asks for confirmation, only exchange the lamp.")
    assert told == "If you ask for confirmation, only exchange the lamp."


def test_a_ticket_is_all_parts_of_a_script_in_one_message() -> None:
    """Reason, known information and instructions, without the parts that say nothing."""
    task = Task("1", "You want to cancel your order.", "You are Ada in zip code 10001.", ".", {})
    assert ticket_text(task) == "I want to cancel my order.\nI am Ada in zip code 10001."
