"""Procedures: what is current, their versions, trying an edited text, publishing it, rolling back."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.auth import Admin, ApprovalReader
from api.dry_running import dry_run
from api.errors import documented
from api.idempotency import OnceOnly
from api.publishing import publish, roll_back
from api.routers.common import VersionPath
from api.rulebooks import check_text, list_parts, show_part, show_version, show_versions
from api.schemas.rulebook import (
    CheckBody,
    CheckView,
    DryRunView,
    PartTextView,
    PartView,
    ProcedureDryRunBody,
    ProcedureListView,
    PublishBody,
    RollBackBody,
    VersionListView,
    VersionTextView,
)
from api.services import Shared
from api.strict_json import StrictRoute
from domain.rulebook import POLICY, part_of

router = APIRouter(prefix="/v1/procedures", tags=["procedures"], route_class=StrictRoute)
NamePath = Annotated[str, Path(description="The procedure's name.")]
_BODY = ("invalid_input", "bad_text", "too_large", "unsupported_media_type")


@router.get(
    "",
    operation_id="list_procedures",
    summary="List procedures",
    response_description="Every procedure by name, without texts.",
    responses=documented("not_found"),
)
async def get_procedures(caller: ApprovalReader, services: Shared) -> ProcedureListView:
    """Return how each kind of ticket is handled now: by the workspace's file, or by what was published over it."""
    parts = await list_parts(services, caller)
    return ProcedureListView(procedures=tuple(part for part in parts if part.part != POLICY))


@router.get(
    "/{name}",
    operation_id="read_procedure",
    summary="Read a procedure",
    response_description="The current procedure with its text.",
    responses=documented("not_found", "invalid_input"),
)
async def get_procedure(name: NamePath, caller: ApprovalReader, services: Shared) -> PartTextView:
    """Return what tickets of this kind are handled by from now on; one that has begun keeps its version."""
    return await show_part(services, caller, part_of(name))


@router.get(
    "/{name}/versions",
    operation_id="list_procedure_versions",
    summary="List a procedure's versions",
    response_description="Versions and changes, the newest first.",
    responses=documented("not_found", "invalid_input"),
)
async def get_versions(name: NamePath, caller: ApprovalReader, services: Shared) -> VersionListView:
    """Return what was published, and which version was current since when, by whom and why."""
    return await show_versions(services, caller, part_of(name))


@router.get(
    "/{name}/versions/{number}",
    operation_id="read_procedure_version",
    summary="Read a version of a procedure",
    response_description="The version's text.",
    responses=documented("not_found", "invalid_input"),
)
async def get_version(name: NamePath, number: VersionPath, caller: ApprovalReader, services: Shared) -> VersionTextView:
    """Return the text of a version, as it was published."""
    return await show_version(services, caller, part_of(name), number)


@router.post(
    "/{name}:check",
    operation_id="check_procedure",
    summary="Check an edited procedure",
    response_description="Whether it could be published, and all that is wrong with it.",
    responses=documented("not_found", *_BODY),
)
async def post_check(name: NamePath, body: CheckBody, caller: ApprovalReader, services: Shared) -> CheckView:
    """Say what is wrong with a text, each with file, line and field; nothing is kept of it."""
    return await check_text(services, caller, part_of(name), body.text)


@router.post(
    "/{name}:dry-run",
    operation_id="dry_run_procedure",
    summary="Try an edited procedure on past tickets",
    response_description="Which past actions would be judged otherwise.",
    responses=documented("not_found", "text_invalid", *_BODY),
)
async def post_dry_run(
    name: NamePath, body: ProcedureDryRunBody, caller: ApprovalReader, services: Shared
) -> DryRunView:
    """Judge the newest past judgments again, by the edited actions and autonomy; nothing is done to any."""
    return await dry_run(services, caller, part_of(name), text=body.text, newest=body.newest)


@router.post(
    "/{name}:publish",
    operation_id="publish_procedure",
    summary="Publish a procedure",
    response_description="What is current now.",
    responses=documented("not_found", "text_invalid", "conflict", *_BODY),
)
async def post_publish(name: NamePath, body: PublishBody, caller: Admin, once: OnceOnly, services: Shared) -> PartView:
    """Make a text the procedure, or a new one: tickets that begin from now on are handled by it."""
    return await publish(services, caller, once, part_of(name), body)


@router.post(
    "/{name}:roll-back",
    operation_id="roll_back_procedure",
    summary="Roll a procedure back",
    response_description="What is current now.",
    responses=documented("not_found", "text_invalid", "conflict", *_BODY),
)
async def post_roll_back(
    name: NamePath, body: RollBackBody, caller: Admin, once: OnceOnly, services: Shared
) -> PartView:
    """Make an earlier version current again, or (number 0) the workspace's file."""
    return await roll_back(services, caller, once, part_of(name), body)
