"""Reading YAML with lines, and refusing what a workspace has no use for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.workspace.yaml_reader import MAX_DEPTH, YamlFault, read_yaml


def test_values_come_with_their_lines() -> None:
    """Every value knows its line; an entry of a mapping is where its key stands."""
    value, lines = read_yaml("a: 1\nb:\n  - x\n  - c: yes\n")
    assert value == {"a": 1, "b": ["x", {"c": "yes"}]}
    assert lines["a",] == 1
    assert lines["b", 0] == 3
    assert lines["b", 1, "c"] == 4


def test_lines_can_be_counted_from_elsewhere() -> None:
    """Front matter begins in the second line of its file."""
    assert read_yaml("a: 1\n", first_line=2)[1]["a",] == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("NO", "NO"),
        ("1.5", "1.5"),
        ("2026-03-01", "2026-03-01"),
        ("1:30", "1:30"),
        ("007", "007"),
        ("0x1f", "0x1f"),
        ("'42'", "42"),
        ("'true'", "true"),
        ("42", 42),
        ("-7", -7),
        ("true", True),
        ("~", None),
        ("", None),
    ],
)
def test_only_the_plain_words_of_json_are_more_than_text(text: str, value: object) -> None:
    """No Norway that becomes False, no floats, no dates, no octal or sexagesimal numbers."""
    assert read_yaml(f"a: {text}\n")[0] == {"a": value}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands here twice, first in line 1"),
        ("a: &x 1\nb: *x\n", 1, "anchors and aliases (& and *) are not read here; write the value out"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases (& and *) are not read here; write the value out"),
        ("a: !!python/object/apply:os.system ['true']\n", 1, "tags (!) are not read here; write the plain value"),
        ("a: 1\n---\nb: 2\n", 2, "a second document starts here; one file holds one"),
        ("", 1, "the file is empty"),
        ("# nothing\n", 1, "the file is empty"),
        ("? [a, b]\n: 1\n", 1, "a key must be a plain word"),
        (
            "a: 1\nb: [1,\nc: 2\n",
            4,
            "not valid YAML: did not find expected ',' or ']', while parsing a flow sequence in line 2",
        ),
        (
            "a: 1\n\tb: 2\n",
            2,
            "not valid YAML: found a tab character that violates indentation, while scanning a plain scalar in line 1",
        ),
        ("a: \x00\n", 1, "not valid YAML: it holds a character that YAML does not allow"),
        ("a: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), 1, f"nested deeper than {MAX_DEPTH} levels"),
        ("[" * 100_000, 1, f"nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_what_is_not_read_here_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    """Duplicate keys, anchors, tags, more documents, deep nesting and broken syntax are told with their line."""
    with pytest.raises(YamlFault) as raised:
        read_yaml(text)
    assert (raised.value.line, raised.value.text) == (line, says)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, the reader answers with data or with a fault, never with another error."""
    try:
        line = read_yaml(text)[1][()]
    except YamlFault as fault:
        line = fault.line
    assert line >= 1
