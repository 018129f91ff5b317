"""What a tenant's filters can ask for: its own intents, queues, roles, actions, channels and people."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import get_args

from api.services import Services
from console.terms import read_terms
from domain.ids import TenantId
from domain.intent import OUT_OF_SCOPE
from domain.ticket import Channel
from store.operators import list_members
from store.rows import Connection

#: The values of a filter by its key; a filter without any takes every value.
Known = Mapping[str, Collection[str]]
_MOST_NAMED = 12


def known_labels(services: Services, tenant: TenantId) -> Known:
    """What the tenant's workspace names."""
    trust, deps = services.deps.trust.get(tenant), services.deps
    return {
        "intent": (*sorted(trust.levels), OUT_OF_SCOPE) if trust is not None else (),
        "queue": tuple(sorted(deps.queues.get(tenant, ()))),
        "role": tuple(deps.roles.get(tenant, ())),
        "action": tuple(sorted(deps.backend_specs.get(tenant, {}))),
        "channel": get_args(Channel),
    }


def example(known: Known, *terms: str) -> str:
    """A line of filters as a field shows it before anything is typed; "intent:" gets the tenant's shortest."""
    filled = (f"{term}{min(known[term[:-1]], key=len, default='')}" if term.endswith(":") else term for term in terms)
    return " ".join(term for term in filled if not term.endswith(":"))


async def why_nothing(conn: Connection, line: str, keys: Sequence[str], known: Known) -> str | None:
    """Say of a line that found nothing which of its values the tenant does not have, with the nearest; else None.

    It is asked only then: what finds a ticket exists, though the workspace may have dropped it since.
    """
    for key, value in read_terms(line, keys)[0]:
        if key == "assigned" and value not in {"me", "none"}:
            there_are: Collection[str] = [it.operator_id for it in await list_members(conn)]
        else:
            there_are = known.get(key, ())
        if there_are and value.lower() not in there_are:
            return _unknown(key, value.lower(), there_are)
    return None


def _unknown(key: str, value: str, there_are: Collection[str]) -> str:
    near = [it for it in there_are if it.startswith(value)] or get_close_matches(value, there_are, n=1)
    what = {"assigned": "member"}.get(key, key)
    if near:
        return f"There is no {what} “{value[:63]}” here. Did you mean “{key}:{near[0]}”?"
    named = [*sorted(there_are)[:_MOST_NAMED], *(["and more"] if len(there_are) > _MOST_NAMED else [])]
    return f"There is no {what} “{value[:63]}” here. There are: {', '.join(named)}."
