"""No customer's word and no secret is logged, not even by what goes wrong with them in its hands."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.assistants.port import Assistant, UnderstandBrief
from adapters.assistants.scripted import ScriptedAssistant
from domain.errors import Unavailable
from domain.ids import TenantId
from domain.intent import Classification
from runtime.database import role_password
from tests.acceptance.test_no_words_in_temporal import words_in_history
from tests.support.api_desk import logging_to_file, serving, texts_in
from tests.support.harness import SECRET
from tests.support.servers import Servers, harness

CANARY = "Zwetschgenknoedel"


class Blabbing(Exception):
    """A bug that quotes what it choked on."""


def blabs(brief: UnderstandBrief) -> Classification:
    """Fail with the customer's own words in the error, and in its cause."""
    words = brief.messages[0].text
    try:
        int(words)
    except ValueError as error:
        raise Blabbing(f"no idea what {words!r} means") from error
    raise AssertionError("the words were a number")


def is_away(brief: UnderstandBrief) -> Classification:
    """Fail in a way that is tried again, with the words as well."""
    raise Unavailable(f"no model answers about {brief.messages[0].text!r}")


@pytest.mark.parametrize("fails", [blabs, is_away])
async def test_errors_that_quote_are_not_logged(
    servers: Servers, tmp_path: Path, fails: object, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither the worker's nor the API's log, nor the servers', nor the history holds what the error quoted."""
    assistant = ScriptedAssistant(understand=fails)  # type: ignore[arg-type] # parametrised
    assistants: Mapping[TenantId, Assistant] = {"meridian": assistant, "tidewater": assistant}
    async with harness(servers, assistants) as shop, shop.worker():
        shop.settings = shop.settings.model_copy(update={"data_dir": tmp_path})
        with logging_to_file(shop.settings) as logs:
            async with serving(shop) as desk:
                body = {"customer_id": "cus_eve", "text": f"Where is my {CANARY}?", "identity": "proven"}
                ticket_id = (await desk.post("/v1/tickets?wait=3", **body, external_id=f"x-{CANARY}"))["ticket_id"]
                for wrong in (
                    {**body, "channel": CANARY},
                    {**body, CANARY: "?"},
                    {**body, "text": f"{CANARY}\x00"},
                    {**body, "text": f"{CANARY}?", "external_id": f"x-{CANARY}"},
                ):
                    assert (await desk.http.post("/v1/tickets", json=wrong)).is_client_error
                await desk.http.post(
                    "/v1/tickets", content=f'{{"text": "{CANARY}"', headers={"Content-Type": "application/json"}
                )
                await desk.http.get(f"/v1/tickets/{CANARY}", params={"customer_id": CANARY})
                await desk.http.get("/v1/tickets", headers={"Authorization": f"Bearer srk_{CANARY}"})
        held = texts_in(logs, servers.data_dir / "logs") | dict(zip(("out", "err"), capfd.readouterr(), strict=True))
        held["history"] = await words_in_history(shop, ticket_id)
    secrets = (desk.key, SECRET.get_secret_value(), role_password(SECRET, "operator_scope"))
    assert "understand_messages" in held["api.log"]  # the failure itself is told
    found = {name for name, text in held.items() if any(word in text for word in (CANARY, *secrets))}
    assert found == set()
