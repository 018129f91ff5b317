"""A small desk whose readers are trained on spelling alone: quick, and sure of the words its examples hold."""

from functools import cache

from adapters.assistants.embedded.intent import IntentHead
from adapters.assistants.embedded.spelling import Spelling
from adapters.assistants.embedded.understanding import Understanding
from adapters.embeddings.hashing import HashingEmbedder
from domain.procedure import Procedure
from tests.unit.adapters.assistants.embedded.briefs import CAUSES, procedure

EXAMPLES: dict[str, tuple[str, ...]] = {
    "cancel_order": (
        "please cancel my order", "cancel the order I placed", "I want to cancel my order", "cancel it please",
        "can you cancel the purchase", "I'd like to cancel that order today", "stop and cancel my purchase",
    ),
    "return_item": (
        "I want to return the lamp", "return this item please", "I'd like to return what I bought",
        "can I return my headphones", "please take the item back as a return", "how do I return an item you sent",
        "returning the shoes",
    ),
    "where_is_my_order": (
        "where is my order", "where is the parcel", "has my parcel been sent, where is it", "track my parcel please",
        "where is my delivery now", "when will the parcel arrive", "my parcel is late, where is it",
    ),
    "information": (
        "how long is the warranty", "what are your opening hours", "do you ship to other countries",
        "how much is shipping", "what is the warranty of a lamp", "do you offer gift wrapping",
        "how many days does shipping take",
    ),
}  # fmt: skip
FOREIGN = (
    "paint my hallway tomorrow", "recommend a dentist", "who won the football match", "tell me a joke about cats",
    "write a poem", "what is the weather in Lisbon", "book a flight to Rome", "translate good morning",
)  # fmt: skip


@cache
def understanding() -> Understanding:
    """The trained readers of the small desk."""
    head = IntentHead.train(EXAMPLES, HashingEmbedder(), FOREIGN)
    return Understanding(head, Spelling.of(text for texts in EXAMPLES.values() for text in texts))


def procedures() -> dict[str, Procedure]:
    """The procedures of the small desk; cancelling asks for a cause."""
    slots = {"order": {"kind": "order"}, "cause": {"kind": "choice", "choices": CAUSES}}
    return {
        name: procedure([{"answer": "done"}], name=name, examples=examples, slots=slots)
        for name, examples in EXAMPLES.items()
    }
