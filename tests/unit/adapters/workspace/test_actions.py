"""Actions that procedures and policy name, held against what a back end offers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.workspace.actions import check_actions
from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from domain.action import ActionSpec, Effect

Write = Callable[[dict[str, str | None]], Path]


def _spec(name: str, effect: Effect, **arguments: str) -> ActionSpec:
    return ActionSpec(name=name, title=name, effect=effect, risk="low", arguments=arguments)


def test_actions_that_exist_pass(write: Write) -> None:
    """Known actions, used as what they are, with known arguments, are no problem."""
    tenant = load_workspace(write({})).tenants["acme"]
    check_actions(
        tenant,
        {
            "refund_status": _spec("refund_status", Effect.read, refund="refund"),
            "reissue_refund": _spec("reissue_refund", Effect.write, refund="refund"),
        },
    )


def test_unknown_actions_are_told_at_every_place(write: Write) -> None:
    """A misspelt action is told where it is listed, proposed and judged, with the name that was probably meant."""
    folder = write({})
    tenant = load_workspace(folder).tenants["acme"]
    specs = {
        "refund_status": _spec("refund_status", Effect.read, refund="refund"),
        "reissue_a_refund": _spec("reissue_a_refund", Effect.write, refund="refund"),
    }
    with pytest.raises(WorkspaceErrors) as raised:
        check_actions(tenant, specs)
    hint = "there is no action 'reissue_refund'; did you mean 'reissue_a_refund'?"
    assert [str(problem).removeprefix(f"{folder}/acme/") for problem in raised.value.problems] == [
        f"policy.yaml:3: rules[1].actions[1]: {hint}",
        f"policy.yaml:8: rules[2].actions[1]: {hint}",
        f"procedures/late_refund.yaml:15: allowed_actions[2]: {hint}",
        f"procedures/late_refund.yaml:21: steps[3].propose.action: {hint}",
    ]


def test_a_read_is_not_proposed_and_an_argument_must_exist(write: Write) -> None:
    """Using a read as a write, a write as a read, or an argument that an action lacks, is told."""
    tenant = load_workspace(write({})).tenants["acme"]
    specs = {
        "refund_status": _spec("refund_status", Effect.write, refund="refund"),
        "reissue_refund": _spec("reissue_refund", Effect.read, refunds="refund"),
    }
    with pytest.raises(WorkspaceErrors) as raised:
        check_actions(tenant, specs)
    assert [(problem.field, problem.text) for problem in raised.value.problems] == [
        ("steps[2].read.action", "'refund_status' is a write: use `propose`"),
        ("steps[3].propose.action", "'reissue_refund' is a read: use `read`"),
        ("steps[3].propose.args.refund", "there is no argument 'refund'; did you mean 'refunds'?"),
    ]
