"""The whole eval on a small store: real Postgres, the embedded assistant, graded end states."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.tau_retail import WORKSPACE
from runtime.cli.commands.eval import app
from runtime.doctor.workspace_files import read_problems
from tests.integration.adapters.backends.test_tau import small_db

KNOWN = "You are Yusuf Rossi in zip code 19122."
SCRIPTS = {
    "1": ("You want to cancel your order #W1000001 because it is no longer needed.", KNOWN),
    "2": ("You want to cancel your order #W1000001, no longer needed. If the refund takes long, you keep it.", KNOWN),
    "3": ("You want to cancel your order #W1000001 because it is no longer needed.", "You are somebody else."),
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data set with one customer: a plain wish, one with a proviso, and one by somebody who cannot be found."""
    monkeypatch.setenv("XDG_DATA_HOME", str(Path(".pytest_cache").absolute()))  # keeps the workspace's vectors
    db = json.loads(json.dumps(small_db()).replace('"#W1"', '"#W1000001"'))  # numbers as long as tau's
    order = db["orders"]["#W1000001"]
    refund = {"transaction_type": "refund", "amount": 10.0, "payment_method_id": "credit_card_1"}
    nothing = dict.fromkeys(
        (
            "exchange_items",
            "exchange_new_items",
            "exchange_payment_method_id",
            "exchange_price_difference",
            "return_items",
            "return_payment_method_id",
        )
    )
    done = {**order, **nothing, "status": "cancelled", "cancel_reason": "no longer needed"}
    done["payment_history"] = [*order["payment_history"], refund]
    root = tmp_path / "tau3_retail"
    (root / "shared").mkdir(parents=True)
    (root / "dev").mkdir()
    (root / "shared" / "db.json").write_text(json.dumps(db))
    tasks, expected = [], []
    for task_id, (reason, known) in SCRIPTS.items():
        script = {"reason_for_call": reason, "known_info": known, "task_instructions": "."}
        tasks.append({"id": task_id, "user_scenario": {"instructions": script}})
        expected.append({"id": task_id, "final_records": {"orders": {"#W1000001": done}}})
    (root / "dev" / "tasks.jsonl").write_text("\n".join(map(json.dumps, tasks)))
    (root / "dev" / "expected_state.jsonl").write_text("\n".join(map(json.dumps, expected)))
    return tmp_path


@pytest.mark.timeout(240)  # the first run embeds the workspace's examples
def test_a_small_store_is_settled_and_graded(data: Path) -> None:
    """The plain wish is resolved exactly; the other two go to a person with the store untouched."""
    ran = CliRunner().invoke(app, ["tau-retail", "--data", str(data), "--json"], catch_exceptions=False)
    told = json.loads(ran.stdout)
    tasks = {task["id"]: task for task in told["tasks"]}
    assert (tasks["1"]["outcome"], tasks["1"]["done"]) == ("resolved", ["cancel #W1000001"])
    assert (tasks["2"]["outcome"], tasks["2"]["why"]) == ("handed_off", "not_supported")
    assert (tasks["3"]["outcome"], tasks["3"]["why"]) == ("handed_off", "not_authenticated")
    assert (told["resolved_with_writes"], told["wrong_writes"], told["does_nothing"]["resolved"]) == (1, 0, 0)


def test_the_workspace_has_no_problems() -> None:
    """Procedures, policy, replies and articles of the tau tenant are read without a complaint."""
    assert read_problems(WORKSPACE / "tenants") == []
