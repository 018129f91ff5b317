"""A filter's value that the tenant does not have is told, with the nearest there is; examples are the tenant's own."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from tests.integration.api.calling import Api
from tests.integration.api.console_desk import Console, Operator, running_console, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


@pytest_asyncio.fixture(loop_scope="session")
async def console(api: Api) -> AsyncIterator[Console]:
    """A console of a tenant that has two queues and a role."""
    queues, roles = {api.tenant: ("billing", "orders")}, {api.tenant: ("support_lead", "finance")}
    async with running_console(replace(api.deps, queues=queues, roles=roles)) as console:
        yield console


async def _problem(who: Operator, place: str, line: str) -> list[str]:
    return texts(await who.page(f"/console/{place}?q={line}"), "//*[@data-error]")


async def test_a_value_that_the_tenant_does_not_have_is_told(console: Console) -> None:
    """Of each filter with a list, with the nearest; what merely finds nothing is no error."""
    async with console.operator() as olga:
        for place, line, told in (
            ("inbox", "intent:late_refnd", "There is no intent “late_refnd” here. Did you mean “intent:late_refund”?"),
            ("inbox", "intent:late", "There is no intent “late” here. Did you mean “intent:late_refund”?"),
            ("inbox", "queue:nosuch", "There is no queue “nosuch” here. There are: billing, orders."),
            ("inbox", "channel:foo", "There is no channel “foo” here. There are: api, email, web."),
            ("inbox", "assigned:nobodyx", f"There is no member “nobodyx” here. There are: {olga.name}."),
            ("handoffs", "queue:biling", "There is no queue “biling” here. Did you mean “queue:billing”?"),
            ("approvals", "role:support", "There is no role “support” here. Did you mean “role:support_lead”?"),
            ("approvals", "action:nope", "There is no action “nope” here. There are: issue_refund."),
        ):
            assert await _problem(olga, place, line) == [told], line
        for place, line in (("inbox", "intent:late_refund assigned:none"), ("approvals", "role:finance")):
            assert await _problem(olga, place, line) == []


async def test_what_finds_something_exists(console: Console) -> None:
    """A queue that the workspace has dropped still finds the tickets that are in it."""
    ref = await console.api.ticket()
    async with console.api.pools.operator(ref.tenant) as conn:
        await conn.execute("update setright.tickets set queue = 'former' where ticket_id = %s", (ref.ticket_id,))
    async with console.operator() as olga:
        page = await olga.page("/console/inbox?q=queue:former")
        assert page.xpath("//li[@data-row]/@data-ticket") == [ref.ticket_id]


async def test_examples_are_the_tenants_own(console: Console) -> None:
    """What a field shows before anything is typed is a line that works here."""
    async with console.operator() as olga:
        for place, line in (
            ("inbox", "is:waiting intent:late_refund older:1h words"),
            ("approvals", "role:finance action:issue_refund expires:1h is:mine words"),
            ("handoffs", "queue:orders is:breached sla:1h is:mine words"),
        ):
            assert (await olga.page(f"/console/{place}")).xpath("//input[@id='q']/@placeholder") == [line]
