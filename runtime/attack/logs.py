"""What the run's own process logs, and what its servers wrote, to be searched: no log may hold anybody's word."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from structlog.typing import EventDict, WrappedLogger
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from runtime.attack.canary import NOBODY
from runtime.attack.findings import Findings


class _Keeping(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


def hear_temporal() -> None:
    """Let Temporal's core log through Python, so that its lines are searched too and standard output stays ours."""
    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"))
    heard = LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=heard)), error_if_already_set=False)


@contextmanager
def captured_logs() -> Iterator[list[str]]:
    """Everything that is logged in this process while the block runs, by structlog or by logging, at every level."""
    lines: list[str] = []

    def keep(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        del logger, method
        lines.append(repr(event))
        raise structlog.DropEvent

    root, handler = logging.getLogger(), _Keeping(lines)
    before, handlers, level = structlog.get_config(), root.handlers[:], root.level
    structlog.configure(processors=[keep], cache_logger_on_first_use=False)
    root.handlers[:], root.level = [handler], logging.INFO
    try:
        yield lines
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.configure(**before)


def search_logs(findings: Findings, lines: list[str], folder: Path) -> int:
    """Search captured lines and the servers' log files; returns how many lines there were."""
    number = len(lines)
    findings.look("log", "\n".join(lines), NOBODY)
    for file in sorted(folder.rglob("*.log")):
        text = file.read_text(encoding="utf-8", errors="replace")
        number += text.count("\n")
        findings.look(f"log: {file.name}", text, NOBODY)
    findings.looked_at["log line"] += number
    return number
