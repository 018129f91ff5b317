"""The console's pages of policy and procedures: read, edited, tried, published, rolled back, by whom it may be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from adapters.workspace.published import PublishedTexts
from api.deps import ApiDeps
from domain.operator import OperatorRole
from tests.integration.api.console_desk import Console, Operator, running_console, texts
from tests.integration.api.test_rulebook import MERIDIAN, judged, stricter

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
EDIT = "/console/policy/edit"


@pytest_asyncio.fixture(loop_scope="session")
async def console(deps: ApiDeps) -> AsyncIterator[Console]:
    """A console of a tenant with the example shop's workspace."""
    tenant = next(iter(deps.tenants))
    rules = {tenant: PublishedTexts(MERIDIAN.model_copy(update={"tenant": tenant}))}
    async with running_console(replace(deps, rulebooks=rules)) as console:
        yield console


@pytest_asyncio.fixture(loop_scope="session")
async def admin(console: Console) -> AsyncIterator[Operator]:
    """An administrator."""
    async with console.operator(OperatorRole.admin) as admin:
        yield admin


async def edited(admin: Operator) -> dict[str, Any]:
    """What the editor begins with, as a browser would send it."""
    page = await admin.page(EDIT)
    [text] = page.xpath("//textarea[@name='text']")
    return {
        "text": str(text.text).removeprefix("\n"),
        "replaces": str(page.xpath("//input[@name='replaces']/@value")[0]),
    }


async def test_a_policy_is_read_edited_tried_published_and_rolled_back(console: Console, admin: Operator) -> None:
    """The whole way without a script: each step is a form, and nothing that was typed is lost."""
    ref = await judged(console.api, 7_000)
    page = await admin.page("/console/policy")
    assert page.xpath("//ol[@class='lines']/li/@id")[:2] == ["L1", "L2"]
    assert len(texts(page, "//nav[@aria-label='Policy and procedures']//a")) == 1 + len(MERIDIAN.procedures)

    typed = await edited(admin)
    assert typed["text"] == MERIDIAN.sources["policy"].text
    typed["text"] = stricter(typed["text"]).replace("\n", "\r\n")
    tried = await admin.send(EDIT, do="dry-run", newest=100, **typed)
    assert 'class="piece warn"' in tried.text
    assert 'aria-label="1 from allow to needs approval"' in tried.text
    assert f'href="/console/tickets/{ref.ticket_id}"' in tried.text
    assert (await admin.send(EDIT, status=422, do="publish", **typed)).text.count("Say in a sentence why") == 1
    made = await admin.send(EDIT, status=303, do="publish", note="50 euro.", **typed)
    page = await admin.page(made.headers["location"])
    assert texts(page, "//tbody/tr/th") == ["Version 1 current", "The file"]

    late = await admin.send(EDIT, status=422, do="publish", note="Too late.", **(typed | {"text": "rules: []\n"}))
    assert f"published by {admin.name}" in late.text
    assert "rules: []" in late.text
    page = await admin.page("/console/policy/versions/0")
    assert {"added", "removed", "place", "same"} <= set(page.xpath("//pre[@class='diff']/span/@class"))
    current = str(page.xpath("//input[@name='replaces']/@value")[0])
    await admin.send("/console/policy/versions/0", status=303, replaces=current, reason="Enough.")
    assert texts(await admin.page("/console/policy/versions"), "//ol/li")[0].endswith("Enough.")


async def test_what_is_wrong_stands_beside_its_line(admin: Operator) -> None:
    """The line is marked, the list links to it, and the text is still there."""
    typed = await edited(admin)
    lines = typed["text"].splitlines()
    place = 1 + next(index for index, line in enumerate(lines) if line.strip() == "verdict: allow")
    lines[place - 1] = "    verdict: alow <b>"
    answer = await admin.send(EDIT, status=422, do="check", **(typed | {"text": "\n".join(lines)}))
    assert f'<li id="L{place}" value="{place}" class="wrong">' in answer.text
    assert f'href="#L{place}"' in answer.text
    assert "alow &lt;b&gt;" in answer.text


async def test_a_rule_is_tried_by_leaving_it_out(console: Console, admin: Operator) -> None:
    """One press on the policy's page."""
    await judged(console.api, 7_000)
    answer = await admin.send("/console/policy/without", rule="refund_up_to_100")
    assert "1 from allow to forbid" in answer.text


async def test_others_read_and_try_and_an_admin_publishes(console: Console) -> None:
    """A viewer sees procedures, checks a text, and is told who publishes."""
    async with console.operator(OperatorRole.viewer) as vic:
        page = await vic.page("/console/policy/procedures/late_refund/edit")
        assert page.xpath("//button/@value") == ["check", "dry-run"]
        typed = await edited(vic)
        assert "It could be published." in (await vic.send(EDIT, do="check", **typed)).text
        refused = await vic.send(EDIT, status=403, do="publish", note="x", **typed)
        assert "role of admin" in refused.text
        await vic.page("/console/policy/procedures/nothing", status=404)
