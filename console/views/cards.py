"""Approval cards: what is asked word for word, what it was judged on, who has answered, and whether this person may."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from api.auth import Scope
from api.schemas.approvals import ApprovalView
from console.seat import Seat
from console.views.amend_form import Field, fields_of
from console.views.record_text import facts_of, record_text
from console.views.ticket_rows import TicketRows
from domain.action import ActionSpec
from domain.approval import may_approve
from domain.customer import CustomerContext
from domain.event import TicketEvent
from domain.ids import ActionId, Label
from domain.model import Model
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, MoneyValue, PairsValue
from store.approvals import ApprovalRow, DecisionRow

_SOON, _NEAR = timedelta(hours=1), timedelta(hours=4)


class JudgedOn(Model):
    """A record that the action names, with its plain facts."""

    argument: str
    text: str
    facts: tuple[tuple[str, str], ...]


class Tried(Model):
    """What somebody has just sent for a card, and what was wrong with it."""

    approval_id: ActionId
    verdict: Label
    text: str
    sent: dict[str, list[str]] = {}
    problems: dict[Label, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a card is drawn from besides the request: its ticket's records, events and answers, as they are at `now`."""

    specs: Mapping[Label, ActionSpec]
    context: CustomerContext | None
    events: Sequence[TicketEvent]
    answers: Sequence[DecisionRow]
    now: datetime


class Card(Model):
    """One approval as its card shows it."""

    asked: ApprovalRow
    view: ApprovalView
    effect: str
    risk: str
    amount: Money | None
    judgments: tuple[TicketEvent, ...]  # every time that policy judged the action, the newest last
    judged_on: tuple[JudgedOn, ...]
    answers: tuple[DecisionRow, ...]
    refusal: str | None  # why this person may not decide; None where they may
    amend_refusal: str | None
    form: tuple[Field, ...]
    left: timedelta
    tried: Tried | None

    @property
    def number(self) -> str:
        """Its name within the ticket: "a1"."""
        return self.asked.approval_id.rpartition("/")[2]

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.view.state == "open"

    @property
    def urgency(self) -> Literal["bad", "warn", "info"]:
        """How near its expiry is, as a colour that never stands without the words."""
        return "bad" if self.left < _SOON else "warn" if self.left < _NEAR else "info"

    def answer_of(self, operator_id: str) -> DecisionRow | None:
        """What somebody has answered already."""
        return next((answer for answer in self.answers if answer.decided_by == operator_id), None)


def cards_of(seat: Seat, rows: TicketRows, tried: Tried | None = None) -> tuple[Card, ...]:
    """The cards of a ticket: open ones first, then settled ones, the newest first."""
    views = {view.approval_id: view for view in rows.detail.approvals}
    ground = Ground(specs=rows.specs, context=rows.context, events=rows.events, answers=rows.answers, now=rows.now)
    cards = [
        card_of(seat, row, views[row.approval_id], ground, tried) for row in rows.asked if row.approval_id in views
    ]
    settled = [card for card in cards if not card.is_open]
    return (*(card for card in cards if card.is_open), *reversed(settled))


def card_of(seat: Seat, row: ApprovalRow, view: ApprovalView, ground: Ground, tried: Tried | None = None) -> Card:
    """The card of one approval."""
    spec = ground.specs.get(row.action.name)
    mine = tried if tried is not None and tried.approval_id == row.approval_id else None
    form: tuple[Field, ...] = ()
    if spec is not None and view.state == "open":
        amended = mine if mine is not None and mine.verdict == "amended" else None
        sent, problems = (amended.sent, amended.problems) if amended is not None else (None, None)
        form = fields_of(row.action, spec, ground.context, sent, problems)
    return Card(
        asked=row,
        view=view,
        effect=spec.effect.value if spec else "write",
        risk=spec.risk if spec else "unknown",
        amount=next((value.money for value in row.action.args.values() if isinstance(value, MoneyValue)), None),
        judgments=tuple(
            event
            for event in ground.events
            if event.kind == "action_judged" and event.body.get("action_id") == row.action.action_id
        ),
        judged_on=tuple(_judged_on(row, ground.context)),
        answers=tuple(answer for answer in ground.answers if answer.approval_id == row.approval_id),
        refusal=refusal_of(row, seat),
        amend_refusal=_amend_refusal(row, spec),
        form=form,
        left=row.expires_at - ground.now,
        tried=mine,
    )


def refusal_of(asked: ApprovalRow, seat: Seat) -> str | None:
    """Why somebody may not answer, as they are told before they try; the store decides (`store/approvals.py`)."""
    if not seat.may(Scope.approvals_decide):
        return f"As {seat.role} here you can see this and not decide it; that takes an approver."
    if seat.operator_id in {asked.requested_by, asked.customer_id}:
        return "Nobody decides on their own request: you asked for this."
    if not may_approve(asked.role, seat.principal.roles):
        return f"This asks for the approval role “{asked.role}”, which you do not have here."
    return None


def _amend_refusal(asked: ApprovalRow, spec: ActionSpec | None) -> str | None:
    if spec is None:
        return "This action is not offered any more; decline it."
    if asked.approvers > 1:
        return f"{asked.approvers} people must approve the same, and an amendment is one person's."
    return None


def _judged_on(asked: ApprovalRow, context: CustomerContext | None) -> Iterator[JudgedOn]:
    for name, value in asked.action.args.items():
        match value:
            case HandleValue(handle=handle):
                handles = [handle]
            case HandlesValue(handles=several):
                handles = [*several]
            case PairsValue(pairs=pairs):
                handles = [handle for pair in pairs for handle in pair]
            case _:
                continue
        for handle in handles:
            record = context.find(handle) if context is not None else None
            facts = tuple(facts_of(record)) if record is not None else ()
            yield JudgedOn(argument=name, text=record_text(handle, context), facts=facts)
