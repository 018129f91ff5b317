"""Stripe's webhooks, which have a signature of their own: taken once each, as a reason to look at an effect again.

Nothing of a body is read before its signature has been found good. A tenant without Stripe answers like a wrong
signature. What became of a refund is never taken from here: the ticket asks Stripe.
"""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, status

from api.errors import Refused, documented
from api.rates import address_of, too_many
from api.schemas.hooks import DeliveryView
from api.services import Services, Shared
from api.strict_json import StrictRoute
from domain.ids import TenantId
from domain.provider_news import ProviderNews
from store.hooks import accept_delivery
from store.watches import announce_change

router = APIRouter(prefix="/hooks/stripe", tags=["hooks"], route_class=StrictRoute)
_SOURCE = "stripe"
_CODES = ("bad_signature", "conflict", "too_large", "unsupported_media_type", "invalid_input", "too_many_requests")
_SCHEMA = {"type": "object", "description": "An event of Stripe's, as docs.stripe.com/api/events has it."}


@router.post(
    "/{tenant}",
    operation_id="deliver_stripe_event",
    summary="Deliver an event of Stripe's",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Taken: committed, now or before.",
    responses=documented(*_CODES, public=True),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _SCHEMA}}}},
)
async def deliver_stripe_event(
    tenant: Annotated[str, Path(description="The tenant.", examples=["meridian"])],
    request: Request,
    services: Shared,
    stripe_signature: Annotated[str, Header(description="As Stripe signs its webhooks.")] = "",
) -> DeliveryView:
    """Have the ticket look again at the refund that an event is about; any other event is taken and changes nothing."""
    address, now = address_of(request.scope), services.deps.monotonic()
    if not (allowed := services.failures.look(address, now)).is_allowed:
        raise too_many(allowed)
    read = services.deps.stripe_webhooks.get(tenant)
    news = read(await request.body(), stripe_signature) if read is not None else None
    if news is None:
        services.failures.take(address, now)
        raise Refused("bad_signature", "The delivery is not signed as Stripe signs, or not with our secret, or is old.")
    if not (allowed := services.deliveries.take((tenant, _SOURCE), now)).is_allowed:
        raise too_many(allowed)
    return DeliveryView(is_repeat=not await _take(services, tenant, news))


async def _take(services: Services, tenant: TenantId, news: ProviderNews) -> bool:
    """Take an event, in one transaction with what follows from it; False for one that was taken before."""
    at = services.deps.clock()
    async with services.pools.operator(tenant) as conn:
        if not await accept_delivery(conn, tenant, _SOURCE, news.event_id, at):
            return False
        for ref in news.refs:
            if await announce_change(conn, tenant, ref, at):
                break  # the effect is known by this name; the others are names of the same
    return True
