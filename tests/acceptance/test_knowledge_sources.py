"""A folder of files becomes knowledge: read by a workflow, found by customers, changed in parts, gone at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from temporalio.client import WorkflowExecutionStatus

from activities import ingestion
from adapters.embeddings.port import Embedder, Vectors
from adapters.knowledge.parse import parse
from adapters.knowledge.parsed import Defaults, Parsed, RawItem
from domain.ingestion import SyncAsk, sync_id
from domain.ticket import IdentityLevel
from tests.acceptance.test_no_words_in_temporal import words_in_history
from tests.support.api_desk import ApiDesk, serving
from tests.support.harness import Harness, eventually
from tests.support.knowledge_files import docx_of, pdf_of
from workflows.ingestion import KnowledgeSync

LLAMAS = "Llamas are welcome in our shop on Tuesdays, and on Sundays after lunch."


class Counting:
    """An embedder that counts what it is asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts: list[str] = []
        self.name, self.dimensions = embedder.name, embedder.dimensions

    def knows(self, word: str) -> bool:
        """As the embedder says."""
        return self._embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed, and count."""
        self.texts += texts
        return self._embedder.embed(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of five kinds, one of which is broken."""
    (tmp_path / "guides").mkdir()
    llamas = f"---\naudience: []\n---\n# Llamas\n\n## On which days?\n\n{LLAMAS}\n"
    (tmp_path / "guides" / "llamas.md").write_text(llamas)
    piano = "<h1>Pianos</h1><h2>Delivery of a piano</h2><p>A grand piano is carried up to the third floor.</p>"
    (tmp_path / "piano.html").write_text(f"<main>{piano}</main>")
    pages = [["Saxophones", "are tuned for free in March."]]
    (tmp_path / "handbook.pdf").write_bytes(pdf_of(pages, [(0, "Saxophones")]))
    (tmp_path / "tents.docx").write_bytes(docx_of(("Heading 1", "Tents"), ("Normal", "Tents are tried on the roof.")))
    pairs = "question,answer\nDo you sell kites?,Only red kites.\nDo you sell boats?,Not yet.\n"
    (tmp_path / "faq.csv").write_text(pairs)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    return tmp_path


@pytest.fixture
def stocked(idle: Harness, folder: Path) -> Harness:
    """A harness that may read the folder, and whose embedder counts."""
    settings = idle.settings.model_copy(update={"knowledge_folders": (folder,)})
    return replace(idle, settings=settings, desk=replace(idle.desk, embedder=Counting(idle.desk.embedder)))


async def synced(desk: ApiDesk, source_id: str, run: int) -> dict[str, object]:
    """Wait for the end of a reading, and return what is told of the source."""

    async def is_over() -> bool:
        sync = (await desk.http.get(f"/v1/knowledge/sources/{source_id}")).json()["source"]["sync"]
        return bool(sync and sync["run"] == run and sync["state"] != "reading")

    await eventually(is_over, within=30)
    told: dict[str, object] = (await desk.http.get(f"/v1/knowledge/sources/{source_id}")).json()
    return told


def embedded(shop: Harness) -> list[str]:
    """What was embedded of articles since this was asked last."""
    assert isinstance(shop.desk.embedder, Counting)
    texts, shop.desk.embedder.texts = shop.desk.embedder.texts, []
    return texts


async def test_a_folder_is_read_changed_in_parts_and_withdrawn(stocked: Harness, folder: Path) -> None:
    """Every kind is found; one changed file costs one embedding; what is removed is gone at once and stays readable."""
    shop = stocked
    async with shop.worker(), serving(shop) as desk:
        started = await desk.post(
            "/v1/knowledge/sources", kind="folder", location=str(folder), source_id="files", fresh_for_days=30
        )
        told = await synced(desk, "files", started["run"])
        assert told["problems"] == [
            {"item": "broken.pdf", "line": 1, "text": "is a damaged PDF; save or print it to PDF again"}
        ]
        source = told["source"]
        assert isinstance(source, dict)
        assert (source["sync"]["found"], source["sync"]["done"], source["sync"]["stored"]) == (6, 6, 6)
        assert len(embedded(shop)) == 6
        ref = await shop.open("cus_gia", "Are llamas welcome in your shop on Tuesdays?")
        assert "Llamas are welcome" in await shop.last_reply(ref)
        read = (await desk.http.get("/v1/knowledge/articles/guides-llamas")).json()
        assert read["passages"][0]["path"] == ["Llamas", "On which days?"]
        assert read["article"]["fresh_until"] is not None
        embedded(shop)

        before = datetime.now(UTC)
        (folder / "piano.html").write_text("<main><h1>Pianos</h1><p>No piano is carried anywhere any more.</p></main>")
        (folder / "guides" / "llamas.md").unlink()
        again = await desk.post("/v1/knowledge/sources/files/sync")
        told = await synced(desk, "files", again["run"])
        assert embedded(shop) == ["Pianos. No piano is carried anywhere any more."]
        source = told["source"]
        assert isinstance(source, dict)
        assert (source["sync"]["stored"], source["sync"]["retired"], source["articles"]) == (1, 1, 5)
        ref = await shop.open("cus_gia", "Are llamas welcome in your shop on Tuesdays?")
        assert "Llamas are welcome" not in await shop.last_reply(ref)
        assert (await desk.http.get("/v1/knowledge/articles/guides-llamas")).status_code == 404
        then = await desk.http.get("/v1/knowledge/articles/guides-llamas", params={"at": before.isoformat()})
        assert LLAMAS in then.text

        assert (await desk.http.delete("/v1/knowledge/sources/files")).is_success
        left = (await desk.http.get("/v1/knowledge/articles", params={"source_id": "files"})).json()
        assert left["articles"] == []
        history = await words_in_history(shop, "", sync_id(shop.tenant, "files"))
        assert not any(word in history for word in ("llama", "Llama", "piano", str(folder), ".md"))


async def test_a_name_that_becomes_free_is_given_to_who_wanted_it(stocked: Harness, tmp_path: Path) -> None:
    """Of two files of one name the second is left out and told; once the first is gone, it takes its place."""
    folder = tmp_path / "twins"
    folder.mkdir()
    for name, word in (("a", "llamas"), ("b", "alpacas")):
        (folder / f"{name}.md").write_text(f"---\nslug: wool\n---\n# Wool\n\nOur {word} are shorn in May.")
    shop = stocked
    async with shop.worker(), serving(shop) as desk:
        started = await desk.post("/v1/knowledge/sources", kind="folder", location=str(folder), source_id="twins")
        told = await synced(desk, "twins", started["run"])
        text = "the article 'wool' is given by a.md already; name it otherwise with `slug:`"
        assert told["problems"] == [{"item": "b.md", "line": 1, "text": text}]
        (folder / "a.md").unlink()
        again = await desk.post("/v1/knowledge/sources/twins/sync")
        told = await synced(desk, "twins", again["run"])
        assert told["problems"] == []
        assert "alpacas" in (await desk.http.get("/v1/knowledge/articles/wool")).text


async def test_a_reading_that_dies_goes_on_where_it_was(
    stocked: Harness, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that fails in the middle is taken again, and embeds nothing twice; a second start is told so."""
    shop = stocked
    monkeypatch.setattr(ingestion, "ITEMS", 4)
    seen = list[str]()

    def fails_once(item: RawItem, defaults: Defaults) -> Parsed:
        seen.append(item.name)
        if len(seen) == 3:
            raise psycopg.OperationalError
        return parse(item, defaults)

    monkeypatch.setattr(ingestion, "parse", fails_once)
    async with serving(shop) as desk:
        body = {"kind": "folder", "location": str(folder), "source_id": "files"}
        started = await desk.post("/v1/knowledge/sources", **body)
        refused = await desk.http.post("/v1/knowledge/sources/files/sync")
        assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
        async with shop.worker():
            told = await synced(desk, "files", started["run"])
    source = told["source"]
    assert isinstance(source, dict)
    assert (source["sync"]["state"], source["sync"]["done"], source["sync"]["stored"]) == ("done", 6, 6)
    assert len(seen) == 7
    assert len(embedded(shop)) == 6


async def test_a_source_that_is_gone_keeps_what_it_gave(stocked: Harness, folder: Path) -> None:
    """An unmounted disk must not empty the knowledge base; the reading fails with a code."""
    shop = stocked
    async with shop.worker(), serving(shop) as desk:
        started = await desk.post("/v1/knowledge/sources", kind="folder", location=str(folder), source_id="files")
        await synced(desk, "files", started["run"])
        await shop.client.get_workflow_handle(sync_id(shop.tenant, "files")).result()
        await asyncio.to_thread(folder.rename, folder.with_name("unmounted"))
        handle = await shop.client.start_workflow(
            KnowledgeSync.run,
            SyncAsk(tenant=shop.tenant, source_id="files", run=2),
            id=sync_id(shop.tenant, "files"),
            task_queue=shop.settings.task_queue,
        )
        await handle.result()
        assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
        source = (await desk.http.get("/v1/knowledge/sources/files")).json()["source"]
    sync = source["sync"]
    assert (sync["state"], sync["error_code"], source["articles"]) == ("failed", "source_missing", 6)


async def test_a_sent_article_is_found_when_it_was_taken(stocked: Harness) -> None:
    """One article needs no workflow; the same again is no new version; a source's article is not overwritten."""
    shop = stocked
    async with shop.worker(), serving(shop) as desk:
        body = {"content": f"## On which days?\n\n{LLAMAS}", "title": "Llamas"}
        put = [await desk.http.put("/v1/knowledge/articles/llamas", json=body, timeout=40) for _ in range(2)]
        assert [(one.json()["article"]["version"], one.json()["is_new"]) for one in put] == [(1, True), (1, False)]
        ref = await shop.open("cus_gia", "Are llamas welcome in your shop on Tuesdays?")
        assert "Llamas are welcome" in await shop.last_reply(ref)
        assert (await desk.http.delete("/v1/knowledge/articles/llamas")).is_success
        assert (await desk.http.get("/v1/knowledge/articles/llamas")).status_code == 404
        versions = (await desk.http.get("/v1/knowledge/articles/llamas/versions")).json()["versions"]
        assert [(one["version"], one["known_until"] is None) for one in versions] == [(1, False)]
        for method in ("PUT", "DELETE"):
            json = body if method == "PUT" else None
            refused = await desk.http.request(method, "/v1/knowledge/articles/returns", json=json)
            assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
        bad = await desk.http.put("/v1/knowledge/articles/empty", json={"content": "<!-- nothing -->"})
        assert (bad.status_code, bad.json()["detail"]) == (422, "content, line 1: the article has no text")


async def test_an_article_is_found_by_those_it_is_for(stocked: Harness) -> None:
    """One for a tier is quoted to its proven customers, not to others, nor to who only says who they are."""
    shop = stocked
    question = "Are llamas welcome in your shop on Tuesdays?"
    async with shop.worker(), serving(shop) as desk:
        body = {"content": f"## On which days?\n\n{LLAMAS}", "title": "Llamas", "audience": ["plus"]}
        assert (await desk.http.put("/v1/knowledge/articles/llamas", json=body, timeout=40)).is_success
        said = [
            await shop.last_reply(await shop.open(customer, question, identity))
            for customer, identity in (
                ("cus_tess", IdentityLevel.proven),
                ("cus_tess", IdentityLevel.claimed),
                ("cus_gia", IdentityLevel.proven),
            )
        ]
        assert ["Llamas are welcome" in reply for reply in said] == [True, False, False]
        other = {"content": f"## An welchen Tagen?\n\n{LLAMAS}", "title": "Lamas", "language": "fr"}
        assert (await desk.http.put("/v1/knowledge/articles/llamas", json=other, timeout=40)).is_success
        assert "Llamas are welcome" not in await shop.last_reply(await shop.open("cus_tess", question))
