"""A whole ticket on one page."""

from pydantic import Field

from api.schemas.approvals import ApprovalView
from api.schemas.handling import HandlingCost
from api.schemas.tickets import ActionView, HandoffView, Links, RatingView, TicketView, TurnView
from domain.guardrails import Guardrails
from domain.handling import HandlingTime
from domain.message import Message
from domain.model import Model
from domain.model_call import CallRow, CallTotal, Spent
from domain.money import Money


class TicketDetail(Model):
    """A ticket with its conversation and all that was done about it."""

    ticket: TicketView
    messages: tuple[Message, ...]
    actions: tuple[ActionView, ...]
    approvals: tuple[ApprovalView, ...] = Field(description="Open and settled ones, the oldest first.")
    turns: tuple[TurnView, ...] = Field(description="The last turns, the oldest first.")
    handoffs: tuple[HandoffView, ...] = Field(description="For keys with the scope operators; the oldest first.")
    rating: RatingView | None
    costs: Spent = Field(default=Spent(), description="What calls of a chat model have cost, in micro-dollars.")
    handling: HandlingTime = Field(default=HandlingTime(), description="Operators' time on it, in milliseconds.")
    handling_cost: Money | None = Field(default=None, description="What that costs, if the tenant's rate is known.")
    guardrails: Guardrails = Field(description="Grounding before, abstention during and checks after, counted.")
    links: Links


class ModelCallsView(Model):
    """What a model was asked for a ticket, call by call."""

    calls: tuple[CallRow, ...]


class CostsView(Model):
    """What models cost, by UTC day, model and purpose; and people, by UTC day and procedure."""

    totals: tuple[CallTotal, ...]
    handling: tuple[HandlingCost, ...] = Field(default=(), description="Operators' time, in milliseconds.")
