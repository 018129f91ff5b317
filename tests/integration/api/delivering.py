"""Another system that delivers to us: signs what it sends, well or badly."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import httpx2
from standardwebhooks import Webhook

from tests.integration.api.calling import Api, now

_numbers = count(1)


@dataclass
class Sender:
    """One source of one tenant, with the secret it was given."""

    api: Api
    secret: str
    path: str
    hook_id: str
    sent: list[str] = field(default_factory=list)

    def headers(self, body: bytes, *, name: str | None = None, at: datetime | None = None) -> dict[str, str]:
        """The headers that go with a body."""
        name, at = name or f"msg_{next(_numbers)}", at or now()
        self.sent.append(name)
        return {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(name, at, body.decode("utf-8", "replace")),
        }

    async def post(self, body: bytes, headers: Any = None) -> httpx2.Response:  # noqa: ANN401 - pairs, or a mapping
        """Deliver a body, well signed unless told otherwise."""
        headers = self.headers(body) if headers is None else headers
        return await self.api.http.post(self.path, content=body, headers=headers)


async def sender(api: Api, source: str = "crm", **more: object) -> Sender:
    """A source that the tenant has let in."""
    body = {"direction": "inbound", "source": source, **more}
    made = await api.http.post("/v1/hooks", json=body, headers=await api.key("admin"))
    assert made.status_code == 201, made.text
    hook = made.json()["hook"]
    return Sender(api=api, secret=made.json()["secret"], path=hook["path"], hook_id=hook["hook_id"])


def message(**changes: object) -> dict[str, Any]:
    """A delivery of a customer's message."""
    number = next(_numbers)
    data = {"conversation_id": f"conv-{number}", "message_id": f"m-{number}", "customer_id": "c-1", "text": "Hello"}
    return {"type": "message", "data": data | changes}
