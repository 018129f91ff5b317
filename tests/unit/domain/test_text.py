"""Text from outside: what is refused, what is taken away, and that nothing else is."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import BadText
from domain.text import MAX_MESSAGE_CHARS, clean_text, outgoing_text, strip_invisible

#: Format characters that are seen: signs around Arabic, Syriac and Kaithi numbers, and Egyptian joiners.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
KEPT_EMOJI = [
    "\u2764\ufe0f",  # a red heart
    "1\ufe0f\u20e3",  # keycap 1
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",  # a family
    "\U0001f3f3\ufe0f\u200d\U0001f308",  # the rainbow flag
    "\U0001f469\U0001f3fd\u200d\U0001f4bb",  # with a skin tone
    "\u27a1\ufe0f \u2194\ufe0f \u00a9\ufe0f",
    "\U0001f44d\U0001f3ff",
]
HIDDEN = st.sampled_from(
    [
        chr(code)
        for code in (0x200B, 0x200C, 0x200D, 0x200E, 0x202E, 0x2066, 0x2060, 0x2064, 0xFEFF, 0xFE00, 0xFE0F, 0xAD)
    ]
    + [chr(code) for code in (0xE0001, 0xE0041, 0xE007F, 0xE0100, 0xE01EF, 0x3164, 0x115F, 0x180E, 0x61C, 0x34F)]
)
#: Letters and punctuation that need no form of their own.
PLAIN = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=50)


def test_every_format_character_is_stripped_or_seen() -> None:
    """Whatever Unicode calls a format character, this version of it or another, is known here."""
    left = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) == "Cf" and strip_invisible(f"a{chr(code)}b") != "ab"
    }
    assert left <= SEEN


@pytest.mark.parametrize(
    "code",
    [
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF),
        *(*range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0), 0xAD, 0x61C, 0x180E, 0x3164, 0xFFA0, 0x115F, 0x1160),
    ],
)
def test_what_is_not_seen_goes(code: int) -> None:
    """Between letters, at the ends, and in a row."""
    hidden = chr(code)
    assert strip_invisible(f"{hidden}a{hidden}{hidden}b{hidden}") == "ab"


@pytest.mark.parametrize("emoji", KEPT_EMOJI)
def test_an_emoji_stays_what_it_is(emoji: str) -> None:
    """Its form and its joiners stay, one each."""
    assert strip_invisible(emoji) == emoji
    assert clean_text(f"Thanks {emoji}!") == f"Thanks {emoji}!"


def test_nothing_hides_behind_an_emoji() -> None:
    """A row of selectors or joiners behind it is how bytes are smuggled: one stays at most."""
    assert strip_invisible("\u2764" + "\ufe0f" * 50 + "\U000e0161" * 50) == "\u2764\ufe0f"
    assert strip_invisible("\U0001f468" + "\u200d" * 9 + "\U0001f469") == "\U0001f468\U0001f469"
    assert strip_invisible("a\ufe0fb\u200dc") == "abc"


@given(PLAIN, st.lists(HIDDEN, max_size=20))
def test_hidden_characters_change_nothing_that_is_read(text: str, hidden: list[str]) -> None:
    """Strewn into plain text they are gone, and the text is as it was without them."""
    strewn = "".join(letter + mark for letter, mark in zip(text, [*hidden, *[""] * len(text)], strict=False))
    strewn += "".join(hidden[len(text) :])
    assert strip_invisible(strewn) == strip_invisible(text)


@given(st.text(max_size=80) | st.text(HIDDEN, max_size=20))
@example("e\x01\u0301")
@example("e\u200b\u0301")
@example("\u2764\x01\ufe0f")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """What is stored is a fixed point: NFC, trimmed, without controls; and it may leave as it is."""
    try:
        once = clean_text(text)
    except BadText:
        return
    assert clean_text(once) == once
    assert once == unicodedata.normalize("NFC", once).strip()
    assert outgoing_text(once, most=MAX_MESSAGE_CHARS) == once
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in once)


@given(st.text(st.characters(exclude_categories=[]), max_size=80))
def test_whatever_a_model_writes_can_be_stored(text: str) -> None:
    """NUL and broken Unicode are dropped on the way out, where nobody can be asked to send it again."""
    out = outgoing_text(text, most=50)
    assert "\x00" not in out
    out.encode()
    assert strip_invisible(out) == out


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b", "\x00", "a\x00b", "\ud800", "x" * (MAX_MESSAGE_CHARS + 1), "\U000e0041"]
)
def test_bad_text_is_refused(text: str) -> None:
    """NUL, half a surrogate pair, too much, and nothing at all."""
    with pytest.raises(BadText):
        clean_text(text)


def test_what_grows_by_normalising_is_measured_after_it() -> None:
    """U+FB2C is three characters for good (Unicode's composition exclusions)."""
    with pytest.raises(BadText):
        clean_text("\ufb2c" * (MAX_MESSAGE_CHARS // 2))


def test_lines_end_one_way() -> None:
    """Whatever ends them."""
    assert clean_text("a\r\nb\rc\u2028d\u2029e") == "a\nb\nc\nd\ne"
