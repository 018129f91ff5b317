"""Strict JSON: what one reader could understand differently from another is refused."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Refused
from api.strict_json import parse_strict

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_what_json_can_say_is_read(value: Any) -> None:  # noqa: ANN401 - JSON holds anything
    """Every value without NUL and lone surrogates comes through as it was."""
    assert parse_strict(json.dumps(value).encode()) == value
    assert parse_strict(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_no_bytes_break_it(body: bytes) -> None:
    """Whatever bytes come, they are read or refused with a code."""
    with contextlib.suppress(Refused):
        parse_strict(body)


@given(_VALUES, _VALUES, _TEXT)
def test_a_key_stands_once(first: Any, second: Any, key: str) -> None:  # noqa: ANN401 - JSON holds anything
    """The same key twice in one object is refused, even with the same value; in two objects it is fine."""
    name, one, two = json.dumps(key), json.dumps(first), json.dumps(second)

    with pytest.raises(Refused, match="twice"):
        parse_strict(f'[{{{name}: {one}, "a{key.encode().hex()}": 1, {name}: {two}}}]'.encode())
    assert parse_strict(f"[{{{name}: {one}}}, {{{name}: {two}}}]".encode()) == [{key: first}, {key: second}]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"NaN", "invalid_input"),
        (b"[-Infinity]", "invalid_input"),
        (b"[1e309]", "invalid_input"),
        (b"[" * 200_000, "invalid_input"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "invalid_input"),
        (b"-" + b"1" * 5_000, "invalid_input"),
        (b"\xff\xfe[\x00]\x00", "invalid_input"),
        (b"'a'", "invalid_input"),
        (b"[1,]", "invalid_input"),
        (b'"\\u0000"', "bad_text"),
        (b'{"a": [{"b\\u0000": 1}]}', "bad_text"),
        (b'["\\udc00"]', "bad_text"),
        (b'["\\ud83d"]', "bad_text"),
        (b'["\\ude00\\ud83d"]', "bad_text"),
    ],
)
def test_each_trick_has_its_code(body: bytes, code: str) -> None:
    """Each known trick is refused with one code."""
    with pytest.raises(Refused) as refused:
        parse_strict(body)
    assert refused.value.code == code


def test_a_whole_pair_is_one_character() -> None:
    """Two escaped halves in the right order are a character like any other."""
    assert parse_strict(b'"\\ud83d\\ude00"') == "😀"
