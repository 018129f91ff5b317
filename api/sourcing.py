"""Sources of knowledge: added, read again, removed. Reading them is a workflow's work; one source, one at a time."""

import re
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from api.auth import Principal, Scope
from api.errors import Refused
from api.idempotency import Once
from api.nudge import PATIENCE
from api.schemas.knowledge import SourceBody, SyncStarted
from api.services import Services
from api.sync_timing import tell_timer
from domain.errors import Conflict, InvalidInput, Unavailable
from domain.hook_url import check_url
from domain.ingestion import RESERVED, SourceId, SyncAsk, sync_id
from store.knowledge import retire_article
from store.rows import Connection
from store.sources import NewSource, SourceState, add_source, next_run, owner_of, read_source, remove_source
from workflows.ingestion import KnowledgeSync

_MOST_NAME = 63


async def add(services: Services, caller: Principal, once: Once, body: SourceBody) -> SyncStarted:
    """Keep a source and start its first reading.

    Raises:
        Refused: the key may not name files of the worker's machine.
        InvalidInput: the location is none that may be read.
        Conflict: the name or the place is taken.
        Unavailable: it is kept, and its reading could not be started.
    """
    _check(services, caller, body)
    now = services.deps.clock()
    source = NewSource(
        **body.model_dump(exclude={"source_id", "fresh_for_days", "sync_every_minutes"}),
        source_id=body.source_id or _named(body.location),
        fresh_days=body.fresh_for_days,
        sync_every=body.sync_every,
        created_by=caller.name,
        at=now,
    )
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, SyncStarted)
        if kept is None:
            await add_source(conn, caller.tenant, source)
            started = await _numbered(conn, caller, once, source.source_id, now)
        else:
            started = kept
            if await next_run(conn, caller.tenant, kept.source_id) > kept.run:
                return kept
    # Its reading looks for the source at once, so it is started when that is there. If this is lost, the same request
    # starts it.
    try:
        await _start(services, caller, started)
    except Conflict:
        if kept is None:
            raise
    except Unavailable:
        raise Unavailable("The source is kept, but its reading could not be started; send this again.") from None
    if source.sync_every is not None:
        await tell_timer(services.deps.temporal, services.deps.task_queue, caller.tenant, started.source_id)
    return started


async def sync(services: Services, caller: Principal, once: Once, source_id: SourceId) -> SyncStarted:
    """Read a source again.

    Raises:
        NotFound: there is none.
        Conflict: it is being read.
        Unavailable: Temporal does not answer.
    """
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        await read_source(conn, caller.tenant, source_id)
        started = await once.recall(conn, SyncStarted)
        if started is None:
            started = await _numbered(conn, caller, once, source_id, now)
            await _start(services, caller, started)  # refused, it takes the answer back with it
    return started


async def remove(services: Services, caller: Principal, source_id: SourceId) -> SourceState:
    """Read a source no more and retire what it gave; raises NotFound."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        source = await read_source(conn, caller.tenant, source_id)
        for slug in await remove_source(conn, caller.tenant, source_id, now):
            if await owner_of(conn, caller.tenant, slug) == source_id:
                await retire_article(conn, caller.tenant, slug, now)
    if source.sync_every is not None:  # it would find out by itself, when it wakes
        await tell_timer(services.deps.temporal, services.deps.task_queue, caller.tenant, source_id)
    return source


def _check(services: Services, caller: Principal, body: SourceBody) -> None:
    is_local = body.kind == "folder" or not body.location.startswith(("https://", "http://"))
    if not is_local:
        check_url(
            body.location,
            may_call_loopback=False,
            may_call_private=services.deps.may_read_private,
            what="This source cannot be read",
        )
        return
    if body.kind in {"sitemap", "page"} or not PurePosixPath(body.location).is_absolute():
        raise InvalidInput("location: an https address is needed, or for a folder or a repository an absolute path.")
    if not caller.may(Scope.admin):
        raise Refused("forbidden", "A path names files of the worker's machine; that takes a key with the scope admin.")


async def _numbered(conn: Connection, caller: Principal, once: Once, source_id: SourceId, now: datetime) -> SyncStarted:
    started = SyncStarted(source_id=source_id, run=await next_run(conn, caller.tenant, source_id))
    await once.keep(conn, started, now)
    return started


async def _start(services: Services, caller: Principal, started: SyncStarted) -> None:
    """Start the workflow of a reading; raises Conflict where one runs, and Unavailable."""
    deps = services.deps
    workflow_id = sync_id(caller.tenant, started.source_id)
    try:
        await deps.temporal.start_workflow(
            KnowledgeSync.run,
            SyncAsk(tenant=caller.tenant, source_id=started.source_id, run=started.run),
            id=workflow_id,
            task_queue=deps.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            rpc_timeout=PATIENCE,
        )
    except WorkflowAlreadyStartedError:
        raise Conflict("This source is being read; see its progress, and try again when that has ended.") from None
    except (RPCError, RuntimeError, TimeoutError):
        raise Unavailable("The reading could not be started; try again.") from None


def _named(location: str) -> SourceId:
    """A name for a source: the last part of its path, or its host."""
    parts = urlsplit(location)
    path = PurePosixPath(parts.path)
    last = path.stem if path.suffix in {".git", ".xml", ".html", ".htm"} else path.name
    words = last if last and last not in {"sitemap", "index"} else parts.hostname or "source"
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_MOST_NAME].strip("-")
    if not name[:1].isalpha() or name in RESERVED:
        name = f"source-{name}".strip("-")[:_MOST_NAME]
    return name
