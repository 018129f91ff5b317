"""A remote shop on a real socket, and the back end that its file declares."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.backends.declared.backend import DeclaredBackend
from adapters.backends.http.caller import HttpCaller
from adapters.backends.http.declaration import HttpDeclaration
from adapters.workspace.source import Source, read_source
from adapters.workspace.typed import build
from tests.support.remote_shop.books import Books
from tests.support.remote_shop.http_server import TOKEN, serving, shop_app
from tests.support.remote_shop.subject import RemoteSubject

FILE = Path("tests/support/remote_shop/tenants/harbour/backends/orders.yaml")


def declared() -> HttpDeclaration:
    """What the shop's file says."""
    source = read_source(FILE)
    assert isinstance(source, Source)
    declaration = build(HttpDeclaration, source)
    assert isinstance(declaration, HttpDeclaration), declaration
    return declaration


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """A shop of the test's own."""
    books = Books(tmp_path / "books.db")
    books.create()
    return books


@pytest.fixture
async def address(books: Books) -> AsyncIterator[str]:
    """Where it is served."""
    async with serving(shop_app(books)) as address:
        yield address


@pytest.fixture
async def subject(books: Books, address: str) -> AsyncIterator[RemoteSubject]:
    """The back end on it."""
    declaration = declared().model_copy(update={"base_url": address})
    caller = HttpCaller(declaration, {"Authorization": f"Bearer {TOKEN}"})
    yield RemoteSubject(DeclaredBackend(declaration, caller), books)
    await caller.aclose()
