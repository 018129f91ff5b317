"""Making hooks: by administrators alone, with a secret that is shown once and kept nowhere."""

from io import StringIO
from typing import Any

import httpx2
import pytest
from rich.console import Console

from runtime.cli.answers import HookList
from runtime.cli.client import ApiClient
from runtime.cli.http import Http
from runtime.cli.style import THEME
from runtime.cli.views.hooks import hook_table
from store.hooks import MOST_HOOKS
from tests.integration.api.calling import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

OUTBOUND = {"direction": "outbound", "url": "https://example.com/hook"}
INBOUND = {"direction": "inbound", "source": "crm"}


async def test_a_secret_is_shown_once(api: Api) -> None:
    """The answer that makes a hook has its secret; no other answer does, and no table holds it."""
    key = await api.key("admin")
    made = [(await api.http.post("/v1/hooks", json=body, headers=key)).json() for body in (OUTBOUND, INBOUND)]
    secrets = [one["secret"] for one in made]
    rotated = await api.http.post(f"/v1/hooks/{made[0]['hook']['hook_id']}/rotate", headers=key)
    secrets.append(rotated.json()["secret"])

    assert len(set(secrets)) == 3
    assert all(secret.startswith("whsec_") for secret in secrets)
    shown = (await api.http.get("/v1/hooks", headers=key)).text
    shown += (await api.http.get(f"/v1/hooks/{made[0]['hook']['hook_id']}", headers=key)).text
    async with api.pools.operator(api.tenant) as conn:
        for table in ("hooks", "idempotency"):
            rows = await conn.execute(f"select * from setright.{table}".encode())
            shown += str(await rows.fetchall())
    assert not any(secret.removeprefix("whsec_") in shown for secret in secrets)


async def test_a_repeated_request_gets_the_same_secret(api: Api) -> None:
    """A lost answer is asked for again under its idempotency key: the same hook, the same secret, one rotation."""
    key = await api.key("admin") | {"Idempotency-Key": "k-1"}
    made = [(await api.http.post("/v1/hooks", json=OUTBOUND, headers=key)).json() for _ in range(2)]
    assert made[0] == made[1]

    path, again = f"/v1/hooks/{made[0]['hook']['hook_id']}/rotate", key | {"Idempotency-Key": "k-2"}
    rotated = [(await api.http.post(path, headers=again)).json()["secret"] for _ in range(2)]
    assert rotated[0] == rotated[1] != made[0]["secret"]
    assert len((await api.http.get("/v1/hooks", headers=key)).json()["hooks"]) == 1


async def test_hooks_are_administrators_business(api: Api) -> None:
    """An operator's key, however many scopes it has, opens nothing here; neither does another tenant's."""
    made = (await api.http.post("/v1/hooks", json=OUTBOUND, headers=await api.key("admin"))).json()["hook"]
    operator, foreign = await api.key(operator_id="op-1"), await api.key("admin", tenant=api.other_tenant)

    for method, path in (("POST", ""), ("GET", ""), ("GET", f"/{made['hook_id']}"), ("DELETE", f"/{made['hook_id']}")):
        refused = await api.http.request(
            method, f"/v1/hooks{path}", headers=operator, json=OUTBOUND if method == "POST" else None
        )
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    assert (await api.http.delete(f"/v1/hooks/{made['hook_id']}", headers=foreign)).status_code == 404
    assert (await api.http.get("/v1/hooks", headers=foreign)).json() == {"hooks": []}


BAD: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no direction": {"url": "https://example.com/"},
    "both": {**OUTBOUND, "source": "crm"},
    "plain http": OUTBOUND | {"url": "http://example.com/"},
    "this machine": OUTBOUND | {"url": "http://127.0.0.1:8000/"},
    "the cloud's own address": OUTBOUND | {"url": "https://169.254.169.254/latest"},
    "no events": OUTBOUND | {"events": []},
    "an unknown event": OUTBOUND | {"events": ["ticket.exploded"]},
    "a source that is no label": INBOUND | {"source": "My CRM"},
    "a reserved source": INBOUND | {"source": "stripe"},
    "a flag that is a word": INBOUND | {"asserts_identity": "yes"},
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_hook_is_refused(api: Api, what: str) -> None:
    """What cannot be a hook is `invalid_input`, and none is made."""
    key = await api.key("admin")
    refused = await api.http.post("/v1/hooks", json=BAD[what], headers=key)

    assert (refused.status_code, refused.json()["error"]) == (422, "invalid_input")
    assert (await api.http.get("/v1/hooks", headers=key)).json() == {"hooks": []}


async def test_a_source_has_one_hook_and_a_tenant_not_too_many(api: Api) -> None:
    """A second hook of a source conflicts until the first is removed; so does one more than there may be."""
    key = await api.key("admin")
    first = (await api.http.post("/v1/hooks", json=INBOUND, headers=key)).json()["hook"]["hook_id"]
    assert (await api.http.post("/v1/hooks", json=INBOUND, headers=key)).json()["error"] == "conflict"
    assert (await api.http.delete(f"/v1/hooks/{first}", headers=key)).status_code == 200
    assert (await api.http.post("/v1/hooks", json=INBOUND, headers=key)).status_code == 201

    statuses = [(await api.http.post("/v1/hooks", json=OUTBOUND, headers=key)).status_code for _ in range(MOST_HOOKS)]
    assert statuses == [201] * (MOST_HOOKS - 1) + [409]


async def test_the_commands_client_speaks_this_api(api: Api) -> None:
    """What `setright hooks` asks for is there, and its table shows a hook with its state."""
    transport = httpx2.ASGITransport(app=api.app)
    headers = await api.key("admin")
    async with httpx2.AsyncClient(transport=transport, base_url="http://api", headers=headers) as http:
        client = ApiClient(Http(http))
        made = await client.make_hook(OUTBOUND)
        hook_id = made["hook"]["hook_id"]
        assert (await client.rotate_hook(hook_id))["secret"] != made["secret"]

        (hook,) = HookList.model_validate(await client.hooks()).hooks
        paper = StringIO()
        Console(width=200, file=paper, theme=THEME).print(hook_table([hook]))
        shown = paper.getvalue()
        assert all(part in shown for part in (hook_id, "https://example.com/hook", "everything", "active"))

        assert (await client.remove_hook(hook_id))["hook_id"] == hook_id
        assert (await client.hooks())["hooks"] == []
