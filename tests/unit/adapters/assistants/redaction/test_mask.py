"""Masking and taking it back: nothing survives, nothing is lost, and every place is found again."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.assistants.redaction.detectors import find
from adapters.assistants.redaction.mask import Mask, Masked
from domain.errors import ReplyInvalid

KNOWN = (("name", "Mara Ölberg"), ("name", "Mara"), ("address", "Tower 7"))
DATA = (
    "4111 1111 1111 1111",
    "AT61 1904 3002 3457 3201",
    "+43 664 1234567",
    "212-555-0142",
    "mara@example.com",
    "203.0.113.9",
    "password: x9",
    "445 Maple Drive",
    "Zwetschgenweg 17",
    "My name is Dan Hoffmann",
    "Mara Ölberg",
    "MARA",
    "tower 7",
    "[email_0123abcd]",
    "[card_ffffffff]",
    "-----BEGIN X-----",
)
NOISE = st.text(st.sampled_from("ab1 04.-,:@[]_()#+/\nXÖ\u0660😀"), max_size=12)
TEXTS = st.lists(st.one_of(st.sampled_from(DATA), NOISE), max_size=8).map("".join)
quick = settings(max_examples=120, deadline=None, derandomize=True)


def mask() -> Mask:
    """A ticket's mask."""
    return Mask(b"a key", "T-7H3K9QWZ", KNOWN)


@quick
@given(TEXTS)
def test_what_was_hidden_can_be_shown_again(text: str) -> None:
    """Hiding and restoring gives the text back, character by character."""
    hiding = mask()
    assert hiding.restore(hiding.hide(text).text) == text


@quick
@given(TEXTS)
def test_no_detector_finds_anything_in_what_is_shown(text: str) -> None:
    """Not even what came to stand beside something else when its neighbour was hidden."""
    assert find(mask().hide(text).text, KNOWN) == []


def cuts(masked: Masked, start: int, end: int) -> bool:
    """Whether a stretch of the written text begins or ends within something hidden."""
    return any(piece.start < place < piece.end for piece in masked.pieces for place in (start, end))


@quick
@given(TEXTS, st.data())
def test_every_place_is_found_again(text: str, data: st.DataObject) -> None:
    """A stretch carried over and back is itself, or what it cut into as a whole; its words are the same words."""
    hiding = mask()
    masked = hiding.hide(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = masked.shown(start, end)
    written = masked.written(*shown)
    assert written[0] <= start <= end <= written[1] or (start == end)
    if start < end:
        assert hiding.restore(masked.text[slice(*shown)]) == text[slice(*written)]
        if not cuts(masked, start, end):
            assert written == (start, end)


@quick
@given(TEXTS, st.data())
def test_a_place_in_what_is_shown_is_found_in_what_was_written(text: str, data: st.DataObject) -> None:
    """The other way round: whatever stretch an assistant names, its words stand where it is carried to."""
    hiding = mask()
    masked = hiding.hide(text)
    start = data.draw(st.integers(0, len(masked.text)))
    end = data.draw(st.integers(start, len(masked.text)))
    written = masked.written(start, end)
    shown = masked.shown(*written)
    assert 0 <= written[0] <= written[1] <= len(text)
    if start < end:
        assert shown[0] <= start <= end <= shown[1]
        assert hiding.restore(masked.text[slice(*shown)]) == text[slice(*written)]


def test_one_value_has_one_placeholder_on_a_ticket_and_another_on_the_next() -> None:
    """So that an assistant can tell two people apart, and nobody can follow one through tickets."""
    text = "mara@example.com and mara@example.com, not dan@example.com"
    shown = mask().hide(text).text
    first, again, other = re.findall(r"\[email_[0-9a-f]{8}\]", shown)
    assert first == again != other
    assert mask().hide(text).text == shown
    assert Mask(b"a key", "T-00000000").hide("mara@example.com").text != first
    assert Mask(b"another key", "T-7H3K9QWZ").hide("mara@example.com").text != first


def test_a_placeholder_that_stands_for_nothing_is_refused() -> None:
    """What a model made up never reaches a customer; what a customer wrote in its form stands for itself."""
    hiding = mask()
    with pytest.raises(ReplyInvalid):
        hiding.restore("Write to [email_0123abcd].")
    shown = hiding.hide("What is [email_0123abcd]?").text
    assert "[email_0123abcd]" not in shown
    assert hiding.restore(shown) == "What is [email_0123abcd]?"
