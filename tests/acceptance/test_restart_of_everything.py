"""The pause survives a restart of everything: servers, worker and API stop and start again on the same data folder."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from runtime.embedded.scratch import scratch_folder
from runtime.settings import Settings
from runtime.up import RunningStack, running_stack
from tests.support.servers import VECTORS

BROKEN = "My TV arrived with a cracked screen and I want my money back."


def settings(folder: Path) -> Settings:
    """A stack of its own, with the embeddings of earlier test runs."""
    return Settings.load(data_dir=folder / "data", vector_cache=VECTORS)


def client(stack: RunningStack) -> httpx2.AsyncClient:
    """An operator of the example shop, over HTTP."""
    return httpx2.AsyncClient(
        base_url=stack.api_url, headers={"Authorization": f"Bearer {stack.keys['meridian']}"}, timeout=60
    )


async def ask_for_refund(folder: Path) -> str:
    """Open the ticket, say yes, and leave it waiting for approval; everything is stopped when this returns."""
    async with running_stack(settings(folder), lambda *_: None) as stack, client(stack) as http:
        opened = await http.post(
            "/v1/tickets",
            params={"wait": 50},
            json={"customer_id": "cus_dan", "text": BROKEN, "identity": "proven"},
        )
        assert opened.status_code == 200, opened.text
        ticket_id = str(opened.json()["ticket"]["ticket_id"])
        said = opened
        for _ in range(3):
            if said.json()["ticket"]["status"] != "pending":
                break
            said = await http.post(
                f"/v1/tickets/{ticket_id}/messages", params={"wait": 50}, json={"text": "Yes, please."}
            )
        assert said.json()["ticket"]["status"] == "on_hold", said.text
    return ticket_id


async def approve(folder: Path, ticket_id: str) -> dict[str, object]:
    """Start everything again, find the approval, approve it, and wait for the end."""
    async with running_stack(settings(folder), lambda *_: None) as stack, client(stack) as http:
        (request,) = (await http.get("/v1/approvals")).json()["approvals"]
        decided = await http.post(
            f"/v1/approvals/{request['approval_id']}/decisions",
            json={"verdict": "approved", "args_sha256": request["action"]["args_sha256"]},
        )
        assert decided.status_code == 200, decided.text
        for _ in range(100):
            detail = (await http.get(f"/v1/tickets/{ticket_id}")).json()
            if detail["ticket"]["status"] == "solved":
                break
            await asyncio.sleep(0.2)
        return dict(detail)


@pytest.mark.timeout(240)
def test_a_waiting_refund_is_approved_after_a_restart_of_everything() -> None:
    """Postgres, Temporal, worker and API are all new processes; the refund is paid once, after the approval."""
    with scratch_folder() as folder:
        ticket_id = asyncio.run(ask_for_refund(folder))
        detail = asyncio.run(approve(folder, ticket_id))
    ticket, actions = detail["ticket"], detail["actions"]
    assert isinstance(ticket, dict)
    assert isinstance(actions, list)
    assert ticket["status"] == "solved"
    assert [action["status"] for action in actions if action["action"] == "issue_refund"] == ["succeeded"]
