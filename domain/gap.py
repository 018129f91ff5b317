"""Gaps: questions that nothing in the knowledge base answers, gathered into articles that somebody should write."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.ids import TicketId
from domain.model import Model

#: `G-17`: named by the oldest of its questions that is still open.
GapId = Annotated[str, Field(pattern=r"^G-[0-9]{1,18}$")]


class OpenQuestion(Model):
    """A question that nothing answers yet; `text` is the customer's own words and leaves the desk only redacted."""

    id: int
    ticket_id: TicketId
    language: str
    model: str  # which made the vector
    embedding: tuple[float, ...] = Field(repr=False)
    asked_at: datetime
    text: str = Field(repr=False)
    first_name: str | None = Field(default=None, repr=False)  # of the customer, to be redacted
    full_name: str | None = Field(default=None, repr=False)


class Gap(Model):
    """An article that is missing: what to call it, who asked, and what it has to answer; nothing in it is personal."""

    gap_id: GapId
    title: str
    language: str
    questions: int
    tickets: tuple[TicketId, ...]
    first_asked_at: datetime
    last_asked_at: datetime
    headings: tuple[str, ...]

    def draft(self, today: str) -> str:
        """The skeleton of the article in Markdown, to be filled in; `today` is a date in ISO 8601."""
        asked = f"{self.questions} question{'s' if self.questions > 1 else ''} on {', '.join(self.tickets)}"
        title = self.title.replace('"', "'")
        front = f'---\ntitle: "{title}"\nlanguage: {self.language}\nupdated: {today}\n---\n'
        sections = [f"## {heading}\n\nWrite the answer here." for heading in self.headings]
        return "\n".join([front, f"<!-- {self.gap_id}: {asked}. -->\n", "\n\n".join(sections), ""])
