"""Handoffs in numbers: how often and why, whether promises were kept, and what customers were asked twice.

Counted from ticket events. The repeat-ask rate is repeated questions over all questions: of operators, read in their
messages on tickets that have a packet; of the assistant, by the questions that it asked.
"""

from pydantic import Field, computed_field

from domain.ids import Label
from domain.model import Model


class HandoffCount(Model):
    """How often tickets were handed off for a reason, to a queue."""

    reason: Label
    queue: Label
    times: int


class SubjectCount(Model):
    """How often operators asked for what was known."""

    subject: Label
    times: int


def rate(part: int, whole: int) -> float | None:
    """A share between 0 and 1, to four places; None where nothing was counted."""
    return round(part / whole, 4) if whole else None


class HandoffFigures(Model):
    """All that is counted, of one ticket or of all."""

    handed_off: int = 0
    promised: int = Field(default=0, description="Handoffs in which the customer was told by when.")
    warned: int = 0
    late_answers: int = Field(default=0, description="First answers that came after the time that was promised.")
    late_solutions: int = 0
    suggested: int = Field(default=0, description="Replies drafted for a person; none of them was sent by itself.")
    operator_messages: int = 0
    operator_messages_read: int = Field(default=0, description="Of these, the ones held against a packet.")
    operator_messages_repeating: int = Field(default=0, description="Of these, the ones that ask for what is known.")
    operator_questions: int = 0
    operator_repeated: int = 0
    assistant_questions: int = 0
    assistant_repeated: int = 0
    reasons: tuple[HandoffCount, ...] = ()
    subjects: tuple[SubjectCount, ...] = ()

    @computed_field(description="Repeated questions over all questions, operators' and the assistant's.")  # type: ignore[prop-decorator]
    @property
    def repeat_ask_rate(self) -> float | None:
        """The one figure."""
        return rate(
            self.operator_repeated + self.assistant_repeated, self.operator_questions + self.assistant_questions
        )

    @computed_field(description="Messages of operators that repeat a question, over those held against a packet.")  # type: ignore[prop-decorator]
    @property
    def repeating_message_rate(self) -> float | None:
        """How often a customer reads a question that they have answered."""
        return rate(self.operator_messages_repeating, self.operator_messages_read)
