"""`setright workspace tools`: what an MCP server says of its tools, beside what the file says of them."""

import shutil
import sys
from pathlib import Path

from runtime.tool_hints import read_tools
from tests.support.remote_shop.books import Books

SUPPORT = Path("tests/support/remote_shop")


async def test_the_files_word_and_the_servers(tmp_path: Path) -> None:
    """The refund tool claims to do nothing: whoever reads this sees that the file knows better."""
    tenant = tmp_path / "tenants" / "harbour"
    shutil.copytree(SUPPORT / "tenants" / "harbour", tenant)
    (tenant / "backends" / "orders.yaml").unlink()
    books = Books(tmp_path / "books.db")
    books.create()
    text = (
        (SUPPORT / "tools.yaml")
        .read_text()
        .replace("[python, ", f"[{sys.executable}, ")
        .replace("books.db", str(books.path))
    )
    text = text.replace('  env: {SHOP_TOKEN: "${secret:SHOP_TOKEN}"}\n', f"  env: {{PYTHONPATH: {Path.cwd()}}}\n")
    (tenant / "backends" / "orders.yaml").write_text(text.replace("tool: stop_refund", "tool: no_such_tool"))
    tools = {tool.action: tool for tool in await read_tools(tmp_path, tmp_path / "secrets")}
    refund = tools["issue_refund"]
    assert (refund.tool, refund.effect, refund.approval, refund.says) == (
        "give_back",
        "write",
        "required",
        "read-only, idempotent",
    )
    assert tools["track_parcel"].says == "no hints"
    assert tools["cancel_refund"].says == "there is no such tool"
