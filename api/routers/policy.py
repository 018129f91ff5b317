"""The policy: what is current, its versions, trying an edited text, publishing it, rolling back."""

from fastapi import APIRouter

from api.auth import Admin, ApprovalReader
from api.dry_running import dry_run
from api.errors import documented
from api.idempotency import OnceOnly
from api.publishing import publish, roll_back
from api.routers.common import VersionPath
from api.rulebooks import check_text, show_part, show_version, show_versions
from api.schemas.rulebook import (
    CheckBody,
    CheckView,
    DryRunView,
    PartTextView,
    PartView,
    PolicyDryRunBody,
    PublishBody,
    RollBackBody,
    VersionListView,
    VersionTextView,
)
from api.services import Shared
from api.strict_json import StrictRoute
from domain.rulebook import POLICY

router = APIRouter(prefix="/v1/policy", tags=["policy"], route_class=StrictRoute)
_BODY = ("invalid_input", "bad_text", "too_large", "unsupported_media_type")


@router.get(
    "",
    operation_id="read_policy",
    summary="Read the policy",
    response_description="The current policy with its text.",
    responses=documented("not_found"),
)
async def get_policy(caller: ApprovalReader, services: Shared) -> PartTextView:
    """Return what judgments go by now: the workspace's file, or what was published over it."""
    return await show_part(services, caller, POLICY)


@router.get(
    "/versions",
    operation_id="list_policy_versions",
    summary="List the policy's versions",
    response_description="Versions and changes, the newest first.",
    responses=documented("not_found"),
)
async def get_versions(caller: ApprovalReader, services: Shared) -> VersionListView:
    """Return what was published, and which version was current since when, by whom and why."""
    return await show_versions(services, caller, POLICY)


@router.get(
    "/versions/{number}",
    operation_id="read_policy_version",
    summary="Read a version of the policy",
    response_description="The version's text.",
    responses=documented("not_found", "invalid_input"),
)
async def get_version(number: VersionPath, caller: ApprovalReader, services: Shared) -> VersionTextView:
    """Return the text of a version, as it was published."""
    return await show_version(services, caller, POLICY, number)


@router.post(
    ":check",
    operation_id="check_policy",
    summary="Check an edited policy",
    response_description="Whether it could be published, and all that is wrong with it.",
    responses=documented("not_found", *_BODY),
)
async def post_check(body: CheckBody, caller: ApprovalReader, services: Shared) -> CheckView:
    """Say what is wrong with a text, each with file, line and field; nothing is kept of it."""
    return await check_text(services, caller, POLICY, body.text)


@router.post(
    ":dry-run",
    operation_id="dry_run_policy",
    summary="Try an edited policy on past tickets",
    response_description="Which past actions would be judged otherwise.",
    responses=documented("not_found", "text_invalid", *_BODY),
)
async def post_dry_run(body: PolicyDryRunBody, caller: ApprovalReader, services: Shared) -> DryRunView:
    """Judge the newest past judgments again, under an edited policy or one edited rule; nothing is done to any."""
    return await dry_run(services, caller, POLICY, text=body.text, rule=body.rule, newest=body.newest)


@router.post(
    ":publish",
    operation_id="publish_policy",
    summary="Publish a policy",
    response_description="What is current now.",
    responses=documented("not_found", "text_invalid", "conflict", *_BODY),
)
async def post_publish(body: PublishBody, caller: Admin, once: OnceOnly, services: Shared) -> PartView:
    """Make a text the policy: the next judgment goes by it, on every worker."""
    return await publish(services, caller, once, POLICY, body)


@router.post(
    ":roll-back",
    operation_id="roll_back_policy",
    summary="Roll the policy back",
    response_description="What is current now.",
    responses=documented("not_found", "text_invalid", "conflict", *_BODY),
)
async def post_roll_back(body: RollBackBody, caller: Admin, once: OnceOnly, services: Shared) -> PartView:
    """Make an earlier version the policy again, or (number 0) the workspace's file."""
    return await roll_back(services, caller, once, POLICY, body)
