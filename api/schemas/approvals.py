"""Approvals: what is asked, what an approver answers, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from api.schemas.base import TICKET, Body, Moment, example
from domain.action import ActionSpec, Arguments
from domain.ids import ActionId, CustomerId, Label, Sha256, TicketId
from domain.model import Model
from domain.text import ReasonText
from store.approvals import ApprovalRow

ApprovalState = Literal["open", "expired", "approved", "declined", "amended", "withdrawn"]


class ApprovalAction(Model):
    """What would be carried out: a decision is bound to exactly these arguments."""

    action_id: ActionId
    name: Label
    title: str
    args: Arguments
    args_sha256: Sha256 = Field(description="Echo it in your decision.")


class SettledView(Model):
    """How an approval ended."""

    how: str
    decided_by: str | None
    at: datetime


class ApprovalView(Model):
    """A request for a person's approval."""

    approval_id: ActionId = Field(examples=[f"{TICKET}/a1"])
    ticket_id: TicketId
    customer_id: CustomerId
    action: ApprovalAction
    text: str = Field(description="What is asked, written by code from the exact arguments.")
    role: Label
    approvers: int
    rules: tuple[Label, ...]
    policy_version: Sha256
    requested_at: datetime
    expires_at: datetime
    requested_by: str | None = Field(description="The operator who asked, where one did; they may not answer.")
    snoozed_until: datetime | None = Field(description="Until then the list leaves it out, unless asked.")
    state: ApprovalState
    settled: SettledView | None

    @classmethod
    def of(
        cls, row: ApprovalRow, specs: Mapping[Label, ActionSpec], now: datetime, settled: SettledView | None
    ) -> "ApprovalView":
        """Show a row; one whose time is up reads as expired before its workflow has said so."""
        same = set(cls.model_fields) - {"action", "text", "state", "settled"}
        action = row.action.model_dump(exclude={"wish"})
        action["title"] = specs[row.action.name].title if row.action.name in specs else row.action.name
        state = row.settled or ("expired" if now >= row.expires_at else "open")
        shown = row.model_dump(include=same)
        return cls.model_validate(
            {**shown, "action": action, "text": row.rendered_text, "state": state, "settled": settled}
        )


class ApprovalListView(Model):
    """Approvals, the oldest first."""

    approvals: tuple[ApprovalView, ...]


class DecisionBody(Body):
    """An approver's answer; who decides is told by the key, never by the body."""

    model_config = example(verdict="declined", args_sha256="0" * 64, reason="The item was opened and used.")

    verdict: Literal["approved", "declined", "amended"]
    args_sha256: Sha256 = Field(description="`action.args_sha256` of the approval as you were shown it.")
    reason: ReasonText | None = Field(default=None, description="Told to the customer; needed for `declined`.")
    amended: dict[Label, JsonValue] | None = Field(
        default=None,
        description="For `amended`: the arguments to change. Policy judges the changed action again.",
        examples=[{"amount": {"amount": 3000, "currency": "EUR"}}],
    )

    @model_validator(mode="after")
    def _is_complete(self) -> "DecisionBody":
        if self.verdict == "declined" and self.reason is None:
            raise ValueError("A declined request needs a reason; the customer is told it.")
        if (self.verdict == "amended") != bool(self.amended):
            raise ValueError("An amendment names the arguments to change, and nothing else does.")
        return self


class SnoozeBody(Body):
    """Until when the approval is to stay out of the list of what waits."""

    model_config = example(until="2026-11-24T08:00:00Z")

    until: Moment = Field(description="Later than now, and before the approval expires.")


class DecisionView(Model):
    """What became of a decision."""

    approval_id: ActionId
    verdict: Literal["approved", "declined", "amended"]
    state: Literal["approved", "declined", "amended", "counted", "accepted"] = Field(
        description="`counted`: more approvers are needed. `accepted`: recorded, and the workflow is told later."
    )
    decided_by: str
    at: datetime
