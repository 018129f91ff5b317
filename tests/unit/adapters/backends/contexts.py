"""Customer contexts without a database: the generated store's rows, assembled as the back end does it."""

from datetime import UTC, date, datetime
from functools import cache

from adapters.backends.shop.context import assemble
from adapters.backends.shop.generate.builder import Store
from adapters.backends.shop.generate.load import generate
from adapters.backends.shop.snapshot import Snapshot
from domain.customer import CustomerContext
from domain.ticket import IdentityLevel

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TICKET = "T-0000TEST"


@cache
def stores() -> dict[str, Store]:
    """The example's two stores, generated once."""
    return generate(TODAY)


def context_of(
    customer: str, tenant: str = "meridian", now: datetime = NOW, store: Store | None = None
) -> CustomerContext:
    """The context of one customer of the example, or of `store`."""
    return assemble(snapshot_of(store or stores()[tenant], customer), TICKET, IdentityLevel.proven, now)


def snapshot_of(store: Store, customer: str) -> Snapshot:
    """The rows of one customer, as the queries would bring them."""
    lines = [line for line in store.lines if line.customer == customer]
    bought = {line.product for line in lines}
    return Snapshot(
        customer=next(row for row in store.customers if row.ref == customer),
        addresses=[row for row in store.addresses if row.customer == customer],
        methods=[row for row in store.methods if row.customer == customer],
        orders=[row for row in store.orders if row.customer == customer],
        lines=lines,
        payments=[row for row in store.payments if row.customer == customer],
        refunds=[row for row in store.refunds if row.customer == customer],
        shipments=[row for row in store.shipments if row.customer == customer],
        subscriptions=[row for row in store.subscriptions if row.customer == customer],
        invoices=[row for row in store.invoices if row.customer == customer],
        variants=[row for row in store.variants if row.product in bought],
    )
