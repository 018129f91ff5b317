"""The figures by which Setright is judged, each with its numerator, denominator and window (docs/glossary.md)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain.model import Model


class FigureName(StrEnum):
    """What can be counted."""

    opened = "opened"
    resolved = "resolved"
    durable_resolutions = "durable_resolutions"
    autonomous_resolution = "autonomous_resolution"
    first_contact_resolution = "first_contact_resolution"
    reopened = "reopened"
    handed_off = "handed_off"
    handed_off_by_queue = "handed_off_by_queue"
    first_response_time = "first_response_time"
    time_to_resolution = "time_to_resolution"
    waiting_time = "waiting_time"
    approval_latency = "approval_latency"
    approval_expiry = "approval_expiry"
    csat = "csat"
    cost_per_resolution = "cost_per_resolution"
    unpriced_calls = "unpriced_calls"
    guardrail_acted = "guardrail_acted"
    guardrail_layers = "guardrail_layers"


#: `count`: how many. `rate`: how many of how many. `duration`: seconds, told as p50 and p90. `cost`: microdollars each.
FigureKind = Literal["count", "rate", "duration", "cost"]


class Definition(Model):
    """What a figure means; it is shown wherever the figure is."""

    figure: FigureName
    title: str
    kind: FigureKind
    numerator: str = Field(description="What is counted; of durations: what is measured.")
    denominator: str | None = Field(description="Of what; null for a plain count.")
    window: str = Field(description="What places it in the period, and from when on it counts.")
    labels: str | None = Field(default=None, description="What its parts are told apart by.")
    parts_are_counts: bool = Field(default=False, description="Whether a part says how many, and has no share itself.")


_OPENING = "by the day of opening, counted when the no-reopen window has passed"
_F = FigureName

_DEFINITIONS = (
    Definition(
        figure=_F.opened,
        title="Opened",
        kind="count",
        numerator="tickets opened",
        denominator=None,
        window="by the day of opening",
        labels="channel",
    ),
    Definition(
        figure=_F.resolved,
        title="Resolved",
        kind="count",
        numerator="resolutions; a ticket that was reopened and solved again has two",
        denominator=None,
        window="by the day of the resolution",
        labels="kind",
    ),
    Definition(
        figure=_F.durable_resolutions,
        title="Durable resolutions",
        kind="count",
        numerator="tickets still solved when their no-reopen window had passed",
        denominator=None,
        window="by the day on which the window had passed",
        labels="kind",
    ),
    Definition(
        figure=_F.autonomous_resolution,
        title="Autonomous resolution",
        kind="rate",
        numerator="tickets durably resolved without any operator message, approval or handoff",
        denominator="all tickets opened",
        window=_OPENING,
    ),
    Definition(
        figure=_F.first_contact_resolution,
        title="First contact resolution",
        kind="rate",
        numerator="durable resolutions in which the customer wrote no message after the first reply, "
        "except a confirmation that was asked for and thanks",
        denominator="durable resolutions",
        window=_OPENING,
        labels="by whom",
    ),
    Definition(
        figure=_F.reopened,
        title="Reopened",
        kind="rate",
        numerator="tickets that were solved and reopened",
        denominator="tickets that were solved",
        window=_OPENING,
    ),
    Definition(
        figure=_F.handed_off,
        title="Handed off",
        kind="count",
        numerator="handoffs to a person",
        denominator=None,
        window="by the day of the handoff",
        labels="reason",
    ),
    Definition(
        figure=_F.handed_off_by_queue,
        title="Handed off, by queue",
        kind="count",
        numerator="handoffs to a person",
        denominator=None,
        window="by the day of the handoff",
        labels="queue",
    ),
    Definition(
        figure=_F.first_response_time,
        title="First response time",
        kind="duration",
        numerator="time from the opening to the first message of the assistant or an operator to the customer",
        denominator="tickets opened that were answered",
        window="by the day of opening",
    ),
    Definition(
        figure=_F.time_to_resolution,
        title="Time to resolution",
        kind="duration",
        numerator="time from the opening to the resolution that stands",
        denominator="tickets opened that are solved",
        window="by the day of opening",
    ),
    Definition(
        figure=_F.waiting_time,
        title="Waiting time",
        kind="duration",
        numerator="time during which a ticket waited for somebody",
        denominator="waits that have ended",
        window="by the day on which the wait began",
        labels="for whom",
    ),
    Definition(
        figure=_F.approval_latency,
        title="Approval latency",
        kind="duration",
        numerator="time from the request to the decision that settled it",
        denominator="requests that were decided",
        window="by the day of the request",
        labels="decision",
    ),
    Definition(
        figure=_F.approval_expiry,
        title="Approvals expired",
        kind="rate",
        numerator="requests that nobody decided in time",
        denominator="requests that were decided or expired; those withdrawn do not count",
        window="by the day of the request",
    ),
    Definition(
        figure=_F.csat,
        title="CSAT of the assistant",
        kind="rate",
        numerator="ratings of 4 or 5",
        denominator="ratings of tickets that no operator touched",
        window="by the day of the rating",
        labels="score",
        parts_are_counts=True,
    ),
    Definition(
        figure=_F.cost_per_resolution,
        title="Cost per resolution",
        kind="cost",
        numerator="what all counted tickets cost in model calls, those that were not resolved too",
        denominator="durable resolutions among them",
        window=_OPENING,
    ),
    Definition(
        figure=_F.unpriced_calls,
        title="Model calls without a price",
        kind="count",
        numerator="model calls whose price nobody knows; the cost per resolution lacks them",
        denominator=None,
        window="by the day of the ticket's opening",
        labels="model",
    ),
    Definition(
        figure=_F.guardrail_acted,
        title="Guardrails acted",
        kind="rate",
        numerator="tickets in which at least one guardrail acted",
        denominator="all tickets opened",
        window="by the day of opening",
    ),
    Definition(
        figure=_F.guardrail_layers,
        title="Guardrails, by layer",
        kind="count",
        numerator="tickets in which a layer acted: grounding before, abstention during, checks after",
        denominator=None,
        window="by the day of opening",
        labels="layer",
    ),
)
FIGURES: dict[FigureName, Definition] = {definition.figure: definition for definition in _DEFINITIONS}
