"""Customers: what may be asked about one as a whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import TypeAdapter, ValidationError

from api.auth import Admin
from api.erasing import forget
from api.errors import documented
from api.idempotency import OnceOnly
from api.schemas.customers import ErasureView
from api.schemas.moves import EmptyBody
from api.services import Shared
from api.strict_json import StrictRoute
from domain.errors import NotFound
from domain.ids import CustomerId

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["customers"], route_class=StrictRoute)
_CUSTOMER: TypeAdapter[str] = TypeAdapter(CustomerId)


def _customer_id(
    customer_id: Annotated[str, Path(description="The customer, as your system of record names them.")],
) -> CustomerId:
    """A malformed id names nothing, like an unknown or a foreign one."""
    try:
        return _CUSTOMER.validate_python(customer_id)
    except ValidationError:
        raise NotFound("There is no such customer here.") from None


@router.post(
    "/erasure",
    operation_id="forget_customer",
    summary="Forget a customer",
    response_description="Erased.",
    responses=documented("not_found", "conflict", "invalid_input", "too_large", "unsupported_media_type"),
)
async def erase(
    customer_id: Annotated[CustomerId, Depends(_customer_id)],
    caller: Admin,
    once: OnceOnly,
    services: Shared,
    _: EmptyBody | None = None,
) -> ErasureView:
    """Close the customer's tickets and erase all words by, to and about them; this cannot be undone.

    Amounts, ids, digests and the record of what happened stay. What your own systems hold is theirs to erase.
    """
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, ErasureView)
    if kept is not None:
        return kept
    erasure = await forget(
        services.pools,
        services.nudger,
        caller.tenant,
        customer_id,
        asked_by=caller.name,
        clock=services.deps.clock,
    )
    view = ErasureView.of(erasure)
    async with services.pools.operator(caller.tenant) as conn:
        if await once.recall(conn, ErasureView) is None:
            await once.keep(conn, view, erasure.at)
    return view
