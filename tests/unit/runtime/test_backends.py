"""Opening back ends: a secret is a file of the tenant's own, and a missing one is told by its place in the file."""

import sys
from pathlib import Path

import pytest

from adapters.backends.combined import Combined
from adapters.backends.mcp.declaration import McpDeclaration
from adapters.backends.registry import KINDS
from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.yaml_reader import read_yaml
from domain.errors import ExtraMissing
from runtime.backends import open_backends, secrets_in
from runtime.settings import Settings

SUPPORT = Path("tests/support/remote_shop")


def test_a_secret_is_a_file_of_the_tenants_own(tmp_path: Path) -> None:
    """Without the line's end; nobody else's, and nothing where there is none."""
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "SHOP_TOKEN").write_text("abc\n")
    (tmp_path / "harbour" / "EMPTY").write_text("\n")
    assert secrets_in(tmp_path, "harbour")("SHOP_TOKEN") == "abc"
    assert secrets_in(tmp_path, "harbour")("EMPTY") is None
    assert secrets_in(tmp_path, "harbour")("OTHER") is None
    assert secrets_in(tmp_path, "meridian")("SHOP_TOKEN") is None


async def test_a_missing_secret_is_told_with_its_line(tmp_path: Path) -> None:
    """The file, the line and where to put it; no secret is in the text."""
    settings = Settings.load(data_dir=tmp_path, workspace=SUPPORT)
    with pytest.raises(WorkspaceErrors) as wrong:
        async with open_backends(settings, load_workspace(SUPPORT / "tenants")):
            pass
    assert "backends/orders.yaml:5: headers.Authorization: there is no secret 'SHOP_TOKEN'" in wrong.value.text


async def test_several_back_ends_are_one(tmp_path: Path) -> None:
    """Records from one, actions from both."""
    tenant = tmp_path / "tenants" / "harbour"
    (tmp_path / "tenants").mkdir()
    (tmp_path / "secrets" / "harbour").mkdir(parents=True)
    (tmp_path / "secrets" / "harbour" / "SHOP_TOKEN").write_text("abc")
    for source in sorted((SUPPORT / "tenants" / "harbour").rglob("*.*")):
        file = tenant / source.relative_to(SUPPORT / "tenants" / "harbour")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source.read_text())
    orders = (tenant / "backends" / "orders.yaml").read_text()
    (tenant / "backends" / "orders.yaml").write_text(orders[: orders.index("  track_parcel:")])
    parcels = orders[: orders.index("records:")] + "actions:\n" + orders[orders.index("  track_parcel:") :]
    (tenant / "backends" / "parcels.yaml").write_text(parcels)
    text = (tenant / "tenant.yaml").read_text().replace("backend: orders", "backends: [orders, parcels]")
    (tenant / "tenant.yaml").write_text(text)
    settings = Settings.load(data_dir=tmp_path, workspace=tmp_path)
    async with open_backends(settings, load_workspace(tmp_path / "tenants")) as backends:
        backend = backends["harbour"]
        assert isinstance(backend, Combined)
        assert set(backend.specs) == {"issue_refund", "cancel_refund", "track_parcel"}


async def test_a_missing_library_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever needs no MCP server does without the library; whoever does is told what to install."""
    monkeypatch.setitem(sys.modules, "adapters.backends.mcp.caller", None)
    value, _ = read_yaml((SUPPORT / "tools.yaml").read_text())
    declaration = McpDeclaration.model_validate(value)
    with pytest.raises(ExtraMissing, match="make extras"):
        async with KINDS["mcp"].open(declaration, lambda _: "secret"):
            pass
