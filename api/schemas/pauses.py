"""Pauses: what is to be stopped, and what is."""

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from api.schemas.base import Body, example
from domain.ids import Label
from domain.model import Model
from domain.text import ReasonText


class PauseBody(Body):
    """What is to be paused, and why."""

    model_config = example(scope="action", name="issue_refund", reason="The payment provider pays twice.")

    scope: Literal["all", "action", "procedure"] = Field(description="`all`: every write of the tenant.")
    name: Label | None = Field(default=None, description="Which action or procedure; left out for `all`.")
    reason: ReasonText

    @model_validator(mode="after")
    def _names_what_it_pauses(self) -> "PauseBody":
        if (self.name is None) != (self.scope == "all"):
            raise ValueError("An action or a procedure is paused by its name, everything without one.")
        return self


class PauseView(Model):
    """A pause; in force until it is lifted."""

    id: int
    scope: Literal["all", "action", "procedure"]
    name: Label | None
    reason: str
    paused_by: str
    at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    held: int = Field(description="How many actions it has held back; they go on when it is lifted.")


class PauseListView(Model):
    """Pauses, the newest first."""

    pauses: tuple[PauseView, ...]
