"""`setright eval` on files of one's own: one JSON object, or an error that says what to do."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import InvalidInput
from runtime.cli.commands.eval import app

WISHES = {"cancel": "cancel my order number", "track": "where is my parcel from day", "change": "new address for order"}


def write(path: Path, texts: dict[str, list[str]]) -> Path:
    """Write utterances as JSON lines."""
    rows = [json.dumps({"text": text, "intent": intent}) for intent, said in texts.items() for text in said]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_an_eval_judges_the_files_it_is_given(tmp_path: Path) -> None:
    """The figures are those of the named files, in one object."""
    train = write(tmp_path / "train.jsonl", {intent: [f"{it} {n}" for n in range(8)] for intent, it in WISHES.items()})
    test = write(tmp_path / "yours.jsonl", {intent: [f"please {it} 91"] for intent, it in WISHES.items()})
    done = CliRunner().invoke(app, ["clinc150", "--train", str(train), "--test", str(test), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["eval"], list(told["sets"])) == ("clinc150", ["yours"])
    assert (told["sets"]["yours"]["in_scope"], told["sets"]["yours"]["argmax_accuracy"]) == (3, 1)


@pytest.mark.parametrize("name", ["clinc150", "hint3", "groundedness", "mtrag-un"])
def test_too_little_to_learn_from_is_told(tmp_path: Path, name: str) -> None:
    """Two rows teach nothing: an error, neither a traceback nor a figure."""
    row = {
        "text": "a", "knowledge": "The sky is blue.", "response": "It is blue.", "label": "Fully attributable",
        "task_id": "1", "answerability": "ANSWERABLE", "turns": [{"speaker": "user", "text": "a"}],
        "contexts": [{"document_id": "d", "text": "The sky is blue."}],
    }  # fmt: skip
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(json.dumps(row | {"intent": intent}) for intent in ("one", "other")), encoding="utf-8")
    done = CliRunner().invoke(app, [name, "--train", str(file), "--test", str(file), "--json"])
    assert isinstance(done.exception, InvalidInput), (done.output, done.exception)
