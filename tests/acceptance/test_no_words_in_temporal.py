"""No customer's word reaches Temporal: whole histories are decoded and searched."""

import base64
import json

from domain.approval import DecisionVerdict
from domain.ids import workflow_id
from domain.ticket import TicketStatus
from tests.acceptance.test_story_02_big_refund import waiting
from tests.support.harness import Harness

ADDRESS = "17 Zwetschgenweg, 4020 Linz, Austria"


async def words_in_history(shop: Harness, ticket_id: str, other: str | None = None) -> str:
    """Everything a history holds, with its payloads decoded."""
    history = await shop.client.get_workflow_handle(other or workflow_id(ticket_id)).fetch_history()
    found: list[str] = []

    def walk(value: object) -> None:
        match value:
            case dict():
                for key, item in value.items():
                    if key == "data" and isinstance(item, str):
                        found.append(base64.b64decode(item).decode(errors="replace"))
                    else:
                        walk(item)
            case list():
                for item in value:
                    walk(item)
            case str():
                found.append(value)
            case _:
                pass

    walk(json.loads(history.to_json()))
    return "\n".join(found)


async def test_an_address_and_its_sentence_stay_in_postgres(shop: Harness) -> None:
    """The address is an argument of the action, and still no part of it is in the history."""
    ref = await shop.open("cus_nia", f"Please send order 10056 to {ADDRESS} instead.")
    await shop.say(ref, "Yes, please go ahead.")
    held = await words_in_history(shop, ref.ticket_id)
    assert ref.ticket_id in held
    for word in ("Zwetschgenweg", "Linz", "instead", "go ahead", "Nia", "Walsh"):
        assert word not in held


async def test_a_decline_reason_and_the_replies_stay_in_postgres(shop: Harness) -> None:
    """Neither what the operator wrote nor what the assistant answered is in the history."""
    ref = await waiting(shop)
    await shop.decide(ref, DecisionVerdict.declined, reason="Photographs disprove the description.")
    await shop.until(ref, TicketStatus.solved)
    held = await words_in_history(shop, ref.ticket_id)
    for word in ("Photographs", "disprove", "cracked", "colleague", "Hoffmann", "television"):
        assert word not in held
