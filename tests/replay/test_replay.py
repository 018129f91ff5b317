"""A ticket that began under an older release finishes under this one."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from workflows.ingestion import KnowledgeSync
from workflows.sandbox import workflow_runner
from workflows.sync_timer import SyncTimer
from workflows.ticket import TicketWorkflow

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def replayer(*, is_sandboxed: bool = True) -> Replayer:
    """Replays as a worker would run."""
    return Replayer(
        workflows=[TicketWorkflow, KnowledgeSync, SyncTimer],
        data_converter=pydantic_data_converter,
        workflow_runner=workflow_runner(is_sandboxed=is_sandboxed),
    )


def load(path: Path) -> WorkflowHistory:
    """A recorded history."""
    return WorkflowHistory.from_json(path.stem, path.read_text())


def test_there_is_something_to_replay() -> None:
    """The stories with a pause, a handoff, an approval and a reopening are recorded."""
    names = {path.stem for path in HISTORIES}
    assert names >= {"approved", "card_closed", "late_refund", "reopened", "waiting"}
    assert names >= {"knowledge_sync", "knowledge_timer"}


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("is_sandboxed", [True, False], ids=["sandboxed", "unsandboxed"])
async def test_old_tickets_still_replay(path: Path, is_sandboxed: bool) -> None:
    """Every recorded ticket, and reading of a source, replays under today's code, whichever way it is run."""
    await replayer(is_sandboxed=is_sandboxed).replay_workflow(load(path))


async def test_a_wrong_history_is_noticed() -> None:
    """The guard itself works: a step under another name is reported."""
    history = json.loads((Path(__file__).parent / "histories" / "late_refund.json").read_text())
    for event in history["events"]:
        scheduled = event.get("activityTaskScheduledEventAttributes")
        if scheduled and scheduled["activityType"]["name"] == "perform_action":
            scheduled["activityType"]["name"] = "record_turn"
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(WorkflowHistory.from_json("wrong", json.dumps(history)))
