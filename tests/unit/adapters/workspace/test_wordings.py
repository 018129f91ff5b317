"""The held-out wordings stay held out: no example may have been copied from them, nor they from the examples.

What is measured on wordings that the examples echo says nothing about customers.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.assistants.embedded.intent import background_utterances
from adapters.workspace.references import normalised
from adapters.workspace.tenant import Workspace
from domain.intent import OUT_OF_SCOPE, Signals

WORDINGS = Path(__file__).parents[3] / "wordings"
FILES = ("stories.yaml", "unseen.yaml")
STORIES: dict[str, Any] = yaml.safe_load((WORDINGS / "stories.yaml").read_text(encoding="utf-8"))
SHARED_WORDS = 5
#: A greeting or an "ok" at the start of a wording gives nothing away.
WORTH_HIDING = 3


def _texts(value: object) -> Iterator[str]:
    """Every list entry of a wordings file that is a sentence, not a label."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"intents", "wishes", "signals"}:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from [inner] if isinstance(inner, str) else _texts(inner)


def _sequences(text: str) -> set[tuple[str, ...]]:
    words = normalised(text).split()
    return {tuple(words[at : at + SHARED_WORDS]) for at in range(len(words) - SHARED_WORDS + 1)}


@pytest.fixture(scope="module")
def examples(shipped: Workspace) -> list[str]:
    """Give every utterance that an intent head is trained on: the procedures' examples and the background."""
    known = [
        example
        for tenant in shipped.tenants.values()
        for procedure in tenant.procedures.values()
        for example in procedure.examples
    ]
    return [*known, *background_utterances()]


@pytest.mark.parametrize("file", FILES)
def test_no_wording_holds_an_example(file: str, examples: list[str]) -> None:
    """No wording is an example, or an example with more words around it."""
    whole = [key for example in examples if len((key := normalised(example)).split()) >= WORTH_HIDING]
    exact = {normalised(example) for example in examples}
    held: list[str] = []
    for wording in _texts(yaml.safe_load((WORDINGS / file).read_text(encoding="utf-8"))):
        key = normalised(wording)
        if key in exact or any(f" {example} " in f" {key} " for example in whole):
            held.append(wording)
    assert held == []


@pytest.mark.parametrize("file", FILES)
def test_no_wording_shares_five_words_in_a_row_with_an_example(file: str, examples: list[str]) -> None:
    """Five words in a row are no accident, even when the rest was changed."""
    known = {sequence: example for example in examples for sequence in _sequences(example)}
    texts = list(_texts(yaml.safe_load((WORDINGS / file).read_text(encoding="utf-8"))))
    assert len(texts) > 100
    shared = [(text, known[sequence]) for text in texts for sequence in _sequences(text) if sequence in known]
    assert shared == []


def test_every_story_has_five_wordings_for_each_situation() -> None:
    """Stories 1 to 9 are all there, story 7 with its eight situations, five wordings each, none twice."""
    stories = STORIES["stories"]
    assert {story["story"] for story in stories} == set(range(1, 10))
    of_shop = {story["situation"] for story in stories if story["story"] == 7 and story["tenant"] == "meridian"}
    assert len(of_shop) == 8
    assert {len(story["wordings"]) for story in stories} == {5}
    every = [normalised(text) for text in _texts(STORIES)]
    assert len(every) == len(set(every))
    assert (len(STORIES["out_of_scope"]), len(STORIES["unanswered"])) == (40, 20)


def test_expected_labels_exist(shipped: Workspace) -> None:
    """What a wording is said to mean is a procedure of its tenant, or out of scope, and its signals are known ones."""
    for story in STORIES["stories"]:
        known = {*shipped.tenants[story["tenant"]].procedures, OUT_OF_SCOPE}
        assert set(story.get("intents", [])) | set(story.get("wishes", [])) <= known
        assert set(story.get("signals", [])) <= set(Signals.model_fields)
