"""The real API process of a harness, spoken to as an operator with every right does, and its log in a file."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import structlog

from adapters.workspace.loader import load_workspace
from runtime.cli.logs import log_to_file
from runtime.server import serve_api
from runtime.settings import Settings
from store.api_keys import create_key
from tests.support.harness import Harness, eventually


@dataclass
class ApiDesk:
    """One tenant's API, and the key it is used with."""

    http: httpx2.AsyncClient
    key: str

    async def post(self, path: str, **body: object) -> dict[str, Any]:
        """Send something and have it accepted."""
        answer = await self.http.post(path, json=body, timeout=40)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def ask(self, customer: str, text: str, **more: object) -> str:
        """Open a ticket and wait for its answer; returns its id."""
        body = {"customer_id": customer, "text": text, "identity": "proven", **more}
        return str((await self.post("/v1/tickets?wait=20", **body))["ticket_id"])

    async def say(self, ticket_id: str, text: str) -> None:
        """Go on, and wait for the answer."""
        await self.post(f"/v1/tickets/{ticket_id}/messages?wait=20", text=text)

    async def ticket(self, ticket_id: str) -> dict[str, Any]:
        """Everything that is shown of a ticket."""
        told: dict[str, Any] = (await self.http.get(f"/v1/tickets/{ticket_id}")).json()
        return told

    async def until(self, ticket_id: str, status: str) -> None:
        """Wait until the ticket has a status."""

        async def is_there() -> bool:
            return bool((await self.ticket(ticket_id))["ticket"]["status"] == status)

        await eventually(is_there, within=30)


@asynccontextmanager
async def serving(shop: Harness, port: int = 0, name: str = "test") -> AsyncIterator[ApiDesk]:
    """The API process of a harness' database, relay and all; on a free port or the one wanted; `name` is its key's."""
    async with shop.desk.pools.operator(shop.tenant) as conn:
        now = datetime.now(UTC)
        made = await create_key(conn, shop.tenant, name, ["admin"], now, operator_id="olga", roles=("*",))
    workspace = load_workspace(shop.settings.workspace / "tenants")
    headers = {"Authorization": f"Bearer {made.key}"}
    async with (
        serve_api(shop.settings, shop.desk.pools, shop.client, workspace, temporal_ui=None, port=port) as url,
        httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False) as http,
    ):
        yield ApiDesk(http, made.key)


@contextmanager
def logging_to_file(settings: Settings) -> Iterator[Path]:
    """Log as the product does while the block runs; yields the folder of the logs."""
    handlers, level = logging.root.handlers[:], logging.root.level
    log_to_file(settings)
    logging.getLogger("httpx2").setLevel("WARNING")  # the test's own client tells which addresses it called
    try:
        yield settings.data_dir / "logs"
    finally:
        for handler in logging.root.handlers:
            handler.close()
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        structlog.reset_defaults()


def texts_in(*folders: Path) -> dict[str, str]:
    """What the files of some folders hold, by name."""
    return {
        path.name: path.read_text(errors="replace") for where in folders for path in where.iterdir() if path.is_file()
    }
