"""What the knowledge commands do besides asking: telling kinds of places apart, and waiting for a reading."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.sync_timing import LONGEST, SHORTEST
from runtime.cli.client import ApiClient
from runtime.cli.errors import CommandFailed
from runtime.cli.exit_codes import ExitCode
from runtime.cli.http import Answer
from runtime.cli.spans import parse_span

_LOOK_SECONDS = 0.3
_KINDS = ("folder", "git", "sitemap", "page")
_FORGES = re.compile(r"https://(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/[^/]+/[^/]+/?")


def source_body(place: str, *, kind: str | None, fresh_for: str | None, every: str | None) -> dict[str, Any]:
    """What is sent of a source that is to be added; raises CommandFailed, InvalidInput."""
    if kind is not None and kind not in _KINDS:
        raise CommandFailed(f"There is no kind {kind!r}.", f"It is one of {', '.join(_KINDS)}.", ExitCode.usage)
    if not place.startswith(("https://", "http://")):
        place = _local(place)
    body: dict[str, Any] = {"kind": kind or _kind_of(place), "location": place}
    if fresh_for is not None:
        span = parse_span(fresh_for)
        if span < timedelta(days=1):
            raise CommandFailed("Freshness is told in days.", "Write it like 90d.", ExitCode.usage)
        body["fresh_for_days"] = span.days
    if every is not None:
        body["sync_every_minutes"] = minutes_of(every)
    return body


def minutes_of(every: str) -> int | None:
    """How often a source is to be read by itself, in minutes; None for `off`. Raises CommandFailed, InvalidInput."""
    if every == "off":
        return None
    span = parse_span(every)
    if not SHORTEST <= span <= LONGEST:
        raise CommandFailed("A source may be read by itself every 15m to 30d.", "Write it like 6h.", ExitCode.usage)
    return span // timedelta(minutes=1)


def moment(text: str) -> str:
    """A day or a time as people type it, as the API takes it; without a zone it is UTC. Raises CommandFailed."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise CommandFailed(f"{text!r} is no time.", "Write it like 2026-06-01 or 2026-06-01T08:00Z.") from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).isoformat()


async def wait_for(client: ApiClient, started: Sequence[Answer], *, is_quiet: bool) -> list[Answer]:
    """Wait until readings have ended, behind a bar; returns what is told of their sources."""
    from runtime.cli.style import err
    from runtime.cli.views.knowledge import progress_bars

    ended: list[Answer] = []
    with progress_bars(err(), [one["source_id"] for one in started], is_quiet=is_quiet) as tell:
        for one in started:
            while True:
                answer = await client.source(one["source_id"])
                sync = answer["source"]["sync"] or {"run": 0}
                if sync["run"] >= one["run"]:
                    tell(one["source_id"], sync["done"], sync["found"])
                    if sync["state"] != "reading":
                        break
                await asyncio.sleep(_LOOK_SECONDS)
            ended.append(answer)
    return ended


def _local(place: str) -> str:
    path = Path(place).expanduser().resolve()
    if not path.exists():
        raise CommandFailed(f"There is no {path}.", "Give a folder, a file, or an https address.", ExitCode.not_found)
    return str(path)


def _kind_of(place: str) -> str:
    if place.startswith("/"):
        is_repository = (Path(place) / ".git").exists() or (Path(place) / "HEAD").is_file()
        return "git" if is_repository else "folder"
    if place.endswith(".git") or _FORGES.fullmatch(place):
        return "git"
    return "sitemap" if place.partition("?")[0].endswith(".xml") else "page"
