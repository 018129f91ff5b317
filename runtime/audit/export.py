"""The recorded past as a file of JSON lines, to be checked anywhere: no database, no network.

It holds ids, labels, amounts and digests, as the events do; no words. The first line says when it was made, the last
how much it must hold.
"""

import os
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from pydantic import Field, TypeAdapter, ValidationError

from domain.canonical import canonical_time
from domain.chain import RecordedEvent, RecordedLink
from domain.ids import TenantId
from domain.model import Model
from runtime.audit.database import snapshot
from runtime.audit.verify import Audit
from runtime.settings import Settings
from store.audit import read_links, read_recorded


class _Head(Model):
    kind: Literal["export"] = "export"
    format: Literal[1] = 1
    at: datetime
    tenants: tuple[TenantId, ...]


class _LinkLine(Model):
    kind: Literal["link"] = "link"
    tenant: TenantId
    link: RecordedLink


class _EventLine(Model):
    kind: Literal["event"] = "event"
    tenant: TenantId
    event: RecordedEvent


class _End(Model):
    kind: Literal["end"] = "end"
    lines: int  # of links and events


_Line = Annotated[_Head | _LinkLine | _EventLine | _End, Field(discriminator="kind")]
_LINE: TypeAdapter[_Line] = TypeAdapter(_Line)


async def write_export(settings: Settings, file: Path, tenants: Collection[TenantId]) -> int:
    """Write the chains of some tenants to a new file that only this user can read; returns how many rows.

    Raises:
        FileExistsError: the file exists.
        Unavailable: the database does not answer.
    """
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        _write(target, _Head(at=datetime.now(UTC), tenants=tuple(tenants)))
        lines = 0
        for tenant in tenants:
            async with snapshot(settings, tenant) as conn:
                async for link in read_links(conn, tenant):
                    _write(target, _LinkLine(tenant=tenant, link=link))
                    lines += 1
                async for event in read_recorded(conn, tenant):
                    _write(target, _EventLine(tenant=tenant, event=_as_text(event)))
                    lines += 1
        _write(target, _End(lines=lines))
    return lines


def check_export(audit: Audit, file: Path) -> datetime:
    """Feed an export to an audit, noting lines that are none; returns when it was made. Raises OSError."""
    made_at, lines, promised = datetime.now(UTC), 0, None
    with file.open("rb") as content:
        for number, text in enumerate(content, 1):
            try:
                line = _LINE.validate_json(text)
            except ValidationError:
                audit.problem(number, "this line of the export cannot be read")
                continue
            match line:
                case _LinkLine(tenant=tenant, link=link):
                    audit.link(tenant, link)
                    lines += 1
                case _EventLine(tenant=tenant, event=event):
                    audit.event(tenant, event)
                    lines += 1
                case _Head(at=at):
                    made_at = at
                case _End():
                    promised = line.lines
    if promised != lines:
        audit.problem(lines, "the export is not whole: it does not hold as many lines as its end promises")
    return made_at


def _as_text(event: RecordedEvent) -> RecordedEvent:
    """The event with its time as it was hashed."""
    return replace(event, at=canonical_time(event.at)) if isinstance(event.at, datetime) else event


def _write(target: BinaryIO, line: Model) -> None:
    target.write(line.model_dump_json().encode() + b"\n")
