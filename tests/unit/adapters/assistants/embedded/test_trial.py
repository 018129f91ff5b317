"""Cross-validation of a desk's examples, and the advice that rests on it."""

import numpy as np
import pytest

from adapters.assistants.embedded.advice import FEW, advise
from adapters.assistants.embedded.intent import background_utterances
from adapters.assistants.embedded.scope import FOLDS
from adapters.assistants.embedded.trial import NONE_OF_THEM, cross_validate, judge
from adapters.embeddings.hashing import HashingEmbedder
from adapters.embeddings.remembering import RememberingEmbedder
from tests.unit.adapters.assistants.embedded.reading import EXAMPLES


def test_every_example_is_read_once_and_repeatably() -> None:
    """By a head that has not learnt it; the background is read too, as none of them."""
    told: list[int] = []
    trial = cross_validate(EXAMPLES, RememberingEmbedder(HashingEmbedder()), told.append)
    known = trial.expected != NONE_OF_THEM
    everything = sorted(text for texts in EXAMPLES.values() for text in texts)
    assert sorted(text for text, is_known in zip(trial.texts, known, strict=True) if is_known) == everything
    assert (~known).sum() == len(background_utterances())
    assert trial.weights.sum() == pytest.approx(1)
    assert told == list(range(1, FOLDS + 1))
    again = cross_validate(dict(reversed(EXAMPLES.items())), HashingEmbedder())
    assert np.allclose(trial.confidences, again.confidences, atol=1e-4)


def test_one_intent_cannot_be_told_apart() -> None:
    """There is no other to confuse it with."""
    with pytest.raises(ValueError, match="two intents"):
        cross_validate({"only": ("a b", "c d")}, HashingEmbedder())


def test_labelled_messages_are_judged_as_they_come() -> None:
    """An intent that is no procedure counts as none of them."""
    messages = [("cancel my order please", "cancel_order"), ("write a poem", "oos"), ("sing", "NO_NODES_DETECTED")]
    trial = judge(EXAMPLES, messages, HashingEmbedder())
    assert trial.expected.tolist() == [trial.intents.index("cancel_order"), NONE_OF_THEM, NONE_OF_THEM]
    assert trial.is_right[0]
    with pytest.raises(ValueError, match="no labelled messages"):
        judge(EXAMPLES, [], HashingEmbedder())


def test_advice_names_what_is_thin_alike_claimed_twice_or_misread() -> None:
    """Each with the examples it is about."""
    fine = tuple(
        f"where is my {thing}"
        for thing in ["order", "parcel", "box", "lamp", "delivery", "package", "shipment", "letter"]
    )
    examples = {
        "alike": tuple(f"please kindly cancel my whole order today number {at}" for at in range(FEW)),
        "few": ("gift wrapping please", "can you wrap it", "wrap my gift"),
        "twice": ("gift wrapping please!", *(f"tell me about {word} {word}s" for word in fine)),
        "where": (*fine, "track it", "has it been sent", "gift wrapping for where"),
    }
    embedder = HashingEmbedder()
    found = advise(examples, cross_validate(examples, embedder), embedder)
    kinds = {(advice.kind, advice.procedure) for advice in found}
    assert {("thin", "few"), ("alike", "alike")} <= kinds
    [overlap] = [advice for advice in found if advice.kind == "overlap"]
    assert (overlap.procedure, overlap.other) == ("few", "twice")
    assert (overlap.example, overlap.other_example) == ("gift wrapping please", "gift wrapping please!")
    assert all(advice.other != advice.procedure for advice in found)
