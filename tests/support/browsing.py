"""A real browser for tests: the system's own chromium, with an eye on what no page of ours may do."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

#: What the browser is told at start: it runs as root in CI, and asks nobody for anything by itself.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_TELL_VIOLATIONS = """
addEventListener('securitypolicyviolation',
    e => console.error(`csp violation: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


def find_chromium() -> str | None:
    """The path of the system's chromium, or None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Watch:
    """What the pages of one browser context did: errors on their consoles (CSP violations too) and hosts asked."""

    errors: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what is an error."""
        if message.type == "error":
            self.errors.append(message.text)

    @property
    def violations(self) -> list[str]:
        """The errors that tell of a broken Content-Security-Policy."""
        return [error for error in self.errors if "csp violation" in error or "Content Security Policy" in error]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser of the caller's own, closed again at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def watched(browser: Browser, **options: Any) -> AsyncIterator[tuple[BrowserContext, Watch]]:  # noqa: ANN401
    """A fresh context (its own cookies and storage), and what its pages do; `options` are those of `new_context`."""
    context, watch = await browser.new_context(**options), Watch()
    context.set_default_timeout(15_000)
    await context.add_init_script(_TELL_VIOLATIONS)
    context.on("request", lambda request: watch.origins.add(_origin(request.url)))
    context.on("page", lambda page: _listen(page, watch))
    try:
        yield context, watch
    finally:
        await context.close()


def _listen(page: Page, watch: Watch) -> None:
    page.on("console", watch.hear)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
