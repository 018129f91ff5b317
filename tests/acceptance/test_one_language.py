"""A reply is in one language, whatever the team has written in which."""

import pytest

from adapters.assistants.embedded.language import guess_language
from tests.support.harness import Harness


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        ("cus_max", "Wo ist meine Bestellung?"),
        ("cus_gia", "Sind Ihre Schals aus Wolle von Schafen, die nicht gequält wurden?"),
    ],
)
async def test_greeting_answer_and_promise_are_in_one_language(shop: Harness, customer: str, words: str) -> None:
    """German from the greeting to the time by which somebody answers; no English paragraph in between."""
    reply = await shop.last_reply(await shop.open(customer, words))
    paragraphs = reply.split("\n\n")
    assert len(paragraphs) > 1
    assert [guess_language(paragraph, "en") for paragraph in paragraphs] == ["de"] * len(paragraphs)
