"""`setright tune` and `setright procedures` on the smaller shipped tenant; vectors of spelling, for speed."""

import json
import shutil
from pathlib import Path

import pytest

import runtime.tuning.work
from adapters.embeddings.hashing import HashingEmbedder
from adapters.embeddings.remembering import RememberingEmbedder
from adapters.workspace.loader import load_workspace
from runtime.cli.exit_codes import ExitCode
from runtime.cli.main import run

_SHIPPED = Path(__file__).parents[4] / "examples" / "shop" / "tenants" / "tidewater"
_EMBEDDER = RememberingEmbedder(HashingEmbedder(64))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the tenant to write into."""
    shutil.copytree(_SHIPPED, tmp_path / "tenants" / "tidewater")
    monkeypatch.setattr(runtime.tuning.work, "embedder", lambda: _EMBEDDER)
    return tmp_path


def test_thresholds_are_chosen_drawn_written_and_read_again(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way: JSON on standard output alone, an image, and a file that the loader takes."""
    image = workspace / "curve.svg"
    assert run(["tune", str(workspace), "--precision", "0.8", "--image", str(image), "--write", "--json"]) == 0
    [found] = json.loads(capsys.readouterr().out)
    assert (found["tenant"], found["wanted"], found["needed"]) == ("tidewater", 0.8, 5)
    assert {it["intent"] for it in found["intents"]} == {p.stem for p in (_SHIPPED / "procedures").iterdir()}
    assert image.read_text().startswith("<svg")
    chosen = {it["intent"]: it["threshold"] for it in found["intents"] if it["threshold"] is not None}
    assert chosen
    assert load_workspace(workspace / "tenants").tenants["tidewater"].clear_from == chosen
    assert run(["procedures", "list", str(workspace), "--json"]) == 0
    listed = {row["procedure"]: row for row in json.loads(capsys.readouterr().out)}
    assert {name: row["clear_from"] for name, row in listed.items() if row["clear_from"]} == chosen
    assert listed["unused_time"]["examples"] == 30


def test_labelled_messages_too_few_for_the_precision_give_no_threshold(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what is missing, and keeps the built-in threshold."""
    data = workspace / "mine.jsonl"
    data.write_text('{"text": "cancel my subscription", "intent": "cancel_subscription"}\n')
    assert run(["tune", str(workspace), "--data", str(data)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "it takes 50 answers" in shown
    assert "The built-in threshold 0.60 stays" in shown


def test_what_cannot_be_done_is_told(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A precision that is no share, a tenant that is not there, a file that is none."""
    assert run(["tune", str(workspace), "--precision", "98"]) == ExitCode.refused
    assert run(["tune", str(workspace), "--tenant", "nobody"]) == ExitCode.not_found
    assert run(["tune", str(workspace), "--data", str(workspace / "none.jsonl")]) == ExitCode.refused
    shown = capsys.readouterr().err
    assert "0.98" in shown
    assert "tidewater" in shown


def test_checking_examples_fails_only_if_asked_to(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Advice is no error; `--strict` makes it one. Every procedure tells what it is most easily confused with."""
    assert run(["procedures", "check", str(workspace), "--json"]) == ExitCode.ok
    [found] = json.loads(capsys.readouterr().out)
    assert found["advice"]
    assert set(found["nearest_confusions"]) == {p.stem for p in (_SHIPPED / "procedures").iterdir()}
    assert run(["procedures", "check", str(workspace), "--strict"]) == ExitCode.problems_found
    assert "most like" in capsys.readouterr().out
