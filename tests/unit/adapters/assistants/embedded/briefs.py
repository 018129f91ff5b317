"""Procedures and briefs for tests of the planner and of what stands around it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.assistants.port import PlanBrief
from domain.action import ActionResult, ActionSpec, ActionStatus, Effect
from domain.customer import CustomerContext
from domain.ids import Label
from domain.memory import Asked, Wish
from domain.message import AuthorKind, Message
from domain.money import Money
from domain.procedure import Procedure
from domain.ticket import IdentityLevel
from tests.unit.domain.customers import REF, TICKET, TODAY, mara

SPECS = {
    spec.name: spec
    for spec in (
        ActionSpec(
            name="cancel_order",
            title="Cancel an order",
            effect=Effect.write,
            risk="medium",
            arguments={"order": "order", "reason": "choice"},
        ),
        ActionSpec(
            name="refund_status",
            title="Look a refund up",
            effect=Effect.read,
            risk="low",
            arguments={"refund": "refund"},
        ),
        ActionSpec(
            name="reissue_refund",
            title="Send a refund again",
            effect=Effect.write,
            risk="medium",
            arguments={"refund": "refund"},
        ),
        ActionSpec(
            name="return_items",
            title="Register a return",
            effect=Effect.write,
            risk="medium",
            arguments={"items": "items", "payment_method": "payment_method", "amount": "amount"},
        ),
    )
}
EXAMPLES = ["one example", "two examples", "three examples", "four examples", "five examples"]


def procedure(steps: Sequence[Mapping[str, Any]], **about: Any) -> Procedure:  # noqa: ANN401 - fields of a procedure
    """A procedure of these steps, with a reply for every name they use."""
    names = {"ask", "confirm", "done", "failed", "told"}
    slots = about.pop("slots", {})
    fields = {
        "name": "cancel_order",
        "title": "cancelling an order",
        "description": "for tests",
        "examples": EXAMPLES,
        "slots": {name: {"ask": "ask", **slot} for name, slot in slots.items()},
        "steps": list(steps),
        "replies": {"en": {name: f"{name}." for name in names}},
        "allowed_actions": list(SPECS),
        "version": "a" * 64,
    }
    return Procedure.model_validate(fields | about)


CAUSES = [
    {"label": "no_longer_needed", "shown": "no longer needed", "means": ["don't need"]},
    {"label": "ordered_by_mistake", "shown": "ordered by mistake", "means": ["by mistake"]},
]
CANCEL = procedure(
    [
        {"collect": "order"},
        {"when": "!has(facts.cancel_order) && facts.order.status != 'pending'", "answer": "told"},
        {"collect": "cause"},
        {
            "propose": {
                "action": "cancel_order",
                "args": {"order": "facts.order.handle", "reason": "facts.cause"},
                "confirm": "confirm",
            }
        },
        {"answer": "done"},
    ],
    slots={
        "order": {"kind": "order"},
        "cause": {"kind": "choice", "choices": CAUSES, "default": "no_longer_needed"},
    },
)
LATE_REFUND = procedure(
    [
        {"collect": "refund"},
        {"read": {"action": "refund_status", "args": {"refund": "facts.refund.handle"}}},
        {
            "when": "facts.refund_status.status == 'failed'",
            "propose": {"action": "reissue_refund", "args": {"refund": "slots.refund"}},
        },
        {"when": "has(facts.reissue_refund) && facts.reissue_refund.status == 'failed'", "answer": "failed"},
        {"when": "has(facts.reissue_refund)", "answer": "done"},
        {"answer": "told"},
    ],
    name="late_refund",
    slots={"refund": {"kind": "refund"}},
)


def message(text: str, seq: int = 1, author: AuthorKind = AuthorKind.customer) -> Message:
    """A message of the ticket."""
    return Message(seq=seq, author=author, text=text, at=TODAY + timedelta(minutes=seq))


def wish(text: str = "", **about: object) -> Wish:
    """The ticket's first wish, standing in the whole first message."""
    fields = {"number": 1, "intent": "cancel_order", "confidence": 900, "seq": 1, "start": 0, "end": len(text)}
    return Wish.model_validate(fields | about)


def result(
    action: Label, status: str = "succeeded", code: str = "succeeded", amount: Money | None = None
) -> ActionResult:
    """What came of an action."""
    return ActionResult(action_id=f"{TICKET}/a1", name=action, status=ActionStatus(status), code=code, amount=amount)


def plan_brief(
    how: Procedure,
    *texts: str,
    about: Wish | None = None,
    context: CustomerContext | None = None,
    asked: Asked | None = None,
    identity: IdentityLevel = IdentityLevel.proven,
    reads: Mapping[Label, Mapping[str, Any]] | None = None,
    **more: Any,  # noqa: ANN401 - further fields of a brief
) -> PlanBrief:
    """A brief for the first wish of a ticket whose customer wrote `texts`, the last of them new."""
    messages = tuple(message(text, seq) for seq, text in enumerate(texts, 1))
    fields: dict[str, Any] = {
        "ticket": REF.model_copy(update={"identity": identity}),
        "wish": about or wish(texts[0]),
        "procedure": how,
        "context": context or mara(),
        "messages": messages,
        "new_from": len(messages),
        "asked": asked,
        "language": "en",
        "reads": reads or {},
        "specs": SPECS,
        "next_action": 1,
        "now": TODAY,
        "has_evidence": False,
    }
    return PlanBrief(**(fields | more))
