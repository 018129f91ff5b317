"""Knowledge sources and how they are read: what crosses between the workflow that reads them and its activities.

Numbers and ids only: names of files, addresses and texts stay in the database.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.ids import Label, TenantId
from domain.model import Model

#: How a source is called, within one tenant: `help-center`.
SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
#: Where articles come from: files on the worker's machine, a commit, every page that a sitemap lists, or one page.
SourceKind = Literal["folder", "git", "sitemap", "page"]
#: A source of the tenant's own workspace, read at start, and articles that were sent by the API: kept by nobody else.
WORKSPACE, API = "workspace", "api"
RESERVED: frozenset[str] = frozenset({WORKSPACE, API})

SyncState = Literal["reading", "done", "failed"]


def sync_id(tenant: TenantId, source_id: SourceId) -> str:
    """Name the workflow that reads a source: one at a time."""
    return f"knowledge:{tenant}:{source_id}"


class SyncAsk(Model):
    """Read a source; `run` counts its readings from 1."""

    tenant: TenantId
    source_id: SourceId
    run: Annotated[int, Field(ge=1)]
    is_listed: bool = False  # the run has been begun by the execution before this one


class RunAsk(Model):
    """One step of a reading, at the workflow's time."""

    tenant: TenantId
    source_id: SourceId
    run: int
    now: datetime


class RunProgress(Model):
    """How far a reading is, in items: a file or a page, which may hold several articles."""

    found: int = 0
    done: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every item was looked at."""
        return self.done >= self.found


class EndAsk(RunAsk):
    """End a reading; `error_code` says why it failed, if it did."""

    error_code: Label | None = None
