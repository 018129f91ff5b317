"""Story 7: orders, each with its preconditions, restated and done only after the customer's yes."""

from dataclasses import dataclass

import pytest

from domain.ticket import TicketStatus
from tests.support.harness import Harness


@dataclass(frozen=True)
class Case:
    """A wish that the shop can fulfil: who says what, and which action it becomes."""

    customer: str
    words: str
    action: str
    restated: str  # what the customer must see before saying yes


CASES = [
    Case("cus_finn", "Please cancel my order, I don't need it any more.", "cancel_order", "10048"),
    Case("cus_gia", "I'd like to return the rain jacket.", "return_items", "jacket"),
    Case("cus_ida", "Can I exchange my running shoes for size 43?", "exchange_items", "43"),
    Case("cus_nia", "Please send order 10056 to 3 Harbour Row instead.", "change_order_address", "Harbour Row"),
    Case("cus_lea", "You charged me twice for my order.", "issue_refund", "€79.00"),
    Case("cus_oli", "My vase arrived broken, please send me a new one.", "send_replacement", "Vase"),
    Case("cus_kim", "It says delivered but my kettle never arrived.", "open_trace", "10053"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.action for case in CASES])
async def test_nothing_is_done_before_the_yes_and_then_exactly_that(shop: Harness, case: Case) -> None:
    """Restated first; after the yes carried out once, read back, and told."""
    ref = await shop.open(case.customer, case.words)
    reply = await shop.last_reply(ref)
    assert not [a for a in await shop.actions(ref) if a.status != "proposed"], reply
    assert (await shop.ticket(ref)).status is TicketStatus.pending, reply
    assert case.restated.lower() in reply.lower()
    await shop.say(ref, "Yes, please go ahead.")
    done = [a for a in await shop.actions(ref) if a.status == "succeeded"]
    assert [a.action for a in done] == [case.action], await shop.last_reply(ref)


@pytest.mark.parametrize("case", CASES[:3], ids=[case.action for case in CASES[:3]])
async def test_a_changed_mind_cancels(shop: Harness, case: Case) -> None:
    """A no after the restatement leaves everything as it is."""
    ref = await shop.open(case.customer, case.words)
    await shop.say(ref, "Actually no, I changed my mind. Leave it.")
    assert not [a for a in await shop.actions(ref) if a.status == "succeeded"]
    assert (await shop.ticket(ref)).status is TicketStatus.solved


REFUSED = [
    ("cus_hal", "I'd like to return my backpack.", "too late"),
    ("cus_gia", "Please cancel order 10049.", "too far"),
]


@pytest.mark.parametrize(("customer", "words", "said"), REFUSED, ids=["window", "status"])
async def test_a_failed_precondition_is_a_clear_refusal(shop: Harness, customer: str, words: str, said: str) -> None:
    """The customer is told why it cannot be done; nothing is done."""
    ref = await shop.open(customer, words)
    assert said in (await shop.last_reply(ref)).lower()
    assert not [a for a in await shop.actions(ref) if a.status == "succeeded"]


async def test_a_sold_out_variant_is_not_silently_replaced(shop: Harness) -> None:
    """White in 44 is sold out: the customer is shown what there is in 44, and nothing is done."""
    ref = await shop.open("cus_ida", "Please exchange my running shoes for size 44.")
    assert "44, black" in await shop.last_reply(ref)
    assert (await shop.ticket(ref)).status is TicketStatus.pending
    assert not await shop.actions(ref)


async def test_where_is_my_order_is_answered_from_the_carriers_data(shop: Harness) -> None:
    """The parcel's own status, not a general answer."""
    ref = await shop.open("cus_jon", "Where is my order?")
    reply = await shop.last_reply(ref)
    assert "10052" in reply
    assert "DHL" in reply
