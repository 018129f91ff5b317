"""Where the stack's own process writes its log while its terminal belongs to people: `api.log` in the data folder."""

import logging
from logging.handlers import RotatingFileHandler

import structlog
from structlog.typing import Processor

from runtime.embedded.folder import DataFolder
from runtime.settings import Settings

_MAX_BYTES = 20_000_000


def log_to_file(settings: Settings) -> None:
    """Send everything that is logged here to the file, in the form and from the level that the settings name.

    Raises:
        NotWritable, DiskFull: the data folder cannot be used.
    """
    folder = DataFolder(settings.data_dir)
    folder.prepare()
    handler = RotatingFileHandler(folder.log("api"), maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: Processor = structlog.processors.JSONRenderer()
    if settings.log_format == "console":
        last = structlog.dev.ConsoleRenderer(colors=False)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
