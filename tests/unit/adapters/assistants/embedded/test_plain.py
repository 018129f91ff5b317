"""Plain text keeps every character in its place."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.assistants.embedded.plain import plain


@given(st.text())
def test_keeps_the_length(text: str) -> None:
    """One character stays one, or spans would point beside the words."""
    assert len(plain(text)) == len(text)


def test_straightens_what_looks_alike() -> None:
    """Quotes, dashes, spaces, full-width and mathematical letters become their plain forms, in lower case."""
    assert plain("\u201cI\u2019m\u201d \u2014 \uff21\uff22\xa0\U0001d400") == '"i\'m" - ab a'


def test_leaves_letters_that_grow_in_lower_case() -> None:
    """The Turkish capital I with a dot has no one-character lower form, and stays."""
    assert plain("\u0130stanbul A") == "\u0130stanbul a"
