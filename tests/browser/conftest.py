"""What the browser tests share: one chromium for each test, and time for the servers behind it to start."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.browsing import chromium, find_chromium

#: The first test of a session waits for servers, migrations, the example shop and the embeddings.
SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give these tests the time that their set-up takes; without a browser there is nothing to try."""
    no_browser = pytest.mark.skip(reason="no chromium is installed: apt-get install chromium")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(SECONDS))
            if find_chromium() is None:
                item.add_marker(no_browser)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's chromium, started for one test; see `tests.support.browsing.watched` for a page in it."""
    async with chromium() as browser:
        yield browser
