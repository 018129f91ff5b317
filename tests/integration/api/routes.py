"""Every route that the API's own description lists, with a good request for each: a new one cannot be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from tests.integration.api.calling import Api

#: Answers a key of any tenant, or nobody's at all.
OPEN = {"check_alive", "check_ready"}
#: Signed instead of authenticated.
SIGNED = {"deliver", "deliver_stripe_event"}


@dataclass(frozen=True)
class Route:
    """One operation."""

    name: str
    method: str
    path: str
    parameters: tuple[str, ...]
    body: dict[str, Any] | None
    responses: frozenset[int]

    def url(self, values: dict[str, str]) -> str:
        """The path with its parameters; KeyError names one that no test knows a foreign value of."""
        return self.path.format(**{name: values[name] for name in self.parameters})


def routes(app: FastAPI) -> Iterator[Route]:
    """All operations, with the example of its body that the description gives."""
    document = app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            placed = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"]
            yield Route(
                name=operation["operationId"],
                method=method.upper(),
                path=path,
                parameters=tuple(placed),
                body=_example(document, operation),
                responses=frozenset(int(status) for status in operation["responses"]),
            )


async def foreign_ids(api: Api) -> dict[str, str]:
    """An id of each kind of thing, all of them the other tenant's."""
    ref = await api.ticket(tenant=api.other_tenant)
    await api.approval(ref)
    hook = {"direction": "inbound", "source": "crm"}
    made = await api.http.post("/v1/hooks", json=hook, headers=await api.key("admin", tenant=api.other_tenant))
    pause = {"scope": "all", "reason": "A rehearsal."}
    paused = await api.http.post("/v1/pauses", json=pause, headers=await api.key("pause", tenant=api.other_tenant))
    source = await api.knowledge(tenant=api.other_tenant)
    correction = await api.correction(ref)
    return {
        "conflict_id": await api.conflict(api.other_tenant),
        "slug": "returns",
        "procedure": "theirs",
        "correction_id": str(correction),
        "figure": "nothing",  # figures are everybody's; what they count is not
        "source_id": source,
        "customer_id": ref.customer_id,
        "pause_id": str(paused.json()["id"]),
        "ticket_id": ref.ticket_id,
        "approval_id": f"{ref.ticket_id}/a1",
        "hook_id": made.json()["hook"]["hook_id"],
        "name": "late_refund",
        "number": "1",
    }


#: Well formed, and nobody's.
UNKNOWN_IDS = {
    "conflict_id": "C-0000000000",
    "ticket_id": "T-00000000",
    "approval_id": "T-00000000/a1",
    "hook_id": "H-00000000",
    "pause_id": "999999999",
    "customer_id": "nobody",
    "slug": "nothing",
    "procedure": "nothing",
    "correction_id": "999999999",
    "figure": "nothing",
    "source_id": "nothing",
    "name": "nothing",
    "number": "999999999",
}
#: Not even well formed.
MALFORMED_IDS = ("0", "T-1", "' or 1=1", "%00", "..%2f..", "T-7H3K9QW%C3%9F", "a" * 500, "%ff")


def _example(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    """An example of the body; None where the operation takes none or needs none."""
    body = operation.get("requestBody")
    if body is None or not body.get("required") or operation["operationId"] in SIGNED:
        return None
    schema = body["content"]["application/json"]["schema"]
    choices = schema.get("oneOf") or schema.get("anyOf") or [schema]
    for choice in choices:
        named = document["components"]["schemas"][choice["$ref"].rpartition("/")[2]]
        if "examples" in named:
            example: dict[str, Any] = named["examples"][0]
            return example
        if not named.get("properties"):
            return {}
    raise AssertionError(f"{operation['operationId']}: the description gives no example of its body")
