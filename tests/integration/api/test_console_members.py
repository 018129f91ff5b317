"""The members of a tenant: seen and changed by its admins alone, recorded, and never so that no admin is left."""

import asyncio

import pytest

from api.deps import ApiDeps
from console.members import give_role
from domain.errors import Conflict
from domain.operator import OperatorRole
from tests.integration.api.calling import keeping, now
from tests.integration.api.console_desk import running_console, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
LIST = "/console/members"


async def test_an_admin_adds_changes_and_removes(deps: ApiDeps) -> None:
    """The new one comes in by the link that is shown once; the page tells how they sign in and what was changed."""
    async with running_console(keeping(deps)) as console, console.operator(OperatorRole.admin) as ada:
        broken = await ada.send(LIST, status=422, operator_id="rita", role="viewer", approves="refunds")
        assert "Only an approver" in broken.text
        added = await ada.send(LIST, operator_id="rita", name="Rita <b>", role="approver", approves="refunds, money")
        link = added.text.partition("http://console")[2].partition("<")[0]
        assert link.startswith("/console/sign-in/link/")
        assert "Rita &lt;b&gt;" in added.text
        await ada.send(LIST, status=409, operator_id="rita", role="viewer")
        async with console.operator(OperatorRole.approver) as rita:  # another browser
            rita.http.cookies.clear()
            answer = await rita.http.post(link, headers={"Origin": "http://console"})
            assert answer.status_code == 303
            await rita.page(LIST, status=403)
            assert "Members" not in texts(await rita.page("/console/inbox"), "//nav[@aria-label='Console']/a")
        page = await ada.page(LIST)
        assert "/sign-in/link/" not in page.text_content()
        [told] = texts(page, "//article[@id='member-rita']/p")
        assert told.startswith("rita · approves refunds, money · last here ")
        assert told.endswith("signed in by a one-time link · no password")

        await ada.send(f"{LIST}/role", operator_id="rita", role="viewer")
        await ada.send(f"{LIST}/removal", operator_id="rita")
        await ada.send(f"{LIST}/removal", status=404, operator_id="rita")
        refused = await ada.send(f"{LIST}/role", status=403, operator_id=ada.name, role="viewer")
        assert "Nobody changes what they are themselves" in refused.text
        page = await ada.page(LIST)
        assert page.xpath("//article[@id='member-rita']") == []
        changes = [
            text.partition(" rita ")[2] for text in texts(page, "//section[@aria-labelledby='changes-title']//li")
        ]
        assert changes[:3] == [
            f"was removed, by {ada.name}",
            f"became viewer, by {ada.name}",
            f"became approver, approving refunds, money, by {ada.name}",
        ]


async def test_of_two_admins_who_remove_each_other_one_stays(deps: ApiDeps) -> None:
    """Whichever way it is asked for: the second finds that they are the last."""
    async with (
        running_console(keeping(deps)) as console,
        console.operator(OperatorRole.admin) as ada,
        console.operator(OperatorRole.admin) as bea,
    ):
        api = console.api
        outcomes = await asyncio.gather(
            *(
                give_role(api.pools, api.tenant, who, role, now(), changed_by=None)
                for who, role in ((ada.name, None), (bea.name, OperatorRole.viewer))
            ),
            return_exceptions=True,
        )
        [refused] = [it for it in outcomes if it is not None]
        assert isinstance(refused, Conflict)
        assert "the last admin" in str(refused)
