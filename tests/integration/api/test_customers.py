"""Forgetting a customer over the API: who may, what is refused, and that a repeated request is one."""

import pytest

from domain.ticket import TicketStatus
from tests.integration.api.calling import Api
from tests.integration.api.ticket_double import waiting_for_approval, working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

ERASURE = "/v1/customers/c-1/erasure"


async def test_a_closed_ticket_loses_its_words(api: Api) -> None:
    """The answer tells who asked and how much went; the ticket stays, without its words."""
    ref = await api.ticket(status=TicketStatus.closed)
    key = await api.key("admin", operator_id="olga")

    answer = await api.http.post(ERASURE, headers=key)

    assert answer.status_code == 200
    told = answer.json()
    assert (told["customer_id"], told["asked_by"]) == ("c-1", "olga")
    assert (told["counts"]["tickets"], told["counts"]["messages"]) == (1, 1)
    detail = (await api.http.get(f"/v1/tickets/{ref.ticket_id}", headers=key)).json()
    assert detail["ticket"]["subject"] is None
    assert [message["text"] for message in detail["messages"]] == ["[erased]"]
    history = (await api.http.get(f"/v1/tickets/{ref.ticket_id}/history", headers=key)).json()
    assert history["lines"][-1]["text"] == "The customer's words were erased; olga asked for it."


async def test_only_an_admin_may(api: Api) -> None:
    """Every other scope together is not enough, and nothing is erased."""
    ref = await api.ticket(status=TicketStatus.closed)
    key = await api.key(operator_id="olga")

    answer = await api.http.post(ERASURE, headers=key)

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    detail = (await api.http.get(f"/v1/tickets/{ref.ticket_id}", headers=key)).json()
    assert detail["ticket"]["subject"] == "Refund"


@pytest.mark.parametrize("customer", ["c-unknown", "c-1", "%20", "a%2Fb", "x" * 200])
async def test_a_foreign_customer_is_like_none(api: Api, customer: str) -> None:
    """Unknown, another tenant's and malformed ids give the same answer."""
    foreign = await api.ticket(tenant=api.other_tenant, status=TicketStatus.closed)
    key = await api.key("admin", operator_id="olga")

    answer = await api.http.post(f"/v1/customers/{customer}/erasure", headers=key)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    theirs = await api.key("admin", tenant=api.other_tenant)
    detail = (await api.http.get(f"/v1/tickets/{foreign.ticket_id}", headers=theirs)).json()
    assert detail["ticket"]["subject"] == "Refund"


async def test_an_open_approval_is_named_and_nothing_is_erased(live_api: Api) -> None:
    """Money that waits for a decision is decided first; no other ticket of the customer is closed meanwhile."""
    other, ref = await live_api.ticket(status=TicketStatus.open), await live_api.ticket(status=TicketStatus.on_hold)
    request = await live_api.approval(ref)
    key = await live_api.key("admin", operator_id="olga")
    async with working(live_api):
        await waiting_for_approval(live_api, ref, request)

        answer = await live_api.http.post(ERASURE, headers=key)

        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert ref.ticket_id in answer.json()["detail"]
        for ticket in (ref, other):
            detail = (await live_api.http.get(f"/v1/tickets/{ticket.ticket_id}", headers=key)).json()
            assert detail["ticket"]["status"] != "closed"
            assert detail["ticket"]["subject"] == "Refund"


async def test_without_the_workflow_nothing_is_erased(api: Api) -> None:
    """An open ticket that cannot be closed now keeps its words; asking again later works."""
    ref = await api.ticket()
    key = await api.key("admin", operator_id="olga")

    answer = await api.http.post(ERASURE, headers=key)

    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    detail = (await api.http.get(f"/v1/tickets/{ref.ticket_id}", headers=key)).json()
    assert detail["ticket"]["subject"] == "Refund"


async def test_a_repeated_request_is_one(api: Api) -> None:
    """The same key gives the same answer; the words that went once are not counted twice."""
    await api.ticket(status=TicketStatus.closed)
    key = await api.key("admin", operator_id="olga")
    headers = key | {"Idempotency-Key": f"forget-{api.tenant}"}

    first = await api.http.post(ERASURE, headers=headers)
    again = await api.http.post(ERASURE, headers=headers)
    anew = await api.http.post(ERASURE, headers=key)

    assert first.status_code == again.status_code == anew.status_code == 200
    assert first.json() == again.json()
    assert anew.json()["counts"]["tickets"] == 0
