"""Limits on how often somebody may ask: 429 with the time to wait, for one key, one tenant, one failing address."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest
import pytest_asyncio

from api.deps import ApiDeps
from api.rates import RateLimits
from tests.integration.api.calling import Api, running_api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


@pytest_asyncio.fixture(loop_scope="session")
async def limited(deps: ApiDeps) -> AsyncIterator[Api]:
    """An API whose clock stands still: 20 requests of one key, 40 of one tenant, 20 failures of one address."""
    limits = RateLimits(per_key=1, per_tenant=2, failures=1)
    time = [1_000.0]
    async with running_api(replace(deps, limits=limits, monotonic=lambda: time[0])) as api:
        api.app.state.time = time
        yield api


async def ask(api: Api, key: dict[str, str], times: int = 1) -> list[int]:
    """The statuses of so many requests."""
    return [(await api.http.get("/v1/me", headers=key)).status_code for _ in range(times)]


async def test_a_key_that_asks_too_often_waits(limited: Api) -> None:
    """The request after the burst is refused and says when to come back; then it is served. Others never notice."""
    mine, other = await limited.key("tickets_read"), await limited.key("operators")
    assert await ask(limited, mine, 21) == [200] * 20 + [429]

    refused = await limited.http.post("/v1/tickets", content=b"{", headers=mine)  # refused before it is read
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit-policy"] == '"key";q=20;w=20'
    assert refused.headers["ratelimit"] == '"key";r=0;t=20'
    assert await ask(limited, other) == [200]

    limited.app.state.time[0] += 1
    assert await ask(limited, mine, 2) == [200, 429]


async def test_a_tenant_has_a_limit_over_all_its_keys(limited: Api) -> None:
    """Many keys are no way round it, and another tenant is served meanwhile."""
    keys = [await limited.key("tickets_read", operator_id=f"op-{number}") for number in range(3)]
    statuses = [status for key in keys for status in await ask(limited, key, 15)]

    assert statuses == [200] * 40 + [429] * 5
    refused = await limited.http.get("/v1/me", headers=keys[2])
    assert refused.headers["ratelimit-policy"] == '"tenant";q=40;w=20'
    assert await ask(limited, await limited.key(tenant=limited.other_tenant)) == [200]


async def test_what_is_left_is_told(limited: Api) -> None:
    """Every answer of a route that is counted tells the limit that is nearest."""
    key = await limited.key()
    told = [(await limited.http.get("/v1/me", headers=key)).headers["ratelimit"] for _ in range(2)]
    assert told == ['"key";r=19;t=1', '"key";r=18;t=2']


async def test_guessing_keys_is_slowed_down(limited: Api) -> None:
    """An address that fails again and again is not even looked up; a key known to be good still works from there."""
    good = await limited.key()
    assert await ask(limited, good) == [200]
    wrong = {"Authorization": f"Bearer srk_{'A' * 43}"}
    statuses = await ask(limited, wrong, 15) + await ask(limited, {}, 15)

    assert statuses == [401] * 20 + [429] * 10
    assert await ask(limited, good) == [200]
    transport = httpx2.ASGITransport(app=limited.app, client=("203.0.113.9", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://api") as elsewhere:
        assert (await elsewhere.get("/v1/me", headers=wrong)).status_code == 401
    limited.app.state.time[0] += 1
    assert await ask(limited, wrong, 2) == [401, 429]


async def test_health_is_free(limited: Api) -> None:
    """Whoever looks after the process may ask as often as they like."""
    for _ in range(60):
        answer = await limited.http.get("/healthz")
        assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)
