"""Pictures of every page of the console: light, dark and narrow, of a stack with real tickets in it.

    .venv/bin/python -m scripts.screenshots FOLDER [--only ticket]

Starts a demo stack of its own, leaves a refund waiting for approval and a message of markup, signs in by a one-time
link, and looks at each page in the system's chromium. Needs what `make test` installs.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from playwright.async_api import Browser, ViewportSize

from runtime.demo.scenarios import load_scenarios
from runtime.embedded.scratch import scratch_folder
from tests.support.browsing import chromium

_SETRIGHT = str(Path(sys.executable).with_name("setright"))
_LOOKS: tuple[tuple[str, str, ViewportSize], ...] = (
    ("light", "light", {"width": 1360, "height": 860}),
    ("dark", "dark", {"width": 1360, "height": 860}),
    ("narrow", "light", {"width": 420, "height": 860}),
)
_SECONDS_TO_START = 240
_WAITS = "cus_dan"
_SECOND = 2  # the correction that nobody has reviewed yet
_NASTY = "<script>alert('hello')</script> <b>Where</b> is my \u202eyenom\u202c? <img src=x onerror=alert(1)>"


@dataclass
class Stack:
    """A demo stack that stays up."""

    data_dir: Path
    url: str
    key: str

    async def say(self, path: str, **body: str) -> str:
        """Write as a customer; returns the ticket's id."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx2.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=60) as http:
            answer = await http.post(path, params={"wait": 20}, json=body)
            answer.raise_for_status()
            return str(answer.json()["ticket_id"])

    async def post(self, path: str, **body: str) -> dict[str, Any]:
        """Do something as an operator; returns the answer."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with httpx2.AsyncClient(base_url=self.url, headers=headers, trust_env=False, timeout=60) as http:
            answer = await http.post(path, json=body)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            return told

    async def link(self) -> str:
        """A one-time link for the operator of this machine."""
        told = await _output(_SETRIGHT, "operators", "link", "local", "--json", "--data-dir", str(self.data_dir))
        return str(json.loads(told)["link"])


async def _output(*command: str) -> str:
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await child.communicate()
    if child.returncode:
        raise SystemExit(f"{' '.join(command[:3])} ended with {child.returncode}")
    return told.decode()


@asynccontextmanager
async def demo_stack() -> AsyncIterator[Stack]:
    """Play the demo and keep its stack until the block ends."""
    with scratch_folder() as folder:
        data_dir = folder / "data"
        # All but the refund of the television, which is to wait for its approval here.
        played = [one.name for one in load_scenarios() if one.customer != _WAITS]
        chosen = [word for name in played for word in ("--only", name)]
        command = (_SETRIGHT, "demo", "--fast", "--keep", "--data-dir", str(data_dir), *chosen)
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            if child.stdout is None:
                raise RuntimeError("the demo's output is not read")
            async with asyncio.timeout(_SECONDS_TO_START):
                async for line in child.stdout:
                    if b"setright doctor" in line:  # the last of what the demo says before it waits
                        break
            state = json.loads((data_dir / "stack.json").read_text())
            drain = asyncio.create_task(child.stdout.read())
            yield Stack(data_dir, state["api_url"], state["keys"]["meridian"])
            drain.cancel()
        finally:
            child.terminate()
            await child.wait()


async def edited(stack: Stack) -> str:
    """Suggestions that an operator edited, one of which is taught; returns a ticket for which one is offered."""
    await stack.post("/v1/autonomy/where_is_my_order/levels", level="suggest", reason="A new wording.")
    found = ""
    for customer in ("cus_ada", "cus_cleo", "cus_jon"):
        found = await stack.say("/v1/tickets", customer_id=customer, text="Where is my order?", identity="proven")
        if customer != "cus_jon":
            words = "Hi there, thank you for waiting! Your parcel left us on 3 May and should be with you any day."
            await stack.post(f"/v1/tickets/{found}/reply", text=words)
    async with httpx2.AsyncClient(base_url=stack.url, headers={"Authorization": f"Bearer {stack.key}"}) as http:
        kept = (await http.get("/v1/corrections", params={"open": True})).json()["corrections"]
    if kept:
        await stack.post(f"/v1/corrections/{kept[-1]['id']}/review", verdict="accepted")
    return found


async def pages_of(stack: Stack) -> dict[str, str]:
    """Leave some work in the stack, and return where each page is, by name."""
    proven = {"identity": "proven"}
    refund = await stack.say(
        "/v1/tickets",
        customer_id=_WAITS,
        text="My television came with a cracked screen. I want my money back.",
        **proven,
    )
    await stack.say(f"/v1/tickets/{refund}/messages", text="Yes, please.")
    nasty = await stack.say("/v1/tickets", customer_id="cus_eve", text=_NASTY, **proven)
    offered = await edited(stack)
    person = await stack.say("/v1/tickets", customer_id="cus_pam", text="I want to talk to a person, now.", **proven)
    return {
        "inbox": "/console/inbox?q=",
        "ticket-approval": f"/console/tickets/{refund}?q=",
        "ticket-nasty": f"/console/tickets/{nasty}?q=",
        "ticket-wordings": f"/console/tickets/{offered}",
        "ticket-reword": f"/console/tickets/{offered}?q=&do=reword",
        "ticket-handoff": f"/console/tickets/{person}",
        "history": f"/console/tickets/{refund}/history",
        "approvals": "/console/approvals",
        "handoffs": "/console/handoffs",
        "knowledge": "/console/knowledge",
        "article": "/console/knowledge/articles/returns",
        "gaps": "/console/knowledge/gaps",
        "conflicts": "/console/knowledge/conflicts",
        "policy": "/console/policy",
        "autonomy": "/console/autonomy",
        "autonomy-wording": f"/console/autonomy?try={_SECOND}",
        "metrics": "/console/metrics",
        "members": "/console/members",
    }


async def picture(browser: Browser, stack: Stack, folder: Path, only: str | None) -> int:
    """Take the pictures; returns how many pages could not be shown."""
    pages = await pages_of(stack)
    link = await stack.link()
    entrance = await browser.new_context()
    page = await entrance.new_page()
    await page.goto(link)
    for name, scheme, size in _LOOKS:
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size(size)
        if only is None or only in "sign-in":
            await page.screenshot(path=folder / f"sign-in-{name}.png", full_page=True)
    await page.get_by_role("button").first.click()
    await page.wait_for_url("**/console/inbox*")
    state = await entrance.storage_state()
    bad = 0
    for title, path in pages.items():
        if only is not None and only not in title:
            continue
        for name, scheme, size in _LOOKS:
            context = await browser.new_context(
                color_scheme="dark" if scheme == "dark" else "light", viewport=size, storage_state=state
            )
            page = await context.new_page()
            answer = await page.goto(f"{stack.url}{path}")
            await page.wait_for_timeout(500)
            await page.screenshot(path=folder / f"{title}-{name}.png", full_page=True)
            if answer is None or not answer.ok:
                bad += 1
                sys.stderr.write(f"{title}: {path} could not be shown\n")
            await context.close()
        sys.stdout.write(f"{title}\n")
        sys.stdout.flush()
    return bad


async def main() -> int:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", metavar="WORD", help="only pages whose name holds this")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    async with demo_stack() as stack, chromium() as browser:
        return await picture(browser, stack, args.folder, args.only)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
