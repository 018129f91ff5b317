"""What the tools of a workspace's MCP servers say of themselves, beside what its files say: for people to read."""

from dataclasses import dataclass
from pathlib import Path

from adapters.backends.mcp.declaration import McpDeclaration
from adapters.backends.mcp.opening import read_hints
from adapters.workspace.backends import DeclaredBackendFile
from adapters.workspace.loader import load_workspace
from domain.ids import Label, TenantId
from runtime.backends import secrets_in, telling_of_secrets
from runtime.doctor.workspace_files import tenants_folder


@dataclass(frozen=True)
class DeclaredTool:
    """One action that is a tool: the file's word and the server's."""

    tenant: TenantId
    backend: Label
    action: Label
    tool: str
    effect: str
    approval: str
    says: str  # the server's hints, or that it has no such tool


async def read_tools(workspace: Path, secrets: Path) -> list[DeclaredTool]:
    """Every declared tool of every tenant; `secrets` is the folder of all tenants' secrets.

    Raises:
        WorkspaceErrors: a file is wrong, or names a secret that is not there.
        ExtraMissing: the library `mcp` is not installed.
        Unavailable: a server cannot be started or reached.
    """
    found: list[DeclaredTool] = []
    for tenant, config in load_workspace(tenants_folder(workspace)).tenants.items():
        for file in config.declared.values():
            if isinstance(file.declaration, McpDeclaration):
                found += await _tools_of(tenant, file, file.declaration, secrets)
    return found


async def _tools_of(
    tenant: TenantId, file: DeclaredBackendFile, declaration: McpDeclaration, secrets: Path
) -> list[DeclaredTool]:
    with telling_of_secrets(file, tenant):
        hints = await read_hints(declaration, secrets_in(secrets, tenant))
    return [
        DeclaredTool(
            tenant=tenant,
            backend=file.name,
            action=name,
            tool=action.send.tool,
            effect=action.effect.value,
            approval=action.approval,
            says=hints.get(action.send.tool, "there is no such tool"),
        )
        for name, action in declaration.actions.items()
    ]
