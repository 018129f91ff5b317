"""Queues: which people a ticket waits for, when they work, and how soon they have promised to answer."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from domain.ids import Label
from domain.model import Model
from domain.working_hours import WorkingHours, WorkingSpan

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]


class Queue(Model):
    """One queue of the policy file. Spans are working time; what is left out is not promised."""

    skill: Label | None = None  # what its people can do; several queues may share one
    languages: tuple[Language, ...] = ()  # empty: every language
    hours: Label | None = None  # the name of an entry under `hours`; left out: day and night
    first_response: WorkingSpan | None = None
    urgent_first_response: WorkingSpan | None = None
    resolution: WorkingSpan | None = None
    escalate_to: Label | None = None  # the queue that gets the ticket when a promise is broken
    notify: Label | None = None  # the role that is told then

    def speaks(self, language: str) -> bool:
        """Whether its people can answer in that language."""
        return not self.languages or language in self.languages

    def response_span(self, *, urgent: bool) -> WorkingSpan | None:
        """How soon it answers first."""
        return (self.urgent_first_response or self.first_response) if urgent else self.first_response


class Queues(Model):
    """All queues with their working hours; a queue that the file does not name promises nothing."""

    hours: dict[Label, WorkingHours] = {}
    queues: dict[Label, Queue] = {}

    def queue(self, name: Label) -> Queue:
        """A queue by its name."""
        return self.queues.get(name) or Queue()

    def hours_of(self, name: Label) -> WorkingHours | None:
        """When a queue is staffed; None: always."""
        hours = self.queue(name).hours
        return self.hours[hours] if hours is not None else None


class Promise(Model):
    """Where a ticket waits for a person, and by when somebody will have answered; told to the customer as it stands."""

    queue: Label
    urgent: bool = False
    rule: Label | None = None  # the routing rule that chose the queue
    due_at: datetime | None = None  # None: nothing was promised
