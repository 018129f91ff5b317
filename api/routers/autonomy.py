"""How far procedures are trusted to act by themselves."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, status

from api import trusting
from api.auth import Approver, Reader
from api.errors import documented
from api.idempotency import OnceOnly
from api.schemas.autonomy import AutonomyView, LevelBody, LevelsView
from api.services import Shared
from api.strict_json import StrictRoute
from domain.autonomy import SetLevel
from domain.errors import NotFound
from domain.ids import Label

router = APIRouter(prefix="/v1/autonomy", tags=["autonomy"], route_class=StrictRoute)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def _procedure(
    procedure: Annotated[str, Path(description="The procedure's name.", examples=["late_refund"])],
) -> Label:
    if not _NAME.fullmatch(procedure):
        raise NotFound("There is no such procedure.")
    return procedure


ProcedurePath = Annotated[Label, Depends(_procedure)]


@router.get(
    "",
    operation_id="read_autonomy",
    summary="Read how far procedures are trusted",
    response_description="Procedures with level, evidence and advice.",
    responses=documented("not_found"),
)
async def get_autonomy(caller: Reader, services: Shared) -> AutonomyView:
    """Return each procedure's level, what its cases at that level show, and whether it is worth another one."""
    return await trusting.read_standings(services, caller)


@router.get(
    "/{procedure}/levels",
    operation_id="list_levels",
    summary="List the levels that a procedure has had",
    response_description="What was set, by whom and why.",
    responses=documented("not_found", "invalid_input"),
)
async def get_levels(procedure: ProcedurePath, caller: Reader, services: Shared) -> LevelsView:
    """Return what people have set, the newest first; before the oldest line the procedure's file counted."""
    return await trusting.read_levels(services, caller, procedure)


@router.post(
    "/{procedure}/levels",
    operation_id="set_level",
    summary="Set a procedure's level",
    response_description="The level that counts from the next turns on.",
    status_code=status.HTTP_201_CREATED,
    responses=documented("not_found", "invalid_input", "bad_text", "conflict", "too_large", "unsupported_media_type"),
)
async def post_level(
    procedure: ProcedurePath, body: LevelBody, caller: Approver, once: OnceOnly, services: Shared
) -> SetLevel:
    """Lower a level, or raise it, which takes the scope admin; an operator's own key is needed for both."""
    return await trusting.set_procedure_level(services, caller, once, procedure, body)
