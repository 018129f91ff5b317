"""Walks a shipped procedure to its end without servers: real planner, real preconditions, a pretended world.

Reads answer from the customer's context and writes succeed, except that a refund sent again shows in the context as the
back end would show it. Every confirmation gets its yes, questions get the answers given.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from adapters.assistants.embedded.planner import walk
from adapters.assistants.port import PlanBrief
from adapters.backends.shop.actions.registry import READS, SPECS, WRITES
from adapters.backends.shop.arguments import Asked
from adapters.workspace.tenant import TenantConfig
from domain.action import ActionResult, ActionStatus, ProposedAction
from domain.customer import CustomerContext, Order, Refund
from domain.errors import ActionRefused
from domain.facts import action_view, facts_view, plain, reply_view, ticket_view
from domain.ids import Label
from domain.intent import Signals
from domain.memory import AskedSlot, Wish
from domain.message import AuthorKind, Message
from domain.policy import judge
from domain.slot import HandleValue, SpanValue
from domain.step import Answer, AnswerFromKnowledge, AskSlot, PassOn, Propose
from domain.template import render
from domain.ticket import IdentityLevel, TicketRef
from tests.unit.adapters.backends.contexts import NOW, TICKET, context_of

MOST_STEPS = 15


class Walk:
    """One wish of one demo customer; `path` is what happened, `said` every sentence as the customer reads it."""

    def __init__(
        self, tenant: TenantConfig, customer: str, intent: Label, words: str, signals: Signals | None = None
    ) -> None:
        self._tenant = tenant
        self._signals = signals or Signals()
        self._procedure = tenant.procedures[intent]
        self._ticket = TicketRef(
            tenant=tenant.tenant, ticket_id=TICKET, customer_id=customer, channel="web", identity=IdentityLevel.proven
        )
        self._context = context_of(customer, tenant.tenant)
        self._messages = [_message(1, words)]
        self._wish = Wish(number=1, intent=intent, confidence=900, seq=1, start=0, end=len(words))
        self._reads: dict[Label, dict[str, Any]] = {}
        self._asked: AskedSlot | None = None
        self.path: list[str] = []
        self.said: list[str] = []

    def to_its_end(self, answers: Sequence[str] = ()) -> list[str]:
        """Walk until the customer is told something final or is asked more than `answers` answer; return the path."""
        left = list(answers)
        for number in range(1, MOST_STEPS):
            planned = walk(self._brief(number))
            self._wish = self._wish.model_copy(update={"slots": planned.slots})
            match planned.step:
                case AskSlot(slot=slot, reply=reply, choices=choices):
                    self._say(reply, choices=choices)
                    self.path.append(f"ask {slot}")
                    if not left:
                        return self.path
                    self._messages.append(_message(len(self._messages) + 1, left.pop(0)))
                    self._asked = AskedSlot(wish=1, slot=slot, choices=choices)
                case Propose() as step:
                    self._asked = None
                    self._act(step)
                case Answer(reply=reply):
                    self._say(reply)
                    self.path.append(reply)
                    return self.path
                case AnswerFromKnowledge():
                    self.path.append("knowledge")
                    return self.path
                case PassOn(reason=reason, queue=queue, reply=reply):
                    if reply is not None:
                        self._say(reply)
                    self.path.append(f"{reason.value} to {queue}")
                    return self.path
        raise AssertionError(f"The walk does not end: {self.path}")

    def _brief(self, number: int) -> PlanBrief:
        return PlanBrief(
            ticket=self._ticket,
            wish=self._wish,
            procedure=self._procedure,
            context=self._context,
            messages=tuple(self._messages),
            new_from=self._messages[-1].seq,
            asked=self._asked,
            language="en",
            reads=self._reads,
            specs=SPECS,
            next_action=number,
            now=NOW,
            has_evidence=True,
            facts=self._ticket_facts(),
        )

    def _act(self, step: Propose) -> None:
        action = step.action
        words = {name: value for name, value in action.args.items() if isinstance(value, SpanValue)}
        spans = {name: self._messages[value.seq - 1].text[value.start : value.end] for name, value in words.items()}
        known = READS.get(action.name) or WRITES[action.name]
        try:
            prepared = known.prepare(Asked(context=self._context, action=action, spans=spans))
        except ActionRefused as refused:
            self._note(action, ActionStatus.refused, str(refused.facts["code"]))
            return
        if not step.is_write:
            self._reads[action.name] = _answer(self._context, action)
            self.path.append(action.name)
            return
        view = action_view(spec=SPECS[action.name], amount=prepared.amount, shown=prepared.shown)
        judgment = judge(self._tenant.policy, action.name, SPECS[action.name].effect, {**self._facts(), "action": view})
        if step.confirm is not None:
            self._say(step.confirm, action=view)
            self.path.append(f"confirm {action.name} ({judgment.verdict.value})")
            self._wish = self._wish.model_copy(update={"confirmed": (*self._wish.confirmed, action.args_sha256)})
            return
        self.path.append(action.name)
        if action.name == "reissue_refund":
            self._context = _with_reissued(self._context, action)
        done = ActionResult(
            action_id=action.action_id,
            name=action.name,
            status=ActionStatus.succeeded,
            code="succeeded",
            amount=prepared.amount,
        )
        self._wish = self._wish.model_copy(update={"results": (*self._wish.results, done)})

    def _note(self, action: ProposedAction, status: ActionStatus, code: str) -> None:
        result = ActionResult(action_id=action.action_id, name=action.name, status=status, code=code)
        self._wish = self._wish.model_copy(update={"results": (*self._wish.results, result)})

    def _facts(self) -> dict[str, Any]:
        return facts_view(context=self._context, ticket=self._ticket_facts(), wish=self._wish, reads=self._reads)

    def _ticket_facts(self) -> dict[str, Any]:
        return ticket_view(self._ticket, intent=self._wish.intent, signals=self._signals, clarifications=0)

    def _say(self, reply: Label, *, action: dict[str, Any] | None = None, choices: Sequence[str] = ()) -> None:
        template = self._procedure.template("en", reply) or self._tenant.reply("en", reply)
        assert template is not None, f"there is no reply '{reply}'"
        self.said.append(render(template, reply_view(self._facts(), action=action, choices=choices)))


def _message(seq: int, text: str) -> Message:
    return Message(seq=seq, author=AuthorKind.customer, text=text, at=NOW)


def _record(context: CustomerContext, action: ProposedAction, argument: str) -> Any:  # noqa: ANN401 - any record
    value = action.args[argument]
    assert isinstance(value, HandleValue)
    return context.find(value.handle)


def _answer(context: CustomerContext, action: ProposedAction) -> dict[str, Any]:
    """What the back end would answer to a read."""
    if action.name == "refund_status":
        refund = _record(context, action, "refund")
        names = ("status", "failure", "amount", "expected_on", "method_label")
        return {name: plain(getattr(refund, name)) for name in names}
    order = _record(context, action, "order")
    if not order.shipments:
        return {"order": order.number, "status": "not_shipped"}
    parcel = order.shipments[-1]
    late = (NOW.date() - parcel.expected_on).days if parcel.expected_on and not parcel.delivered_at else 0
    names = ("status", "carrier", "tracking_number", "days_since_scan", "expected_on")
    return {name: plain(getattr(parcel, name)) for name in names} | {"order": order.number, "days_late": max(late, 0)}


def _with_reissued(context: CustomerContext, action: ProposedAction) -> CustomerContext:
    """The context read back after a refund was sent again: the old one names the new one, which is pending."""
    old = _record(context, action, "refund")
    assert isinstance(old, Refund)
    expected = NOW.date() + timedelta(days=9)
    new = old.model_copy(
        update={"handle": "refund_0000000001", "status": "pending", "failure": None, "expected_on": expected}
    )
    superseded = old.model_copy(update={"reissued_as": new.handle})

    def shown(order: Order) -> Order:
        if old not in order.refunds:
            return order
        kept = [superseded if refund == old else refund for refund in order.refunds]
        return order.model_copy(update={"refunds": (*kept, new)})

    return context.model_copy(update={"orders": tuple(shown(order) for order in context.orders)})
