"""The console's live stream, over a real socket: it lasts as long as the seat that it was opened in."""

import asyncio

import pytest

from domain.event import EventDraft
from domain.operator import OperatorRole
from store.operators import put_member, remove_member
from tests.integration.api.calling import Api, now
from tests.integration.api.console_desk import Console, Operator, running_console
from tests.integration.api.test_events import served

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_a_live_stream_ends_with_the_seat_it_was_opened_in(api: Api) -> None:
    """A sign-out, another role, a membership that ended: each is heard at once, by that operator's tabs alone."""
    async with (
        running_console(api.deps) as console,
        served(console.api) as http,
        console.operator(OperatorRole.viewer) as vic,
        console.operator(OperatorRole.viewer) as other,
        http.stream("GET", "/console/live", headers=_headers(other)) as quiet,
        asyncio.timeout(30),
    ):
        heard, headers = quiet.aiter_lines(), _headers(vic)
        await anext(heard)
        for change in (_promote, _remove, _sign_out):
            await _seat(console, vic, OperatorRole.viewer)
            async with http.stream("GET", "/console/live", headers=headers) as tab:
                lines = tab.aiter_lines()
                assert await anext(lines) == "retry: 1000"
                await asyncio.sleep(0.2)  # the first look at the seat is over
                await change(console, vic)
                assert [line async for line in lines if line.startswith("event")] == ["event: unseated"]
        assert (await http.get("/console/live", headers=headers)).status_code == 401
        await console.api.happened(await console.api.ticket(), EventDraft(kind="ticket_opened"))
        assert await anext(line async for line in heard if line.startswith("event")) == "event: ticket"


def _headers(who: Operator) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in who.http.cookies.items())
    return {"Cookie": cookies, "Accept": "text/event-stream"}


async def _seat(console: Console, who: Operator, role: OperatorRole) -> None:
    async with console.api.pools.operator(console.api.tenant) as conn:
        await put_member(conn, console.api.tenant, who.name, role, now())


async def _promote(console: Console, who: Operator) -> None:
    await _seat(console, who, OperatorRole.operator)


async def _remove(console: Console, who: Operator) -> None:
    async with console.api.pools.operator(console.api.tenant) as conn:
        await remove_member(conn, console.api.tenant, who.name, now())


async def _sign_out(_: Console, who: Operator) -> None:
    await who.send("/console/sign-out", status=303)
