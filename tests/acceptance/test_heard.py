"""What customers say is heard: played to the end, these conversations once dropped, asked again or hijacked a wish."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack

import pytest

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from tests.support.playing import Desks, Heard
from tests.support.servers import Servers


class Listener:
    """Says messages one after another, each conversation where its customer's story is as the shop has it."""

    def __init__(self, runner: asyncio.Runner, desks: Desks) -> None:
        self._runner = runner
        self._desks = desks

    def hear(self, customer: str, *texts: str) -> Heard:
        """Say these things and return what was answered and done."""
        return self._runner.run(self._desks.talk("meridian", customer, texts))


@pytest.fixture(scope="module")
def listener(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> Iterator[Listener]:
    """One listener for all conversations."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield Listener(runner, Desks(servers, assistants, stack))
        runner.run(stack.aclose())


def test_the_whole_of_an_exchange_is_restated_and_done(listener: Listener) -> None:
    """Size and color, both in one breath: the customer's yes is to the whole of the new pair."""
    heard = listener.hear("ida", "I'd like to swap my white 42s for black 44s", "yes")
    assert "Running Shoes (42, white) → size 44, color black" in heard.replies[0]
    assert heard.written == ["exchange_items"]


def test_the_one_pair_left_is_offered_by_name(listener: Listener) -> None:
    """The white one is sold out, and that is said; the black one is put as a question of yes or no."""
    heard = listener.hear("ida", "these shoes are too tight, I need a 44", "yes please")
    assert "44, white is sold out" in heard.replies[0]
    assert "Instead of Running Shoes (42, white) I could send you 44, black" in heard.replies[0]
    assert "size 44, color black" in heard.replies[1]
    refused = listener.hear("ida", "these shoes are too tight, I need a 44", "no")
    assert refused.replies[1] == "All right, I've left everything as it is."


def test_nothing_eligible_is_not_nothing_delivered(listener: Listener) -> None:
    """After an exchange something was delivered, and nothing more can be exchanged."""
    heard = listener.hear("ida", "swap my shoes for black ones", "yes", "swap my shoes for a 43")
    assert heard.replies[2].startswith("Nothing in your account can be exchanged at the moment")


def test_another_thing_of_the_order_is_left_alone(listener: Listener) -> None:
    """The beanie is praised: nobody is offered its colors."""
    heard = listener.hear("gia", "The beanie is fine, but the rain jacket is too small, could I get a L?")
    assert "Rain Jacket (M, navy) → size L, color navy" in heard.replies[0]
    assert "Beanie" not in heard.replies[0]


def test_a_fault_that_was_told_is_not_asked_for(listener: Listener) -> None:
    """Past the return window a broken zipper is a case for the warranty, at once."""
    heard = listener.hear("hal", "the zipper of my backpack is broken, I'm returning it")
    assert "24-month warranty may still cover it" in heard.replies[0]
    assert heard.handed_to == "returns"
    asked = listener.hear("hal", "I want to return my backpack", "the zipper is broken")
    assert "it's too late to take Backpack" in asked.replies[0]
    assert asked.handed_to == "returns"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Can I cancel part of my order?", "an order can only be cancelled as a whole"),
        ("Can I undo a cancellation?", "A cancelled order stays cancelled"),
        ("The promo code SUMMER10 doesn't work", "minimum order value"),
        ("Please delete all my data", "ask us to delete it"),
    ],
)
def test_what_the_help_centre_says_is_answered_first(listener: Listener, text: str, answer: str) -> None:
    """A heading is nearly the message, so nobody is asked which order it is about."""
    heard = listener.hear("eve", text)
    assert answer in heard.replies[0]


def test_a_denial_is_looked_up_and_not_taken_for_a_choice(listener: Listener) -> None:
    """Neither of two readings: what follows is answered; a bare "neither" asks openly, and then a person takes over."""
    asked = "I bought a thing for the garden of my aunt"
    heard = listener.hear("eve", asked, "neither, I want my data deleted")
    assert "ask us to delete it" in heard.replies[1]
    lost = listener.hear("eve", asked, "neither", "none of that")
    assert lost.handed_to == "support"


def test_only_orders_that_can_be_cancelled_are_offered(listener: Listener) -> None:
    """Delivered ones are not; who has none is told so."""
    assert "None of your orders can be cancelled any more" in listener.hear("eve", "Please cancel my order").replies[0]
    assert "I can still cancel order 10048" in listener.hear("finn", "Can I cancel my order?").replies[0]
