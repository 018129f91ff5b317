"""I7: every history replays under today's code, as a worker that has forgotten everything would run it."""

from runtime.verify.evidence import Evidence
from runtime.verify.violation import Violation


async def check(evidence: Evidence) -> list[Violation]:
    """Report what the replayer did when the histories were read."""
    return [
        Violation(invariant="I7", what="replay_failed", ids=(run.workflow_id, run.run_id), detail=run.replay_failure)
        for run in evidence.runs
        if run.replay_failure is not None
    ]
