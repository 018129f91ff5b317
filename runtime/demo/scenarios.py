"""The demo's tickets as data: what is said and decided, and what must come of it."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError, model_validator

from domain.errors import InvalidInput, WorkspaceError
from domain.handoff import HandoffReason
from domain.ids import CustomerId, Label, TenantId
from domain.model import Model
from domain.ticket import TicketStatus

FILE = Path(__file__).with_name("scenarios.yaml")


class Step(Model):
    """One thing that somebody does, and the ticket's status after it."""

    say: str | None = None
    approve: Literal[True] | None = None
    decline: str | None = None  # the reason that the customer is told
    then: TicketStatus

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Step":
        if sum(done is not None for done in (self.say, self.approve, self.decline)) != 1:
            raise ValueError("a step does exactly one of: say, approve, decline")
        return self


class Outcome(Model):
    """What must have come of a ticket: the writes that took effect, and why a person has it, if one has."""

    performed: tuple[Label, ...] = ()
    handed_off: HandoffReason | None = None
    is_cited: bool = False  # the answer rests on passages of the knowledge base


class Scenario(Model):
    """One ticket of the demo."""

    name: Label
    title: str
    about: str
    tenant: TenantId
    customer: CustomerId
    called: str
    steps: tuple[Step, ...]
    outcome: Outcome = Outcome()

    @model_validator(mode="after")
    def _begins_with_words(self) -> "Scenario":
        if not self.steps or self.steps[0].say is None:
            raise ValueError("a ticket begins with what its customer says")
        return self


def load_scenarios(file: Path = FILE) -> tuple[Scenario, ...]:
    """Read the demo's tickets; raises WorkspaceError for a file that is wrong."""
    try:
        return TypeAdapter(tuple[Scenario, ...]).validate_python(yaml.safe_load(file.read_text()))
    except (yaml.YAMLError, ValidationError) as error:
        raise WorkspaceError(f"{file}: {error}") from None


def choose(scenarios: tuple[Scenario, ...], names: list[str]) -> tuple[Scenario, ...]:
    """Return those that are named, in the demo's order, or all; raises InvalidInput for an unknown name."""
    known = [scenario.name for scenario in scenarios]
    if unknown := [name for name in names if name not in known]:
        raise InvalidInput(f"The demo has no ticket {unknown[0]!r}; it has {', '.join(known)}.")
    return tuple(scenario for scenario in scenarios if not names or scenario.name in names)
