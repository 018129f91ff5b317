"""What ends a matter, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.assistants.embedded.closing import is_satisfied, is_still_unhappy, is_thanks, is_withdrawal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("forget it", True),
        ("cancel my request", True),
        ("I don't want the refund any more", True),
        ("please withdraw my request", True),
        ("drop it, it's fine now", True),
        ("no need any more, I found it", True),
        ("you can close this, I'll keep the shoes", True),
        ("I no longer need this", True),
        ("please stop the refund request", True),
        ("let's leave it then", True),
        ("disregard my request", True),
        ("Never mind.", True),
        ("cancel my order", False),
        ("cancel my subscription please", False),
        ("I don't want the lamp any more", False),
        ("where is my refund?", False),
        ("I no longer need the shoes, can I return them?", False),
        ("stop charging my card", False),
        ("please don't cancel my request", False),
        ("please leave it at the door", False),
        ("is there a cancel button in my account?", False),
    ],
)
def test_a_withdrawal_is_of_the_request(text: str, expected: bool) -> None:
    """Taking back what was asked of us is a withdrawal; cancelling an order or returning goods is a wish."""
    assert is_withdrawal(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thanks", True),
        ("thank you so much", True),
        ("Cheers!", True),
        ("thx a lot", True),
        ("much appreciated", True),
        ("Many thanks for your help", True),
        ("Awesome, thanks for sorting this out", True),
        ("You've been a great help, thank you!", True),
        ("no thanks to you", False),
        ("thanks for nothing", False),
        ("where is my order", False),
        ("thank you, and when does it arrive?", False),
        ("thanks but it is still broken", False),
        ("ok", False),
    ],
)
def test_thanks_and_nothing_else(text: str, expected: bool) -> None:
    """Courtesy may stand beside thanks; a wish, a question or sarcasm may not."""
    assert is_thanks(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("that solved it, thanks", True),
        ("perfect, all good now", True),
        ("It works now", True),
        ("great, that answers my question", True),
        ("problem solved", True),
        ("that's all I needed, bye", True),
        ("You've been very helpful", True),
        ("excellent, thank you!", True),
        ("The money has arrived, thanks", True),
        ("that did not help", False),
        ("thanks but it still doesn't work", False),
        ("great, another week of waiting", False),
        ("not solved", False),
        ("thanks, but I have another question", False),
        ("it's not working now", False),
        ("has the money arrived?", False),
        ("I hope that solves it", False),
    ],
)
def test_satisfied(text: str, expected: bool) -> None:
    """Said to be settled, or praised and nothing else; hope, irony and questions are not enough."""
    assert is_satisfied(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("that did not help", True),
        ("still no money", True),
        ("It is still broken", True),
        ("I'm not satisfied with this answer", True),
        ("that's not what I asked", True),
        ("this doesn't solve my problem", True),
        ("you didn't answer my question", True),
        ("nothing has changed", True),
        ("Still waiting", True),
        ("no, that's not it", True),
        ("the refund hasn't arrived yet", True),
        ("unfortunately the same problem again", True),
        ("that solved it, thanks", False),
        ("thanks", False),
        ("I am still happy with it", False),
        ("do I still have time to return it?", False),
        ("perfect", False),
    ],
)
def test_still_unhappy(text: str, expected: bool) -> None:
    """The answer did not settle the matter."""
    assert is_still_unhappy(text) is expected


@given(st.text(max_size=200))
def test_satisfied_and_unhappy_exclude_each_other(text: str) -> None:
    """No message is read as both, whatever it says."""
    assert not (is_satisfied(text) and is_still_unhappy(text))


@given(
    st.sampled_from(["that solved it, thanks", "perfect", "it works now", "all good"]),
    st.sampled_from(["but", "not", "still", "?"]),
)
def test_a_doubt_is_never_satisfied(text: str, doubt: str) -> None:
    """A doubt before or after it takes "solved" back."""
    assert not is_satisfied(f"{text} {doubt}")
    assert not is_satisfied(f"{doubt} {text}")
