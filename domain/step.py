"""What a procedure says comes next."""

from typing import Annotated, Literal

from pydantic import Field

from domain.action import ProposedAction
from domain.autonomy import Autonomy
from domain.handoff import HandoffReason
from domain.ids import Handle, Label
from domain.model import Model
from domain.model_call import Fallback
from domain.slot import SlotValues


class AskSlot(Model):
    """A fact is missing, or several records come into question: ask the customer."""

    kind: Literal["ask_slot"] = "ask_slot"
    slot: Label
    reply: Label
    choices: tuple[Handle | Label, ...] = ()
    sold_out: tuple[Handle, ...] = ()  # what was asked for and is not to be had


class AskIdentity(Model):
    """The wish is about private data or a write, and the writer has not proven who they are: ask for a proof."""

    kind: Literal["ask_identity"] = "ask_identity"


class Propose(Model):
    """Do this action if policy lets it; with `confirm`, restate it first and go on only after the customer's own yes.

    Policy is asked before the customer is: nobody is asked to confirm what will be refused.
    """

    kind: Literal["propose"] = "propose"
    action: ProposedAction
    is_write: bool
    confirm: Label | None = None  # the reply that restates it; None once confirmed, or where no confirmation is needed


class Answer(Model):
    """The wish is answered with this reply; `resolves` unless the customer must come back on it."""

    kind: Literal["answer"] = "answer"
    reply: Label
    resolves: bool = True


class AnswerFromKnowledge(Model):
    """Answer from the evidence found, with citations, and from nothing else."""

    kind: Literal["answer_from_knowledge"] = "answer_from_knowledge"


class PassOn(Model):
    """A person must go on."""

    kind: Literal["pass_on"] = "pass_on"
    reason: HandoffReason
    queue: Label = "support"
    urgent: bool = False
    reply: Label | None = None


PlanStep = Annotated[
    AskSlot | AskIdentity | Propose | Answer | AnswerFromKnowledge | PassOn, Field(discriminator="kind")
]


class Planned(Model):
    """The next step of one wish, and the slots that were found on the way."""

    wish: int
    step: PlanStep
    slots: SlotValues
    procedure_version: str
    split: tuple[SlotValues, ...] = ()  # further wishes of the same kind: "cancel both orders" is two
    fallback: Fallback | None = None  # why the embedded assistant planned it in a model's place
    autonomy: Autonomy = "auto"  # the level of its procedure, at the turn's time
