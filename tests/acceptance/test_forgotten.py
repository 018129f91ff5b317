"""A customer is forgotten for real: tickets of every kind, then a search through everything that Setright keeps."""

import asyncio
import base64
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.backends.shop.provider.faults import effects_by_key
from domain.ids import workflow_id
from runtime.audit.heads_file import Kept, append, read, signing_key
from runtime.audit.keeper import HeadKeeper
from runtime.audit.replay import ASKED_BY
from runtime.audit.run import verify
from runtime.cli.exit_codes import ExitCode
from runtime.cli.main import run
from tests.acceptance.test_no_words_in_temporal import words_in_history
from tests.replay.test_replay import replayer
from tests.support.api_desk import ApiDesk, logging_to_file, serving, texts_in
from tests.support.harness import Harness, eventually
from tests.support.servers import Servers

#: What stands nowhere but in what the customer wrote and was written, and what the shop knows and Setright copied.
WORDS = (
    "Zwetschgenweg",
    "Blumenkohl",
    "Rhabarber",
    "Petersilie",
    "Schnittlauch",
    "Sellerie",
    "Pastinake",
    "Hoffmann",
)


@pytest.fixture
def own_folder(shop: Harness, tmp_path: Path) -> Harness:
    """The harness, with a data folder of the test's own."""
    told = {"data_dir": tmp_path, "audit_heads": tmp_path / "heads.jsonl"}
    shop.settings = shop.settings.model_copy(update=told)
    return shop


async def lives(desk: ApiDesk, customer: str) -> list[str]:
    """Tickets that leave words in every place: an approval, a changed address, a handoff with a file, a rating."""
    refund = await desk.ask(
        customer,
        "My TV arrived with a cracked screen and I want my money back. Regards, Blumenkohl",
        subject="Rhabarber",
        external_id="web-Rhabarber",
    )
    for _ in range(3):
        if (await desk.ticket(refund))["ticket"]["status"] == "pending":
            await desk.say(refund, "yes please")
    address = await desk.ask(customer, "Please change my default address to 17 Zwetschgenweg, 4020 Linz, Austria.")
    await desk.say(address, "Yes, please go ahead.")
    content = base64.b64encode(b"a photo of Pastinake").decode()
    photo = {"name": "Sellerie.txt", "media_type": "text/plain", "data_base64": content}
    person = await desk.ask(customer, "I want to talk to a human about the Petersilie.", attachments=[photo])
    await desk.post(f"/v1/tickets/{person}/reply", text="The Petersilie is on its way.")
    await desk.post(f"/v1/tickets/{person}/rating", score=2, comment="Schnittlauch was missing.")
    return [refund, address, person]


async def decline(desk: ApiDesk, ticket_id: str, reason: str) -> None:
    """Decide on the one approval of a ticket."""
    [approval] = (await desk.ticket(ticket_id))["approvals"]
    digest = approval["action"]["args_sha256"]
    path = f"/v1/approvals/{approval['approval_id']}/decisions"
    await desk.post(path, verdict="declined", args_sha256=digest, reason=reason)
    await desk.until(ticket_id, "solved")


async def rows_of(database_url: str) -> dict[str, list[str]]:
    """Every row of every table of ours, as text; the shop's own tables are the shop's."""
    found = {}
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        tables = await conn.execute(
            "select relname from pg_class where relnamespace = 'setright'::regnamespace and relkind = 'r'"
        )
        for (table,) in await tables.fetchall():
            rows = await conn.execute(f"select kept::text from setright.{table} as kept".encode())
            found[str(table)] = [text for (text,) in await rows.fetchall()]
    return found


async def paid(database_url: str) -> tuple[list[tuple[object, ...]], Mapping[str, int]]:
    """What the ledger and the provider say was paid, and under which keys."""
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        ledger = await conn.execute(
            "select currency, status, count(*), sum(amount), array_agg(idempotency_key order by idempotency_key)"
            " from setright.action_ledger group by 1, 2 order by 1, 2"
        )
        return await ledger.fetchall(), await effects_by_key(conn, "meridian")


def hits(texts: Iterable[str]) -> set[str]:
    """Which of the words stand anywhere, as they are or as bytes in hexadecimal digits."""
    return {word for text in texts for word in WORDS if word in text or word.encode().hex() in text}


def about(ticket_id: str, rows: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The rows that name a ticket."""
    return {table: sorted(row for row in texts if ticket_id in row) for table, texts in rows.items()}


async def test_nothing_of_a_forgotten_customer_is_left(
    own_folder: Harness, servers: Servers, database_url: str
) -> None:
    """No row, history, log or kept head holds a word of theirs; money, record and other customers are as they were."""
    shop, settings = own_folder, own_folder.settings
    with logging_to_file(settings) as logs:
        async with serving(shop) as desk:
            mine = await lives(desk, "cus_dan")
            other = await desk.ask("cus_nia", "Please send order 10056 to 5 Kirschgasse, 4020 Linz, Austria instead.")
            refused = await desk.http.post("/v1/customers/cus_dan/erasure")
            assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
            await decline(desk, mine[0], "No Sellerie on it.")
            before, money = await rows_of(database_url), await paid(database_url)
            assert hits(text for rows in before.values() for text in rows) == set(WORDS)

            told = await desk.post("/v1/customers/cus_dan/erasure")

            assert told["counts"]["tickets"] == len(mine)
            after = await rows_of(database_url)
            assert {table for table, rows in after.items() if hits(rows)} == set()
            assert about(other, after) == about(other, before)
            assert await paid(database_url) == money
            shown = [await desk.ticket(ticket_id) for ticket_id in mine]
            assert {one["ticket"]["status"] for one in shown} == {"closed"}
            assert hits(map(json.dumps, shown)) == set()
            await desk.say(other, "Yes, please go ahead.")
            await desk.until(other, "solved")
        await HeadKeeper(shop.desk.pools, settings).keep_last()  # as every process does when it stops
    assert hits([await words_in_history(shop, ticket_id) for ticket_id in mine]) == set()
    await replayer().replay_workflow(await shop.client.get_workflow_handle(workflow_id(other)).fetch_history())
    files = texts_in(logs, settings.data_dir, servers.data_dir / "logs")
    assert {"api.log", "heads.jsonl", "postgres.log", "temporal.log"} <= set(files)
    assert hits(files.values()) == set()
    kept, problems = read(settings.heads_file, signing_key(settings))
    assert ([line.customer_id for line in kept if line.kind == "forgotten"], problems) == (["cus_dan"], [])
    report = await verify(settings, None, has_heads=True)
    assert (report.problems, report.has_checked_signatures) == ((), True)


async def test_a_restored_database_forgets_again(own_folder: Harness, database_url: str) -> None:
    """A customer whom an older copy of the database brought back is forgotten when the API starts on it."""
    shop, settings = own_folder, own_folder.settings
    async with serving(shop) as desk:
        ticket_id = await desk.ask("cus_eve", "How long do I have to return the Blumenkohl?")
        key = signing_key(settings)
        assert key is not None
        at = datetime.now(UTC)
        append(settings.heads_file, key, [Kept(kind="forgotten", tenant="meridian", at=at, customer_id="cus_eve")])
        assert (await desk.ticket(ticket_id))["ticket"]["status"] != "closed"
    async with serving(shop) as desk:
        await desk.until(ticket_id, "closed")

        async def is_erased() -> bool:
            return not hits(row for rows in (await rows_of(database_url)).values() for row in rows)

        await eventually(is_erased, within=10)
        [erased] = [event for event in (await events_of(desk, ticket_id)) if event["kind"] == "erased"]
        assert erased["body"]["by"] == ASKED_BY


async def events_of(desk: ApiDesk, ticket_id: str) -> list[dict[str, Any]]:
    """A ticket's events."""
    told: list[dict[str, Any]] = (await desk.http.get(f"/v1/tickets/{ticket_id}/events")).json()["events"]
    return told


async def test_the_command_forgets(own_folder: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    """`setright forget` asks first, unless told not to; a customer whom nobody knows is told as such."""
    folder = own_folder.settings.data_dir
    async with serving(own_folder) as desk:
        ticket_id = await desk.ask("cus_eve", "How long do I have to return the Blumenkohl?")
        record = {"pid": os.getpid(), "api_url": str(desk.http.base_url), "temporal_ui": None, "temporal_address": ""}
        (folder / "stack.json").write_text(json.dumps({**record, "keys": {"meridian": desk.key}}))

        async def forget(*words: str) -> int:
            return int(await asyncio.to_thread(run, ["forget", *words, "--data-dir", str(folder)]))

        assert await forget("cus_eve") == ExitCode.usage  # nobody is here to be asked
        assert hits([json.dumps(await desk.ticket(ticket_id))])
        assert await forget("cus_nobody", "--yes") == ExitCode.not_found
        assert await forget("cus_eve", "--yes", "--json") == ExitCode.ok
        assert json.loads(capsys.readouterr().out)["counts"]["tickets"] == 1
        assert hits([json.dumps(await desk.ticket(ticket_id))]) == set()
        assert await forget("cus_eve", "--yes") == ExitCode.ok
        assert "cus_eve is forgotten: nothing was left" in capsys.readouterr().out
