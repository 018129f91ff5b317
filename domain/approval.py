"""Approvals: what a person is asked, bound to exact arguments, and what they answered."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from domain.action import ProposedAction
from domain.ids import ActionId, Label, Sha256
from domain.model import Model

#: The role that fits every request: of keys that approve whatever there is to approve.
EVERY_ROLE = "*"
Role = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z][a-z0-9_]{0,62})$")]


def may_approve(role: Label, roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles may answer a request that asks for `role`."""
    return not {role, EVERY_ROLE}.isdisjoint(roles)


class DecisionVerdict(StrEnum):
    """What an approver may say; amending proposes other arguments, which policy judges again."""

    approved = "approved"
    declined = "declined"
    amended = "amended"


class ApprovalRequest(Model):
    """What is asked of an approver; insert-only, rendered by code from the canonical arguments."""

    approval_id: ActionId  # the action it is about: one action id, one approval
    action: ProposedAction
    role: Label
    approvers: int
    rules: tuple[Label, ...]
    policy_version: Sha256
    undoes: ActionId | None = None  # the action that this one takes back
    requested_at: datetime
    expires_at: datetime
    requested_by: str | None = None  # the operator who asked, where a person did: they may not answer


class PendingApproval(Model):
    """An approval a ticket waits for."""

    request: ApprovalRequest


class Decision(Model):
    """An approver's answer as it crosses into the workflow: ids, digest and verdict; the reason is a row."""

    decision_id: int
    approval_id: ActionId
    verdict: DecisionVerdict
    args_sha256: Sha256  # of the arguments the approver saw; an amendment carries the digest of its own
    decided_by: str  # the operator's id, never a name
    amended: ProposedAction | None = None


class Settlement(Model):
    """How an approval ended: the one slot that the first valid answer takes."""

    approval_id: ActionId
    how: Literal["approved", "declined", "amended", "expired", "withdrawn"]
    decision_id: int | None
    at: datetime


class DecisionReceipt(Model):
    """What the approver is told: whether their decision took the slot, and who holds it otherwise."""

    approval_id: ActionId
    accepted: bool
    how: str
    decided_by: str | None
    at: datetime
