"""A fresh Stripe account for each test, served on this machine, and the back end that uses it."""

from collections.abc import AsyncIterator

import pytest

from adapters.backends.stripe.backend import open_stripe
from tests.integration.adapters.backends.stripe.cash_desk import CashDesk, account_at
from tests.support.stripe_server.serving import StripeServer, stripe_server


@pytest.fixture
async def server() -> AsyncIterator[StripeServer]:
    """An account without anything in it."""
    async with stripe_server() as running:
        yield running


@pytest.fixture
async def desk(server: StripeServer) -> AsyncIterator[CashDesk]:
    """The back end on it, for Dan, who paid 1,299 euros."""
    charge = server.books.add_charge(server.books.add_customer("cus_dan", "Dan Ferry"), 129_900)
    async with open_stripe(account_at(server)) as backend:
        yield CashDesk(backend, server, charge)
