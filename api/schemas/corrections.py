"""Operators' corrections, their review, and what they would do."""

from typing import Annotated

from pydantic import Field, model_validator

from api.schemas.base import Body, WholeNumber, example
from domain.correction import Correction, LessonsEffect, ReviewVerdict, WordingsEffect
from domain.ids import Label
from domain.model import Model
from domain.text import MessageText, ReasonText


class CorrectionBody(Body):
    """What is wrong with how a ticket was handled: its intent, or the words of the reply."""

    model_config = example(intent="return_item", note="She wants to send it back, not to swap it.")

    intent: Label | None = Field(
        default=None, description="What the customer wants; `out_of_scope`: nothing we handle."
    )
    reply: MessageText | None = Field(default=None, description="The reply as it should have been.")
    seq: Annotated[WholeNumber, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="The customer's message it is about; the first one where it is left out."
    )
    note: ReasonText | None = None

    @model_validator(mode="after")
    def _corrects_something(self) -> "CorrectionBody":
        if (self.intent is None) == (self.reply is None):
            raise ValueError("Say what is wrong: the intent as it should be, or the reply as it should be.")
        return self


class ReviewBody(Body):
    """What becomes of a correction."""

    model_config = example(verdict="accepted")

    verdict: ReviewVerdict
    reason: ReasonText | None = None


class CorrectionsView(Model):
    """Corrections, the newest first."""

    corrections: tuple[Correction, ...]


class EffectView(Model):
    """What some corrections would do to messages that no head was taught."""

    corrections: tuple[int, ...] = Field(description="The corrections that were tried together.")
    taught: int = Field(description="How many examples of accepted corrections both heads knew.")
    effect: LessonsEffect
    wordings: WordingsEffect | None = Field(
        default=None, description="What they would do as wordings; null where no edited reply is among them."
    )
