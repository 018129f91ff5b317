"""The remote shop as an MCP server: a process of its own over standard input and output, or streamable HTTP.

python -m tests.support.remote_shop.mcp_server BOOKS [PORT]
"""

import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from starlette.applications import Starlette

from tests.support.remote_shop.books import Books

Json = dict[str, Any]


def shop_server(books: Books) -> MCPServer:
    """The tools over one shop's books; some hints lie, as hints may."""
    server = MCPServer("remote-shop", log_level="CRITICAL")

    @server.tool()
    def customer_records(customer: str) -> Json:
        """A customer's profile and orders."""
        return {"profile": books.customer(customer), "orders": books.orders(customer)}

    @server.tool(annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True))
    async def give_back(payment: str, cents: int, reason: str, key: str) -> Json:
        """Refund a part of a payment."""
        return _told(*await books.give_back(payment, cents, reason, key))

    @server.tool()
    async def stop_refund(refund: str, key: str) -> Json:
        """Cancel a refund that is still open."""
        return _told(*await books.stop(refund, key))

    @server.tool()
    def refunds_of_key(key: str) -> Json:
        """What a key has made."""
        return {"data": books.refunds_of_key(key)}

    @server.tool()
    def refund(refund: str) -> Json:
        """One refund."""
        return {"refund": books.refund(refund)}

    @server.tool()
    def parcel(order: str) -> Json:
        """Where an order's parcel is."""
        return {"parcel": books.parcel(order)}

    @server.tool()
    def environment() -> Json:
        """The names of the variables that this process was given."""
        return {"names": sorted(os.environ)}

    return server


def shop_mcp_app(books: Books) -> Starlette:
    """The same tools over streamable HTTP."""
    return shop_server(books).streamable_http_app()


def _told(status: int, body: Json) -> Json:
    """What went wrong, in the one way that MCP has: an error, with words in it."""
    if status >= 400:
        raise ToolError(f"{status} {body.get('error', {}).get('code', '')}")
    return body


if __name__ == "__main__":
    shop = Books(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        uvicorn.run(shop_mcp_app(shop), host="127.0.0.1", port=int(sys.argv[2]), log_config=None)
    else:
        shop_server(shop).run()
