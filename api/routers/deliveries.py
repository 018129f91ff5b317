"""Deliveries of other systems, signed as Standard Webhooks defines it (https://www.standardwebhooks.com).

Nothing of a body is read before its signature has been found good. An unknown address answers like a wrong signature.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, status
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from api.delivering import take
from api.errors import Refused, documented
from api.rates import address_of, too_many
from api.schemas.hooks import Delivery, DeliveryView
from api.services import Services, Shared
from api.signatures import verify
from api.strict_json import StrictRoute, parse_strict
from domain.hook import derive_secret, valid_versions
from store.hooks import HookRow, find_inbound

router = APIRouter(prefix="/hooks", tags=["hooks"], route_class=StrictRoute)
_SOURCE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_NOBODY = "H-00000000"  # whose secret a delivery to an unknown address is checked with, so that it takes as long
_DELIVERY: TypeAdapter[Delivery] = TypeAdapter(Delivery)
_DESCRIBED = _DELIVERY.json_schema(ref_template="#/components/schemas/{model}")
#: The parts of the body's description, which the framework cannot know of.
BODIES = _DESCRIBED.pop("$defs")
_CODES = (
    "bad_signature",
    "forbidden",
    "conflict",
    "ticket_closed",
    "too_large",
    "unsupported_media_type",
    "invalid_input",
    "bad_text",
    "too_many_requests",
)
Signed = Annotated[str, Header(description="As Standard Webhooks defines it.")]


@router.post(
    "/{tenant}/{source}",
    operation_id="deliver",
    summary="Deliver what happened in another system",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Taken: committed, now or before.",
    responses=documented(*_CODES, public=True),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _DESCRIBED}}}},
)
async def deliver(
    tenant: Annotated[str, Path(description="The tenant.", examples=["meridian"])],
    source: Annotated[str, Path(description="The hook's source.", examples=["crm"])],
    request: Request,
    services: Shared,
    webhook_id: Signed = "",
    webhook_timestamp: Signed = "",
    webhook_signature: Signed = "",
) -> DeliveryView:
    """Take a customer's message, or the news that a pending effect has settled; the same delivery twice is one."""
    del webhook_id, webhook_timestamp, webhook_signature  # declared for the description; each must be there once
    address, now = address_of(request.scope), services.deps.monotonic()
    if not (allowed := services.failures.look(address, now)).is_allowed:
        raise too_many(allowed)
    body = await request.body()
    hook = await _find(services, tenant, source)
    version, rotated_at, name = (1, None, _NOBODY) if hook is None else (hook.version, hook.rotated_at, hook.hook_id)
    at = services.deps.clock()
    good = valid_versions(version, rotated_at, at)
    secrets = [derive_secret(services.deps.hook_key, tenant, name, number) for number in good]
    try:
        delivery_id = verify(request.headers, body, secrets, at)
    except Refused:
        services.failures.take(address, now)
        raise
    if hook is None:
        raise RuntimeError("nobody knows the secret of a hook that does not exist")
    if not (allowed := services.deliveries.take((tenant, source), now)).is_allowed:
        raise too_many(allowed)
    return await take(services, hook, source, delivery_id, _read(body))


async def _find(services: Services, tenant: str, source: str) -> HookRow | None:
    if tenant not in services.deps.tenants or not _SOURCE.fullmatch(source):
        return None
    async with services.pools.operator(tenant) as conn:
        return await find_inbound(conn, tenant, source)


def _read(body: bytes) -> Delivery:
    try:
        return _DELIVERY.validate_python(parse_strict(body))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise RequestValidationError([{**problem, "loc": ("body", *problem["loc"])} for problem in problems]) from None
