"""How workflow code runs: sandboxed where the sandbox can catch a slip, unsandboxed where its cost matters.

Each module passed through has its reason; everything else is re-imported per workflow, as the SDK intends.
"""

from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

_PASSED_THROUGH = (
    "langgraph",  # deterministic as we use it, and slow to import
    "langchain_core",  # imported by langgraph
    "langsmith",  # imported by langchain_core; tracing is forced off in runtime/wiring.py
    "pydantic",  # pydantic refuses model classes of a second import
    "pydantic_core",  # as above; its lazy imports trip the deadlock detector (sdk-python #1834)
    "cel",  # a compiled evaluator used by activities only; domain types check expressions when they are made
    "domain",  # our own types: the same classes on both sides of the boundary
    "graphs",  # as above; compiled once per process
    "activities.contracts",  # names and types only
    "workflows.state",  # types only: a second import builds their validators again, 0.25 MB a cached ticket
)


def workflow_runner(*, is_sandboxed: bool) -> WorkflowRunner:
    """The runner for workers and replay."""
    if not is_sandboxed:
        return UnsandboxedWorkflowRunner()
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_PASSED_THROUGH)
    return SandboxedWorkflowRunner(restrictions=restrictions)
