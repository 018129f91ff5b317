"""Procedures: how one kind of ticket is handled, as the support team writes it in YAML."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from domain.autonomy import Autonomy
from domain.handoff import HandoffReason
from domain.ids import Label, Sha256
from domain.model import Model
from domain.policy import CelExpression
from domain.slot import SlotSpec

Utterance = Annotated[str, StringConstraints(min_length=2, max_length=500)]


class HandOffStep(Model):
    """Why, and to which queue, a procedure gives the ticket to a person."""

    reason: HandoffReason = HandoffReason.procedure
    queue: Label = "support"
    urgent: bool = False
    reply: Label | None = None  # what the customer is told besides the usual sentence


class ProposeStep(Model):
    """An action to propose; each argument is a CEL expression over the facts that yields what the action takes.

    `confirm` names the reply that restates the action; the customer must say yes before it goes on. Omitted only where
    the customer's message itself asks for exactly this, as re-issuing a refund that failed.
    """

    action: Label
    args: dict[Label, CelExpression] = {}
    confirm: Label | None = None


class ReadStep(Model):
    """A read action whose answer becomes the fact of its name."""

    action: Label
    args: dict[Label, CelExpression] = {}


class Step(Model):
    """One step: an optional condition over the facts, and exactly one thing to do when it holds."""

    when: CelExpression | None = None
    collect: Label | None = None
    read: ReadStep | None = None
    propose: ProposeStep | None = None
    answer: Label | None = None
    answer_from_knowledge: bool = False
    hand_off: HandOffStep | None = None
    resolves: bool = True  # for `answer`

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Step":
        done = [self.collect, self.read, self.propose, self.answer, self.answer_from_knowledge or None, self.hand_off]
        if sum(item is not None for item in done) != 1:
            raise ValueError(
                "a step does exactly one of: collect, read, propose, answer, answer_from_knowledge, hand_off"
            )
        return self


class Procedure(Model):
    """How one kind of ticket is handled: what customers say, what must be known, the steps, and the sentences."""

    name: Label
    title: str  # as operators and the clarifying question name it: "a late refund"
    description: str
    examples: Annotated[tuple[Utterance, ...], Field(min_length=5)]
    slots: dict[Label, SlotSpec] = {}
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    replies: dict[str, dict[Label, str]]  # locale -> reply -> template
    allowed_actions: tuple[Label, ...] = ()
    autonomy: Autonomy = "auto"  # until somebody sets another level: `setright autonomy set`
    needs_identity: bool = True  # private data or writes: the customer must be proven
    version: Sha256 = "0" * 64  # digest of the file, set by the loader

    @model_validator(mode="after")
    def _names_exist(self) -> "Procedure":  # noqa: C901 - a list of checks, each of one line
        english = self.replies.get("en")
        if english is None:
            raise ValueError("replies: the locale 'en' is missing; other locales fall back to it")
        for number, step in enumerate(self.steps, 1):
            where = f"steps[{number}]"
            if step.collect is not None and step.collect not in self.slots:
                raise ValueError(f"{where}.collect: there is no slot '{step.collect}'")
            for reply in (
                step.answer,
                step.hand_off.reply if step.hand_off else None,
                step.propose.confirm if step.propose else None,
            ):
                if reply is not None and reply not in english:
                    raise ValueError(f"{where}: there is no reply '{reply}' in replies.en")
            for proposed in (step.propose, step.read):
                if proposed is not None and proposed.action not in self.allowed_actions:
                    raise ValueError(f"{where}: the action '{proposed.action}' is not in allowed_actions")
        for name, slot in self.slots.items():
            _check_slot(name, slot, english)
        for locale, replies in self.replies.items():
            unknown = sorted(set(replies) - set(english))
            if unknown:
                raise ValueError(f"replies.{locale}: {', '.join(unknown)} is not in replies.en")
        return self

    def template(self, locale: str, reply: Label) -> str | None:
        """The sentence for a reply in the locale, or in English where the locale lacks it."""
        return self.replies.get(locale, {}).get(reply) or self.replies["en"].get(reply)


def _check_slot(name: Label, slot: SlotSpec, replies: dict[Label, str]) -> None:
    """Refuse a slot that asks with a reply that is not there, or offers no choice where it has to."""
    for field in ("ask", "ask_one", "ask_instead", "none_offered"):
        reply = getattr(slot, field)
        if reply is not None and reply not in replies:
            raise ValueError(f"slots.{name}.{field}: there is no reply '{reply}' in replies.en")
    if slot.kind == "choice" and not slot.choices:
        raise ValueError(f"slots.{name}.choices: a choice slot needs its choices")
