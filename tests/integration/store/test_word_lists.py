"""Which passages hold a word: lists that follow the passages, in which a rare word counts more than a common one."""

import shutil
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import psycopg

from store.knowledge import replace_article, retire_article
from store.migrate import MIGRATIONS, migrate
from store.pools import Pools
from store.roles import ROLES, role_dsn, set_passwords
from store.rows import Connection
from store.search import Hit, Part, Question, SearchFilters, search
from tests.integration.store.makers import NOW, make_article, unit_vector

MODEL = "minilm-1"
_LISTED = "select tenant, word, passage_id, times, length from setright.passage_words order by tenant, passage_id, word"
_HELD = (
    "select tenant, word, id, times, length from setright.passages cross join lateral"
    " setright.listed_words(words, codes) where is_current order by tenant, id, word"
)


async def put(conn: Connection, slug: str, *texts: str, day: int = 0, tenant: str = "meridian") -> None:
    """Make an article current, whose passages mean nothing that is asked for."""
    vectors = [unit_vector(100 + place) for place in range(len(texts))]
    at = NOW + timedelta(days=day)
    await replace_article(conn, tenant, make_article(slug, *texts), vectors, model=MODEL, at=at)


async def find(conn: Connection, text: str, limit: int = 5, known_at: int | None = None) -> list[Hit]:
    """Search by words; the vector says nothing."""
    question = Question([Part(text, unit_vector(1))], "en", MODEL)
    known = None if known_at is None else NOW + timedelta(days=known_at)
    filters = SearchFilters(known_at=known)
    return await search(conn, "meridian", question, limit=limit, at=NOW, filters=filters)


async def by_words(conn: Connection, text: str, known_at: int | None = None) -> list[str]:
    """The texts that hold one of the words, in the order of the words alone."""
    hits = [hit for hit in await find(conn, text, 100, known_at) if hit.keyword_rank]
    return [hit.text for hit in sorted(hits, key=lambda hit: hit.keyword_rank or 0)]


async def fetch(conn: psycopg.AsyncConnection, query: str) -> list[tuple[object, ...]]:
    """What a query finds."""
    return await (await conn.execute(query.encode())).fetchall()


async def test_the_rare_word_of_a_question_decides(pools: Pools) -> None:
    """Two words that all passages hold weigh less than one that a single passage holds; today and in the past."""
    async with pools.operator("meridian") as conn:
        await put(conn, "accounts", *(f"Open the account, step {n}: an account is opened." for n in range(20)))
        await put(conn, "metals", "Gold is no account, and platinum is none either.")
        for known_at in (None, 0):
            found = await by_words(conn, "How do I open an account in platinum?", known_at)
            assert found[0].startswith("Gold")
            assert len(found) == 21


async def test_a_short_passage_beats_a_long_one_with_the_same_word(pools: Pools) -> None:
    """A word that is one of four says more of its passage than one that is one of forty."""
    async with pools.operator("meridian") as conn:
        await put(conn, "long", f"Customs. {' '.join(f'Word{chr(97 + n)} counts nothing.' for n in range(26))}")
        await put(conn, "short", "Customs take a week.")
        assert (await by_words(conn, "customs"))[0] == "Customs take a week."


async def test_lists_follow_the_passages(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """Whatever was written, replaced and withdrawn: the lists hold the words of what is current, and nothing else."""
    async with pools.operator("meridian") as conn:
        await put(conn, "returns", "Thirty days.", "Free of charge, see BILL-4417.")
        await put(conn, "gone", "Nothing stays.")
        await put(conn, "returns", "Fourteen days, and days are days.", day=1)
        await retire_article(conn, "meridian", "gone", NOW + timedelta(days=2))
    async with pools.operator("tidewater") as conn:
        await put(conn, "returns", "Sixty days.", tenant="tidewater")
    listed = await fetch(superuser, _LISTED)
    assert listed == await fetch(superuser, _HELD)
    assert {(word, times) for tenant, word, _, times, _ in listed if tenant == "meridian"} >= {("day", 3), ("", 1)}
    async with pools.operator("meridian") as conn:
        assert await by_words(conn, "stays charge thirty") == []
        assert await by_words(conn, "stays", known_at=1) == ["Nothing stays."]
        assert await by_words(conn, "bill4417", known_at=0) == ["Free of charge, see BILL-4417."]


async def test_writers_of_the_same_words_do_not_wait_for_each_other(pools: Pools) -> None:
    """Two transactions bring two articles each, by turns and with the same words; a lock in common would stop them."""
    async with AsyncExitStack() as stack:
        writers = [await stack.enter_async_context(pools.operator("meridian")) for _ in range(2)]
        for writer in writers:
            await writer.execute("set local lock_timeout = '500ms'")
        for turn in range(2):
            for number, writer in enumerate(writers if turn else reversed(writers)):
                await put(writer, f"article-{turn}-{number}", "Zebras and apples, apples and zebras.")
    async with pools.operator("meridian") as conn:
        assert len(await by_words(conn, "apples")) == 4


async def test_articles_of_an_old_database_are_found_after_the_upgrade(empty_database: str, tmp_path: Path) -> None:
    """A database that was filled at migration 0012 is searched as one that was filled today, its past too."""
    folder = tmp_path / "old"
    folder.mkdir()
    for file in sorted(MIGRATIONS.glob("*.sql"))[:12]:
        shutil.copy(file, folder)
    await migrate(empty_database, folder)
    async with await psycopg.AsyncConnection.connect(empty_database) as conn:  # a superuser's
        for version, (title, text) in enumerate([("Returns", "Fourteen days."), ("Returns", "Thirty days.")], 1):
            row = {"v": version, "title": title, "text": text, "now": NOW + timedelta(days=version)}
            row |= {"e": str(unit_vector(1)), "last": version == 2, "model": MODEL}
            await conn.execute(
                "insert into setright.articles (tenant, slug, version, title, language, source, sha256, is_current,"
                " created_at) values ('meridian', 'returns', %(v)s, %(title)s, 'en', 'r.md', '', %(last)s, %(now)s)",
                row,
            )
            await conn.execute(
                "insert into setright.passages (tenant, slug, version, position, section, text, language, model,"
                " embedding, is_current) values ('meridian', 'returns', %(v)s, 1, 'How long', %(text)s, 'en',"
                " %(model)s, %(e)s::halfvec, %(last)s)",
                row,
            )
    await migrate(empty_database)
    await set_passwords(empty_database, {role: f"{role}-secret" for role in ROLES})
    pools = await Pools.open({"operator_scope": role_dsn(empty_database, "operator_scope", "operator_scope-secret")})
    try:
        async with pools.operator("meridian") as conn:
            [hit] = await find(conn, "days")
            assert (hit.text, hit.version, hit.path) == ("Thirty days.", 2, ("Returns", "How long"))
            assert (hit.keyword_rank, round(hit.similarity, 2)) == (1, 1.0)
            assert await by_words(conn, "fourteen") == []
            assert await by_words(conn, "fourteen", known_at=1) == ["Fourteen days."]
            await put(conn, "returns", "Sixty days.", day=3)
            assert await by_words(conn, "days") == ["Sixty days."]
    finally:
        await pools.close()
