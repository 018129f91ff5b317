"""Files of other people: read whatever holds the fields, and told by line and field what does not."""

from pathlib import Path

import pytest

from domain.errors import InvalidInput
from evals.report import NothingToMeasure
from evals.rows import ScenarioRow, TaskRow, UtteranceRow, read_rows

GOOD = '{"text": "where is it?", "intent": "track", "more": 1}'


@pytest.mark.parametrize(
    "content",
    [GOOD.encode(), b"\xef\xbb\xbf" + GOOD.encode(), f"\n{GOOD}\r\n\n".encode()],
    ids=["plain", "with a byte order mark", "with other line ends and empty lines"],
)
def test_files_are_read_however_they_were_saved(tmp_path: Path, content: bytes) -> None:
    """What editors leave in a file is no fault of the data."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    assert read_rows(file, UtteranceRow) == [{"text": "where is it?", "intent": "track"}]


def test_a_text_may_hold_any_line_separator(tmp_path: Path) -> None:
    """U+2028 parts lines for Python, not for JSON."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "one\u2028two", "intent": "track"}', encoding="utf-8")
    assert read_rows(file, UtteranceRow)[0]["text"] == "one\u2028two"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "holds no lines"),
        (GOOD.encode("utf-16"), "no text in UTF-8"),
        (b"\x00\x01\x80", "no text in UTF-8"),
        (b"{", "line 1: this is no JSON object"),
        (b"[1]", "line 1: this is no JSON object"),
        (GOOD.encode() + b'\n{"text": "a"}', "line 2: the object lacks intent"),
        (b'{"text": "a", "intent": null}', "line 1: intent is wrong"),
        (b'{"text": 7, "intent": "b"}', "line 1: text is wrong"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    """Never a traceback, and never a row that was guessed."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match=told):
        read_rows(file, UtteranceRow)


@pytest.mark.parametrize("wanted", ["null", "[]", '["a", 1]'])
def test_a_scenario_needs_articles(tmp_path: Path, wanted: str) -> None:
    """No recall can be told of a question that wants nothing."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"scenario_text": "a story", "relevant_doc_ids": ' + wanted + "}", encoding="utf-8")
    with pytest.raises(InvalidInput, match="line 1: relevant_doc_ids"):
        read_rows(file, ScenarioRow)


def test_a_task_needs_turns(tmp_path: Path) -> None:
    """The last turn is the question."""
    file = tmp_path / "rows.jsonl"
    row = '{"task_id": "1", "answerability": "ANSWERABLE", "turns": %s, "contexts": []}'
    file.write_text(row % "[]", encoding="utf-8")
    with pytest.raises(InvalidInput, match="turns is wrong"):
        read_rows(file, TaskRow)
    file.write_text(row % '[{"speaker": "user"}]', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"lacks turns\.0\.text"):
        read_rows(file, TaskRow)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With where data comes from."""
    with pytest.raises(NothingToMeasure, match="--train and --test"):
        read_rows(tmp_path / "none.jsonl", UtteranceRow)
