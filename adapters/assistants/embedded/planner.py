"""What comes next for one wish: its procedure walked from the top, every time anew.

Walking keeps no state. What was found stands in the wish's slots, what was done in its results, so the same walk goes
past finished steps to the first unfinished one. It never acts, and a condition that cannot be evaluated stops it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.assistants.embedded.arguments import arguments
from adapters.assistants.embedded.expressions import evaluated, holds
from adapters.assistants.embedded.provisos import depends, is_limited
from adapters.assistants.embedded.slots.fill import Ask, Filled, Missing, amended, fill, is_filled
from adapters.assistants.embedded.slots.methods import kinds_said
from adapters.assistants.embedded.slots.said import said_about
from adapters.assistants.embedded.slots.slot import Slot
from adapters.assistants.port import PlanBrief
from domain.action import ActionResult, ActionStatus, Effect, ProposedAction
from domain.errors import ConditionFailed
from domain.facts import candidate_view, facts_view, ticket_view
from domain.handoff import HandoffReason
from domain.ids import Label
from domain.memory import AskedConfirmation
from domain.message import AuthorKind
from domain.model import Model
from domain.procedure import ProposeStep, ReadStep, Step
from domain.slot import SlotSpec, SlotValues
from domain.step import Answer, AnswerFromKnowledge, AskIdentity, AskSlot, PassOn, Planned, PlanStep, Propose
from domain.ticket import IdentityLevel

#: Kinds of slots whose values customers name by an order's number.
_NAMED_BY_ORDER = frozenset({"order", "items", "exchange"})
_DONE = frozenset({ActionStatus.succeeded, ActionStatus.duplicate})
#: What is not the customer's business to hear as a code: a person looks at it.
_NOT_TOLD = {
    "approval_mismatch": HandoffReason.forbidden,
    "forbidden": HandoffReason.forbidden,
    "stale_decision": HandoffReason.approval_expired,
    "unmatched_write": HandoffReason.forbidden,
}


def walk(brief: PlanBrief) -> Planned:
    """Say what comes next for the brief's wish.

    Raises:
        ConditionFailed: an expression of the procedure cannot be evaluated; the text names procedure and step.
    """
    return _Walk(brief).planned()


class _Walk:
    """One walk: the slots found on the way, and the facts they make."""

    def __init__(self, brief: PlanBrief) -> None:
        self._brief = brief
        self._slots: SlotValues = dict(brief.wish.slots)
        self._split: tuple[SlotValues, ...] = ()
        self._view: Mapping[str, Any] | None = None
        self._said = said_about(
            brief.wish, brief.messages, new_from=brief.new_from, asked=brief.asked, others=brief.others
        )

    def planned(self) -> Planned:
        """Walk to the first step that is not done."""
        return Planned(
            wish=self._brief.wish.number,
            step=self._next(),
            slots=self._slots,
            procedure_version=self._brief.procedure.version,
            split=self._split,
        )

    def _next(self) -> PlanStep:
        procedure = self._brief.procedure
        if procedure.needs_identity and self._brief.ticket.identity is not IdentityLevel.proven:
            return AskIdentity() if self._brief.can_prove else PassOn(reason=HandoffReason.not_proven)
        self._take_amendments()
        if (unknown := self._unknown_order()) is not None:
            return unknown
        undone: ActionResult | None = None
        for number, step in enumerate(procedure.steps, 1):
            if undone is not None and not _speaks_of(step, undone.name):
                continue
            if step.when is not None and not holds(step.when, self._variables(), self._where(number, "when")):
                continue
            outcome = self._take(step, number)
            if isinstance(outcome, ActionResult):
                undone = outcome
            elif outcome is not None:
                return outcome
        return _not_done(undone) if undone is not None else PassOn(reason=HandoffReason.not_supported)

    def _take(self, step: Step, number: int) -> PlanStep | ActionResult | None:
        """Take one step: None when it is done, a result when its action was not, else what it asks for."""
        outcome: PlanStep | ActionResult | None = None
        if step.collect is not None:
            outcome = self._collect(step.collect)
        elif step.read is not None:
            outcome = self._read(step.read, number)
        elif step.propose is not None:
            outcome = self._propose(step.propose, number)
        elif step.answer is not None:
            outcome = Answer(reply=step.answer, resolves=step.resolves)
        elif step.answer_from_knowledge:
            knows = self._brief.has_evidence
            outcome = AnswerFromKnowledge() if knows else PassOn(reason=HandoffReason.no_knowledge)
        elif step.hand_off is not None:
            asked = step.hand_off
            outcome = PassOn(reason=asked.reason, queue=asked.queue, urgent=asked.urgent, reply=asked.reply)
        return outcome

    def _collect(self, name: Label) -> PlanStep | None:
        spec = self._brief.procedure.slots[name]
        if is_filled(spec, self._slots.get(name)):
            return None
        match fill(self._slot(name), self._said):
            case Filled(value=value, others=others):
                kept = dict(self._slots)
                self._put(name, value)
                self._split += tuple({**kept, name: other} for other in others)
                return None
            case Ask(partial=partial) as ask:
                if partial is not None and spec.kind == "exchange":
                    self._put(name, partial)
                return AskSlot(slot=name, reply=_question(spec, ask), choices=ask.choices, sold_out=ask.sold_out)
            case missing:
                if missing.code == "no_record":
                    return Answer(reply="no_record", resolves=False)
                if missing.code == "none_offered" and spec.none_offered is not None:
                    return Answer(reply=spec.none_offered, resolves=False)
                reply = "not_found" if missing.code == "not_found" else "refused_not_available"
                return AskSlot(slot=name, reply=reply)

    def _read(self, read: ReadStep, number: int) -> PlanStep | None:
        if read.action in self._brief.reads:
            return None
        failed = self._result(read.action)
        return _not_done(failed) if failed is not None else Propose(action=self._action(read, number), is_write=False)

    def _propose(self, propose: ProposeStep, number: int) -> PlanStep | ActionResult | None:
        result = self._result(propose.action)
        if result is not None:
            return None if result.status in _DONE else result
        action = self._action(propose, number)
        is_write = self._brief.specs[propose.action].effect is Effect.write
        if is_write and self._has_proviso():
            return PassOn(reason=HandoffReason.not_supported)
        is_confirmed = propose.confirm is None or action.args_sha256 in self._brief.wish.confirmed
        return Propose(action=action, is_write=is_write, confirm=None if is_confirmed else propose.confirm)

    def _has_proviso(self) -> bool:
        """Whether the customer attached what this procedure cannot keep: then nothing is done but by a person."""
        said = (message.text for message in self._brief.messages if message.author is AuthorKind.customer)
        own = self._said.own.text
        pays = any(spec.kind == "payment_method" for spec in self._brief.procedure.slots.values())
        return any(depends(text) for text in said) or is_limited(own) or (pays and len(kinds_said(own)) > 1)

    def _action(self, step: ProposeStep | ReadStep, number: int) -> ProposedAction:
        spec = self._brief.specs.get(step.action)
        where = self._where(number, step.action)
        if spec is None:
            raise ConditionFailed(f"{where}: the back end offers no such action.", where=where)
        values = {name: evaluated(cel, self._variables(), f"{where}.{name}") for name, cel in step.args.items()}
        return ProposedAction.of(
            action_id=f"{self._brief.ticket.ticket_id}/a{self._brief.next_action}",
            name=step.action,
            args=arguments(values, spec.arguments, where),
            wish=self._brief.wish.number,
        )

    def _unknown_order(self) -> AskSlot | None:
        """An order that is not on the account is told so first: no other sentence may differ by whose it is."""
        first = next((step for step in self._brief.procedure.steps if step.collect is not None), None)
        if first is None or first.collect is None or first.when is not None:
            return None
        spec = self._brief.procedure.slots[first.collect]
        if spec.kind not in _NAMED_BY_ORDER or is_filled(spec, self._slots.get(first.collect)):
            return None
        found = fill(self._slot(first.collect), self._said)
        is_unknown = isinstance(found, Missing) and found.code == "not_found"
        return AskSlot(slot=first.collect, reply="not_found") if is_unknown else None

    def _take_amendments(self) -> None:
        """Let an answer to our restating change a slot ("to my PayPal instead"); the new action is restated again."""
        if not isinstance(self._brief.asked, AskedConfirmation) or _writes(self._brief.wish.results):
            return
        specs = self._brief.procedure.slots
        for name in tuple(self._slots):
            if name in specs and specs[name].kind != "text":
                value = amended(self._slot(name), self._said)
                if value is not None:
                    self._put(name, value)

    def _slot(self, name: Label) -> Slot:
        def condition(expression: str, record: Model) -> bool:
            variables = {**self._variables(), "it": candidate_view(record, self._brief.context)}
            return holds(expression, variables, f"{self._brief.procedure.name}, slots.{name}")

        return Slot(name, self._brief.procedure.slots[name], self._brief.context, self._slots, condition)

    def _put(self, name: Label, value: Any) -> None:  # noqa: ANN401 - a slot value of the slot's own kind
        self._slots = {**self._slots, name: value}
        self._view = None

    def _variables(self) -> Mapping[str, Any]:
        if self._view is None:
            # That a read failed is no answer of it: `refund_status.status` is the refund's, not the look-up's.
            writes = tuple(result for result in self._brief.wish.results if not self._is_read(result.name))
            wish = self._brief.wish.model_copy(update={"slots": self._slots, "results": writes})
            known = ticket_view(self._brief.ticket, intent=wish.intent, autonomy=self._brief.procedure.autonomy)
            ticket = {**known, **self._brief.facts}
            self._view = facts_view(context=self._brief.context, ticket=ticket, wish=wish, reads=self._brief.reads)
        return self._view

    def _result(self, action: Label) -> ActionResult | None:
        return next((result for result in reversed(self._brief.wish.results) if result.name == action), None)

    def _is_read(self, action: Label) -> bool:
        spec = self._brief.specs.get(action)
        return spec is not None and spec.effect is Effect.read

    def _where(self, number: int, what: str) -> str:
        return f"{self._brief.procedure.name}, steps[{number}].{what}"


def _question(spec: SlotSpec, ask: Ask) -> Label:
    """The reply that asks: about one thing that is left it is a question of yes or no."""
    is_one = len(ask.choices) == 1 and (spec.kind != "exchange" or ask.partial is not None)
    if is_one and ask.sold_out and spec.ask_instead is not None:
        return spec.ask_instead
    return spec.ask_one if is_one and spec.ask_one is not None else spec.ask


def _speaks_of(step: Step, action: Label) -> bool:
    """Whether a step is there for what became of an action: nothing else may follow one that was not done."""
    return any(f"facts.{action}.{field}" in (step.when or "") for field in ("status", "code"))


def _not_done(result: ActionResult) -> PlanStep:
    """What follows an action that was not done, where the procedure does not say."""
    match result.status:
        case ActionStatus.refused if result.code in _NOT_TOLD:
            return PassOn(reason=_NOT_TOLD[result.code])
        case ActionStatus.refused:
            is_reply = result.code == "refused" or result.code.startswith("refused_")
            return Answer(reply=result.code if is_reply else f"refused_{result.code}")
        case ActionStatus.unknown:
            return PassOn(reason=HandoffReason.effect_unknown, urgent=True)
        case _:
            return PassOn(reason=HandoffReason.action_failed)


def _writes(results: Sequence[ActionResult]) -> bool:
    return any(result.status in _DONE for result in results)
