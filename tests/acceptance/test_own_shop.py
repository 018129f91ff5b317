"""A tenant whose shop is an HTTP API of its own, declared in one file: the real workflow on a real socket."""

import logging
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from adapters.assistants.port import Assistant
from adapters.workspace.loader import load_workspace
from domain.ids import TenantId
from domain.ticket import TicketRef, TicketStatus
from runtime.wiring import connect_temporal, embedder_of, open_desk, train_assistants
from tests.support.harness import Harness, cloned_database
from tests.support.remote_shop.books import Books
from tests.support.remote_shop.http_server import TOKEN, serving, shop_app
from tests.support.servers import Servers

TENANTS = Path("tests/support/remote_shop/tenants")
DAMAGED = "The mugs of my order o-1 arrived broken, please refund me."


@pytest.fixture(scope="session")
def trained(servers: Servers) -> Mapping[TenantId, Assistant]:
    """The tenant's assistant."""
    return train_assistants(load_workspace(TENANTS), embedder_of(servers.settings("unused")))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """The shop's books."""
    books = Books(tmp_path / "books.db")
    books.create()
    return books


@pytest.fixture
async def shop(
    servers: Servers, trained: Mapping[TenantId, Assistant], books: Books, tmp_path: Path
) -> AsyncIterator[Harness]:
    """A Setright that serves this one tenant, its shop's secret in a file."""
    secrets = tmp_path / "secrets" / "harbour"
    secrets.mkdir(parents=True)
    (secrets / "SHOP_TOKEN").write_text(f"{TOKEN}\n")
    shutil.copytree(TENANTS, tmp_path / "tenants")
    file = tmp_path / "tenants" / "harbour" / "backends" / "orders.yaml"
    async with serving(shop_app(books)) as address, cloned_database(servers.superuser_url) as database:
        file.write_text(file.read_text().replace("https://api.harbour.example", address))
        settings = servers.settings(database).model_copy(
            update={"workspace": tmp_path, "secrets_dir": tmp_path / "secrets"}
        )
        client = await connect_temporal(servers.temporal_address)
        async with open_desk(settings, trained) as desk:
            harness = Harness(
                settings=settings, client=client, desk=desk, superuser_url=servers.superuser_url, tenant="harbour"
            )
            async with harness.worker():
                yield harness


async def refunded(shop: Harness) -> TicketRef:
    """Ada's mugs are paid back, as a ticket goes."""
    ref = await shop.open("c-1", DAMAGED)
    if (await shop.ticket(ref)).status is TicketStatus.pending:
        await shop.say(ref, "Yes please, go ahead.")
    await shop.until(ref, TicketStatus.solved)
    return ref


async def test_a_refund_in_a_shop_of_ones_own(shop: Harness, books: Books, caplog: pytest.LogCaptureFixture) -> None:
    """Asked for, confirmed, paid once, read back and told; no address, record or secret of the shop is logged."""
    caplog.set_level(logging.INFO)
    ref = await refunded(shop)
    (action,) = await shop.actions(ref)
    assert (action.status, str(action.money), action.business_key) == (
        "succeeded",
        "€30.00",
        "issue_refund:p-1:damaged",
    )
    assert list(books.effects().values()) == [1]
    assert "€30.00" in await shop.last_reply(ref)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert [told for told in ours if "/orders" in told or "p-1" in told or TOKEN in told] == []


@pytest.mark.parametrize("fault", ["lost_answer", "unreached"])
async def test_a_fault_on_the_way_is_one_refund(shop: Harness, books: Books, fault: str) -> None:
    """The shop paid and did not say so, or never got the request: looked up, and paid once."""
    books.plant(fault)
    ref = await refunded(shop)
    assert [action.status for action in await shop.actions(ref)] == ["succeeded"]
    assert [done for done in books.effects().values() if done] == [1]


async def test_the_same_refund_on_another_ticket_is_refused(shop: Harness, books: Books) -> None:
    """One intent, one effect, whichever ticket asks for it."""
    await refunded(shop)
    with books.rows() as db:  # the shop would let it happen again: it forgets what it gave
        db.execute("delete from refunds")
    again = await shop.open("c-1", DAMAGED)
    if (await shop.ticket(again)).status is TicketStatus.pending:
        await shop.say(again, "Yes please, go ahead.")
    assert [done for done in books.effects().values() if done] == [1]
