"""The console under load: what the inbox weighs, how soon an event is on the screen, what pages and open tabs cost.

    .venv/bin/python -m benchmarks.console [--tickets 200] [--tabs 50] [--events 60] [--json]

A real API process on a real Postgres and Temporal, and the system's chromium. Tickets lie in the database as a
workflow leaves them. Of the open tabs two are real browser windows; the others hold the live stream and fetch the list
again for each event as our script does, but draw nothing: fifty windows would measure the browser. Events are recorded
as a ticket's workflow records them, two a second.

- *on screen*: from the commit of an event to the list's change in the window, by the one clock of this machine.
- *conversation*: from the commit of a customer's message to its words on the ticket's open page, in the same way.
- *CPU*: of the API process, all its threads.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import psutil
from playwright.async_api import Browser, BrowserContext, Page, Response
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from domain.event import TicketEvent
from domain.ids import new_ticket_id
from domain.operator import OperatorRole
from domain.ticket import IdentityLevel, TicketRef, TicketStatus, WaitingFor
from runtime.database import prepare_database, role_password
from runtime.embedded.scratch import scratch_stack
from store.events import append_events
from store.inbox import IncomingMessage, Stub, accept_message
from store.operators import add_operator, put_member
from store.pools import SIZES, Pools
from store.roles import role_dsn
from store.sessions import begin_session
from store.tickets import project_ticket
from tests.support.browsing import chromium
from workflows.ticket import SEARCH_ATTRIBUTES

TENANT = "meridian"
LIST = "/console/inbox?q="
_COOKIE = "setright"
_PAGES = 40  # of each kind, one after another
_WATCH = """
() => {
    window.changes = [];
    new MutationObserver(() => window.changes.push(performance.timeOrigin + performance.now()))
        .observe(document.querySelector('#inbox-list'), {subtree: true, childList: true, characterData: true});
}
"""
_WATCH_TALK = """
() => new MutationObserver(() => {
    if (document.querySelector(`#message-${window.awaited}`)) {
        window.changes.push(performance.timeOrigin + performance.now());
    }
}).observe(document.querySelector('#ticket'), {subtree: true, childList: true})
"""


def percentiles(values: list[float]) -> dict[str, float]:
    """The median and the 95th percentile, to a tenth."""
    return {"p50": round(float(np.percentile(values, 50)), 1), "p95": round(float(np.percentile(values, 95)), 1)}


async def fill(pools: Pools, tickets: int) -> list[TicketRef]:
    """Leave tickets in every state."""
    refs = []
    states = ((TicketStatus.pending, WaitingFor.customer), (TicketStatus.open, WaitingFor.operator))
    for number in range(tickets):
        ref = TicketRef(
            tenant=TENANT,
            ticket_id=new_ticket_id(),
            customer_id=f"cus_{number}",
            channel="web",
            identity=IdentityLevel.proven,
        )
        status, waiting_for = states[number % len(states)]
        now = datetime.now(UTC)
        text = f"Where is the refund of my order {1000 + number}? It was sent back two weeks ago and nothing has come."
        async with pools.operator(TENANT) as conn:
            await accept_message(conn, ref, IncomingMessage(text=text, at=now), stub=Stub(subject=f"Order {number}"))
            await project_ticket(conn, ref, 1, now, status=status, waiting_for=waiting_for, intent="refund_request")
            event = TicketEvent(seq=1, kind="ticket_opened", at=now, body={"channel": "web", "identity": "proven"})
            await append_events(conn, TENANT, ref.ticket_id, [event])
        refs.append(ref)
    return refs


async def happen(pools: Pools, ref: TicketRef, seq: int) -> float:
    """Record an event of a ticket; returns when it was committed (Unix time, in ms)."""
    now = datetime.now(UTC)
    async with pools.operator(TENANT) as conn:
        await project_ticket(conn, ref, seq, now, turns=seq)
        event = TicketEvent(seq=seq, kind="message_received", at=now, body={"seq": 1})
        await append_events(conn, TENANT, ref.ticket_id, [event])
    return time.time() * 1000


async def written(pools: Pools, ref: TicketRef, step: int) -> tuple[int, float]:
    """A customer's message and the event of it; returns the message's number and when both were committed (in ms)."""
    now = datetime.now(UTC)
    async with pools.operator(TENANT) as conn:
        message = IncomingMessage(text=f"And what about my other order, number {step}?", at=now)
        seq = (await accept_message(conn, ref, message)).seq
        await project_ticket(conn, ref, step, now, turns=step)
        event = TicketEvent(seq=step, kind="message_received", at=now, body={"seq": seq})
        await append_events(conn, TENANT, ref.ticket_id, [event])
    return seq, time.time() * 1000


@asynccontextmanager
async def api_process(url: str, secret: SecretStr, temporal: str) -> AsyncIterator[tuple[str, psutil.Process]]:
    """The API in a process of its own; yields its address."""
    told = {
        "DATABASE_URL": url,
        "SETRIGHT_ROLE_SECRET": secret.get_secret_value(),
        "TEMPORAL_ADDRESS": temporal,
        "SETRIGHT_API_PORT": "0",
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = (str(Path(sys.executable).with_name("setright")), "api")
    child = await asyncio.create_subprocess_exec(*command, env=os.environ | told, stdout=asyncio.subprocess.PIPE)
    try:
        if child.stdout is None:
            raise RuntimeError("the API's output is not read")
        address = ""
        while not address.startswith("http"):  # the log goes there too
            address = (await asyncio.wait_for(child.stdout.readline(), 60)).decode().strip()
        log = asyncio.create_task(child.stdout.read())  # a full pipe would stop the process
        yield address, psutil.Process(child.pid)
        log.cancel()
    finally:
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), 20)
        except TimeoutError:
            child.kill()


@contextlib.contextmanager
def cpu_of(process: psutil.Process, into: dict[str, float], name: str, *, per: int = 1) -> Iterator[None]:
    """Note the CPU time that a process spends while the block runs, in ms for each of `per`; and the block's length."""
    before, begun = process.cpu_times(), time.perf_counter()
    yield
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    into[name] = round(1000 * spent / per, 2)
    into[f"{name}_share"] = round(spent / (time.perf_counter() - begun), 3)


async def quiet_tab(http: httpx2.AsyncClient, stop: asyncio.Event) -> None:
    """A tab that draws nothing: it listens, and fetches the list again when something has changed."""
    headers = {"X-Fragment": "inbox-list"}
    async with http.stream("GET", "/console/live", timeout=None) as stream:
        async for line in stream.aiter_lines():
            if stop.is_set():
                return
            if line.startswith("data:"):
                await http.get(LIST, headers=headers)


async def signed_in(browser: Browser, address: str, token: str) -> BrowserContext:
    """A window of somebody who is signed in."""
    context = await browser.new_context(viewport={"width": 1360, "height": 860})
    await context.add_cookies([{"name": _COOKIE, "value": token, "url": address}])
    return context


async def weigh(context: BrowserContext, address: str) -> dict[str, int]:
    """Requests and bytes on the wire of a first visit and of a second."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    seen: list[Response] = []
    received: list[int] = []
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    page.on("response", lambda response: seen.append(response))  # noqa: PLW0108 - the driver marks its handlers
    weights: dict[str, int] = {}
    for visit in ("first", "again"):
        seen.clear()
        received.clear()
        await page.goto(f"{address}{LIST}")
        await page.wait_for_selector("#live[data-state=live]")
        await page.wait_for_timeout(300)
        weights |= {f"{visit}_requests": len(seen), f"{visit}_bytes": sum(received)}
    html = await page.content()
    weights["html_chars"] = len(html)
    await page.close()
    return weights


async def latencies(page: Page, pools: Pools, refs: list[TicketRef], events: int, first: int) -> list[float]:
    """From commit to screen, in ms, for events two a second."""
    spans = []
    for number in range(events):
        await page.evaluate("() => { window.changes = []; }")
        at = await happen(pools, refs[number % len(refs)], first + number // len(refs))
        await page.wait_for_function("() => window.changes.length > 0", timeout=10_000)
        spans.append(await page.evaluate("() => window.changes[0]") - at)
        await asyncio.sleep(0.5)
    return spans


async def talk(page: Page, pools: Pools, ref: TicketRef, events: int) -> list[float]:
    """From commit to the words on the open page of a ticket that nothing else happens to, in ms; two a second."""
    spans = []
    for number in range(events):
        await page.evaluate("seq => { window.changes = []; window.awaited = seq; }", number + 2)
        seq, at = await written(pools, ref, number + 2)
        if seq != number + 2:
            raise RuntimeError("somebody else writes on the ticket that is measured")
        await page.wait_for_function("() => window.changes.length > 0", timeout=10_000)
        spans.append(await page.evaluate("() => window.changes[0]") - at)
        await asyncio.sleep(0.5)
    return spans


async def measure(tickets: int, tabs: int, events: int) -> dict[str, Any]:
    """Run it all."""
    secret = SecretStr(os.urandom(32).hex())
    attributes = {key.name: "Keyword" for key in SEARCH_ATTRIBUTES}
    figures: dict[str, Any] = {"tickets": tickets, "tabs": tabs, "events": events, "load_before": os.getloadavg()[0]}
    async with scratch_stack(search_attributes=attributes) as stack, chromium() as browser:  # type: ignore[arg-type]
        url = stack.database_url
        await prepare_database(url, secret)
        dsns = {role: role_dsn(url, role, role_password(secret, role)) for role in SIZES}
        pools = await Pools.open(dsns)
        try:
            refs = await fill(pools, tickets)
            async with pools.auth() as conn:
                await add_operator(conn, "olga", "Olga", None, datetime.now(UTC))
            async with pools.operator(TENANT) as conn:
                await put_member(conn, TENANT, "olga", OperatorRole.admin, datetime.now(UTC))
            async with pools.auth() as conn:
                token = await begin_session(conn, "olga", TENANT, "link", datetime.now(UTC))
            async with api_process(url, secret, stack.temporal_address) as (address, process):
                figures["inbox"] = await weigh(await signed_in(browser, address, token), address)
                figures["cpu_ms"] = await pages_cpu(address, token, process)
                figures["memory_mb_before"] = round(process.memory_info().rss / 1e6)
                window = await (await signed_in(browser, address, token)).new_page()
                (talked,) = await fill(pools, 1)
                await window.goto(f"{address}/console/tickets/{talked.ticket_id}")
                await window.wait_for_selector("#live[data-state=live]")
                await window.evaluate(_WATCH_TALK)
                figures["conversation_ms"] = percentiles(await talk(window, pools, talked, events))
                await window.close()
                figures["on_screen_ms"], figures["with_tabs"] = await live(
                    browser, pools, refs, address, token, process, tabs, events
                )
                figures["memory_mb_with_tabs"] = round(process.memory_info().rss / 1e6)
        finally:
            await pools.close()
    return figures


async def pages_cpu(address: str, token: str, process: psutil.Process) -> dict[str, float]:
    """The server's CPU for each page, one after another."""
    cpu: dict[str, float] = {}
    async with httpx2.AsyncClient(base_url=address, cookies={_COOKIE: token}, trust_env=False) as http:
        for path, headers in ((LIST, {}), (LIST, {"X-Fragment": "inbox-list"}), ("/console/knowledge", {})):
            name = f"{path.partition('?')[0].rpartition('/')[2]}{' list' if headers else ''}"
            await http.get(path, headers=headers)
            with cpu_of(process, cpu, name, per=_PAGES):
                for _ in range(_PAGES):
                    (await http.get(path, headers=headers)).raise_for_status()
    return {name: value for name, value in cpu.items() if not name.endswith("_share")}


async def live(
    browser: Browser,
    pools: Pools,
    refs: list[TicketRef],
    address: str,
    token: str,
    process: psutil.Process,
    tabs: int,
    events: int,
) -> tuple[dict[str, float], dict[str, float]]:
    """Latency with one window open, then with all tabs; and the server's CPU meanwhile."""
    page = await (await signed_in(browser, address, token)).new_page()
    await page.goto(f"{address}{LIST}")
    await page.wait_for_selector("#live[data-state=live]")
    await page.evaluate(_WATCH)
    alone = percentiles(await latencies(page, pools, refs, events, 2))
    other = await (await signed_in(browser, address, token)).new_page()
    await other.goto(f"{address}{LIST}")
    cpu: dict[str, float] = {}
    stop = asyncio.Event()
    limits = httpx2.Limits(max_connections=None)
    async with (
        httpx2.AsyncClient(
            base_url=address, cookies={_COOKIE: token}, trust_env=False, limits=limits, timeout=30
        ) as http,
        asyncio.TaskGroup() as group,
    ):
        waiting = [group.create_task(quiet_tab(http, stop)) for _ in range(tabs - 2)]
        await asyncio.sleep(2)
        with cpu_of(process, cpu, "idle"):
            await asyncio.sleep(10)
        with cpu_of(process, cpu, "an_event", per=events):
            spans = await latencies(page, pools, refs, events, 2 + -(-events // len(refs)))
        stop.set()
        for task in waiting:
            task.cancel()
    with_tabs = percentiles(spans) | {
        "idle_cpu_share": cpu["idle_share"],
        "cpu_ms_per_event": cpu["an_event"],
        "cpu_share": cpu["an_event_share"],
    }
    return alone, with_tabs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=200)
    parser.add_argument("--tabs", type=int, default=50)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    figures = asyncio.run(measure(args.tickets, args.tabs, args.events))
    if args.json:
        print(json.dumps(figures))
        return
    table = Table("what", "figures")
    for name, value in figures.items():
        said = ", ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else str(value)
        table.add_row(name.replace("_", " "), said)
    Console().print(table)


if __name__ == "__main__":
    main()
