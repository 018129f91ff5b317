"""What `backends/NAME.yaml` with `kind: mcp` says: a server, and which of its tools is which action.

A tool is an action only where this file says so, and in the way it says: a server's own hints (read-only, destructive,
idempotent) are shown to people and decide nothing. This module does without the `mcp` library, so that files can be
checked where it is not installed.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from adapters.backends.declared.address import web_address
from adapters.backends.declared.declaration import MOST_MS, Call, Declaration, DeclaredAction
from adapters.backends.declared.expression import SendJson, holes
from adapters.backends.declared.secrets import SecretText
from domain.action import Effect
from domain.ids import Label
from domain.model import Model

_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,100}$"


class ToolCall(Call):
    """One tool with its arguments."""

    tool: Annotated[str, Field(min_length=1, max_length=128)]
    args: dict[str, SendJson] = {}

    @property
    def passes_key(self) -> bool:
        """Whether the tool is told the idempotency key."""
        return any("key" in hole for template in self.args.values() for hole in holes(template))


class ToolAction(DeclaredAction[ToolCall]):
    """An action that is a tool: by default a person approves it, and keys are not taken to mean anything."""

    approval: Literal["by_policy", "required"] = "required"
    once: Literal["by_key", "by_look_up"] = "by_look_up"

    @model_validator(mode="after")
    def _keys_are_passed(self) -> "ToolAction":
        if self.effect is Effect.write and self.once == "by_key" and not self.send.passes_key:
            raise ValueError('once: by_key needs an argument of the tool that is told the key, such as "{key}"')
        return self


class McpServer(Model):
    """Where the server is: a command whose standard input and output speak MCP, or an address (streamable HTTP)."""

    command: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    env: dict[Annotated[str, Field(pattern=_NAME)], SecretText] = {}
    url: Annotated[str, AfterValidator(web_address)] | None = None
    headers: dict[str, SecretText] = {}

    @model_validator(mode="after")
    def _is_one_place(self) -> "McpServer":
        if (self.command is None) == (self.url is None):
            raise ValueError("name either a command or a url")
        if (self.command is None and self.env) or (self.url is None and self.headers):
            raise ValueError("env goes with a command, headers go with a url")
        return self


class McpDeclaration(Declaration[ToolCall]):
    """The whole file."""

    kind: Literal["mcp"]
    server: McpServer
    timeout_ms: Annotated[int, Field(ge=100, le=MOST_MS)] = 10_000
    actions: Annotated[Mapping[Label, ToolAction], Field(min_length=1)]
