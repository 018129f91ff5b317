"""The three guardrail layers: one line for a ticket, one table for all."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from runtime.cli.answers import Guardrails

_LAYERS = ("before", "during", "after")


def guardrail_line(guardrails: Guardrails) -> Text:
    """All three on one line; counters that are 0 are left out."""
    line = Text.assemble(("guardrails", "title"))
    for layer, told in zip(_LAYERS, _told(guardrails), strict=True):
        line.append("  ").append(layer, "quiet").append(f" {told}")
    return line


def guardrail_table(guardrails: Guardrails) -> RenderableType:
    """All three over all tickets, one line each, and what the findings mean."""
    lines = [Text(f"Guardrails over {guardrails.tickets} tickets", "title")]
    lines += [
        Text.assemble((f"  {layer:<8}", "quiet"), told) for layer, told in zip(_LAYERS, _told(guardrails), strict=True)
    ]
    lines += [
        Text(f"           {found.times:>4} {found.check}: {found.meaning}", "quiet")
        for found in guardrails.after.findings
    ]
    return Group(*lines)


def _told(guardrails: Guardrails) -> Iterator[str]:
    before, during, after = guardrails.before, guardrails.during, guardrails.after
    yield _listed(
        (before.searches, "searched"),
        (before.nothing_found, "found nothing"),
        (before.refused, "passages refused"),
        (before.stale, "stale"),
        (before.contradicting, "contradicting"),
    )
    yield _listed(
        (during.clarified, "clarified"), (during.abstained, "abstained"), (during.handed_off, "handed off unsure")
    )
    yield _listed(
        (after.checked, "checked"),
        (after.claims, "claims"),
        (after.unsupported, "unsupported"),
        (sum(found.times for found in after.findings), "findings"),
        (after.stale, "resting on stale articles"),
        (after.redrafts, "redrafted"),
        (after.refused, "refused"),
    )


def _listed(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing"
