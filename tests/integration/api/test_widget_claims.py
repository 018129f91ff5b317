"""A visitor names an account: what they reach then, what they are told, and what a code makes of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from adapters.identity.rules import TokenRules
from adapters.identity.tokens import CustomerTokens
from api.deps import ApiDeps
from domain.event import EventDraft
from domain.identity import CODES_PER_DAY
from domain.ids import CustomerId
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.codes import ask_for_code, make_code
from store.rows import fetch_value
from store.tickets import TicketRow, read_ticket
from tests.integration.api.calling import Api, now, running_api
from tests.integration.api.test_widget import SECRET, base, post, signed, visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

ADA = "ada@example.com"
TEXT = "Where is my refund?"


async def _find(_: TicketRef, name: str) -> CustomerId | None:
    return {ADA: "c-ada", "10042": "c-ada"}.get(name)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(deps: ApiDeps) -> AsyncIterator[Api]:
    """An API whose records know one account by two names; its tenants take no tokens."""
    async with running_api(replace(deps, find_account=_find)) as api:
        yield api


async def row(api: Api, ticket_id: str) -> TicketRow:
    """A ticket as operators read it."""
    async with api.pools.operator(api.tenant) as conn:
        return await read_ticket(conn, api.tenant, ticket_id)


async def begun(api: Api) -> tuple[dict[str, str], str]:
    """A new visitor with a ticket of the visit's own."""
    who = await visitor(api)
    return who, (await post(api, "/tickets", who, text=TEXT)).json()["ticket_id"]


async def claimed(api: Api, who: dict[str, str], own: str, account: str = ADA, key: str = "c-1") -> Any:  # noqa: ANN401
    """The answer to naming an account."""
    return await post(api, f"/tickets/{own}/claim", who, key=key, account=account, text=TEXT)


async def code_for(api: Api, ticket: TicketRow) -> str:
    """Have a code made as the assistant and the relay do."""
    async with api.pools.operator(api.tenant) as conn:
        await ask_for_code(conn, ticket.ref, now(), unless_live=True)
        query = "select max(id) from setright.identity_codes where ticket_id = %(id)s"
        code_id = await fetch_value(conn, query, {"id": ticket.ticket_id})
        code = await make_code(conn, api.deps.code_key, ticket.ref, code_id, now())
    assert code is not None
    return code


async def test_a_claim_opens_a_ticket_of_the_account_and_a_code_proves_it(shop: Api) -> None:
    """The visit's own ticket stays as it was; the code works once, and on the claimed ticket alone."""
    who, own = await begun(shop)
    before = await row(shop, own)
    told = await claimed(shop, who, own, account=" Ada@Example.com ")
    assert told.status_code == 202, told.text
    assert (await claimed(shop, who, own, account=" Ada@Example.com ")).json() == told.json()
    ticket = await row(shop, told.json()["ticket_id"])
    assert (ticket.customer_id, ticket.identity_now, ticket.follow_up_of) == ("c-ada", IdentityLevel.claimed, own)

    code = await code_for(shop, ticket)
    path = f"/tickets/{ticket.ticket_id}/proof"
    assert (await post(shop, f"/tickets/{own}/proof", who, key="p-0", code=code)).status_code == 403
    assert (await post(shop, path, who, key="p-1", code=code)).status_code == 202
    assert (await post(shop, path, who, key="p-2", code=code)).status_code == 403
    assert (await row(shop, ticket.ticket_id)).identity_now == IdentityLevel.proven
    assert await row(shop, own) == before
    more = await post(shop, f"/tickets/{ticket.ticket_id}/messages", who, key="m-1", text="And now?")
    assert more.status_code == 202


async def test_a_claim_reaches_one_ticket_and_no_other_of_the_account(shop: Api) -> None:
    """Neither Ada's other tickets for the visitor, nor the claimed one for another visitor, who has a claim as well."""
    who, own = await begun(shop)
    ticket = (await claimed(shop, who, own)).json()["ticket_id"]
    other, others = await begun(shop)
    theirs = (await claimed(shop, other, others)).json()["ticket_id"]
    assert ticket != theirs
    for one, reached in ((who, theirs), (who, others), (other, ticket), (other, own), (await visitor(shop), ticket)):
        for path, body in (
            ("messages", {"text": "hi"}),
            ("claim", {"account": ADA, "text": "hi"}),
            ("proof", {"code": "00000000"}),
            ("code", {}),
            ("rating", {"score": 1}),
        ):
            assert (await post(shop, f"/tickets/{reached}/{path}", one, key=path, **body)).status_code == 404
        assert (await shop.http.get(base(shop, f"/tickets/{reached}/stream"), headers=one)).status_code == 404
    listed = (await shop.http.get(base(shop, "/tickets"), headers=who)).json()["tickets"]
    assert [one["ticket_id"] for one in listed] == [own]


async def test_whoever_named_a_wrong_account_names_another_from_their_own_ticket(shop: Api) -> None:
    """From the claimed ticket too: the next one goes on from the visit's own, or the visitor would not reach it."""
    who, own = await begun(shop)
    wrong = (await claimed(shop, who, own, account="nobody@example.com")).json()["ticket_id"]
    right = (await claimed(shop, who, wrong, key="c-2")).json()["ticket_id"]
    assert ((await row(shop, right)).follow_up_of, (await row(shop, right)).customer_id) == (own, "c-ada")
    assert (await post(shop, f"/tickets/{right}/messages", who, key="m-1", text="hi")).status_code == 202


async def test_a_closed_ticket_of_an_account_leaves_a_stranger(shop: Api) -> None:
    """What is written then opens a ticket of the visit's own, where nothing of the account is believed."""
    who, own = await begun(shop)
    ticket = await row(shop, (await claimed(shop, who, own)).json()["ticket_id"])
    await shop.happened(ticket.ref, EventDraft(kind="closed"), status=TicketStatus.closed)
    told = await post(shop, f"/tickets/{ticket.ticket_id}/follow-up", who, key="f-1", text="Still nothing")
    fresh = await row(shop, told.json()["ticket_id"])
    assert (fresh.customer_id, fresh.identity_now, fresh.follow_up_of) == (
        (await row(shop, own)).customer_id,
        IdentityLevel.anonymous,
        None,
    )


async def test_nobody_is_told_whether_there_is_an_account(shop: Api, capfd: pytest.CaptureFixture[str]) -> None:
    """Known and unknown names: the same answers, also when the account has had its codes of the day; none is logged."""
    shapes = []
    for account in (ADA, "#10042", "eve@example.com"):
        who, own = await begun(shop)
        told = await claimed(shop, who, own, account=account)
        ticket = await row(shop, told.json()["ticket_id"])
        async with shop.pools.operator(shop.tenant) as conn:
            asked = "select count(*) from setright.identity_codes where customer_id = %(id)s"
            so_far = await fetch_value(conn, asked, {"id": ticket.customer_id})
            for _ in range(CODES_PER_DAY - so_far):
                await ask_for_code(conn, ticket.ref, now())
        again = await post(shop, f"/tickets/{ticket.ticket_id}/code", who, key="k-2")
        wrong = await post(shop, f"/tickets/{ticket.ticket_id}/proof", who, key="k-3", code="00000000")
        answers = [(answer.status_code, set(answer.json())) for answer in (told, again, wrong)]
        assert "c-ada" not in told.text + again.text + wrong.text
        shapes.append((*answers, ticket.identity_now, wrong.json()["error"]))
    assert shapes[0] == shapes[1] == shapes[2]
    assert [answer[0] for answer in shapes[0][:3]] == [202, 202, 403]
    logged = "".join(capfd.readouterr())
    assert logged
    assert not any(word in logged for word in ("@example.com", "10042", "c-ada"))


async def test_names_are_counted_by_visit_and_by_name(shop: Api) -> None:
    """Five of one visit; five of one name, whoever asks and whether or not anybody has it."""
    who, own = await begun(shop)
    answers = [await claimed(shop, who, own, account=f"{n}@example.com", key=f"c-{n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    for account in (ADA, "eve@example.com"):
        codes = [(await claimed(shop, *(await begun(shop)), account=account)).status_code for _ in range(6)]
        assert codes == [202] * 5 + [429]


async def test_who_is_signed_in_names_no_account(deps: ApiDeps) -> None:
    """Their token says who they are."""
    tokens = {name: CustomerTokens(name, TokenRules(), SECRET) for name in deps.tenants}
    async with running_api(replace(deps, find_account=_find, customer_tokens=tokens)) as api:
        own = (await post(api, "/tickets", signed(api), text=TEXT)).json()["ticket_id"]
        assert (await claimed(api, signed(api), own)).status_code == 409
