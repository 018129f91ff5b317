"""Retrieval at size: 100,000 passages of 200 tenants, from the question's words to the passages found.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python -m benchmarks.retrieval [--passages 100000] [--tenants 200] [--json]

Tenants differ in size as such things do (Zipf): the largest has a sixth of all passages, the smallest a few dozen. Two
thousand generated sentences are really embedded; each passage has the vector of one of them, turned a little at random
(cosine about .8), so that passages crowd around topics as they do in help centres. Vectors are loaded by COPY, then
indexed. Each question is embedded and searched for through the product's own code, one after another:

- *by size*: tenants ask as often as they have passages, *each alike*: every tenant asks equally often.
- recall: how many of the five exactly nearest passages a search by meaning alone returns.
"""

import argparse
import asyncio
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
import psycopg
from numpy.typing import NDArray
from pgvector import HalfVector
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from activities.asking import question_of
from activities.mending import mended
from adapters.embeddings.minilm import MiniLmEmbedder
from runtime.database import prepare_database, role_password
from runtime.embedded.scratch import scratch_stack
from runtime.embedded.stack import StackOptions
from store.pools import SIZES, Pools
from store.roles import role_dsn
from store.search import Part, Question, search

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WANTED = 5
FIELD_MS = 250  # what the field takes for granted for a retrieval
_TURN = 0.75  # length of the random turn beside a vector of length 1: cosine .8
_THINGS = ("headphones", "kettle", "backpack", "lamp", "tent", "blender", "jacket", "router", "camera", "desk",
           "bicycle", "printer", "keyboard", "mattress", "drill", "watch", "suitcase", "oven", "monitor",
           "guitar")  # fmt: skip
_TOPICS = (
    ("return", "The {thing} can be sent back within {n} days if it is unused and in its box."),
    ("refund", "Money for a returned {thing} arrives on the card after {n} working days."),
    ("delivery", "A {thing} leaves our warehouse after {n} days and is delivered to the door."),
    ("warranty", "Faults of a {thing} are repaired free of charge for {n} months."),
    ("invoice", "The invoice of a {thing} is kept in the account for {n} years."),
    ("cancel", "An order of a {thing} can be cancelled until {n} hours before it is packed."),
    ("size", "Measures of the {thing} are on its page; exchange another size within {n} days."),
    ("price", "We match a lower price of the same {thing} for {n} days after the purchase."),
    ("care", "Clean the {thing} every {n} weeks with a dry cloth and never with solvents."),
    ("damage", "Report a broken {thing} within {n} days with a photograph of the parcel."),
)
_ASKED = (
    "How do I {topic} my {thing}?",
    "My {thing} came last week. What about {topic}?",
    "Tell me about {topic} for a {thing}, please.",
    "I bought a {thing} and have a question about {topic}.",
)
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """What one way of asking measured; times in milliseconds, of the whole step and of its two halves."""

    questions: int
    recall: float
    fewest_rows: int
    p50: float
    p95: float
    embedding_p50: float
    sql_p50: float
    sql_p95: float


def sizes(passages: int, tenants: int) -> list[int]:
    """How many passages each tenant has: by Zipf, at least 20."""
    shares = np.array([1 / rank for rank in range(1, tenants + 1)])
    return [int(size) for size in np.maximum(20, np.round(passages * shares / shares.sum()))]


def sentences(rng: random.Random, count: int) -> list[str]:
    """Sentences of a help centre, over and over with other things and numbers."""
    return [
        rng.choice(_TOPICS)[1].format(thing=rng.choice(_THINGS), n=rng.randint(2, 90)) + f" See rule R-{number:05}."
        for number in range(count)
    ]


def turned(rng: np.random.Generator, vectors: Vectors) -> Vectors:
    """Each vector turned a little in a random direction, and as it is after halfvec has rounded it."""
    noise = rng.standard_normal(vectors.shape).astype(np.float32)
    noise *= _TURN / np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = vectors + noise
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    rounded: Vectors = mixed.astype(np.float16).astype(np.float32)
    return rounded


async def load(url: str, texts: Sequence[str], vectors: Vectors, counts: Sequence[int], model: str) -> list[Vectors]:
    """Fill the database, passages in any order; returns each tenant's vectors."""
    rng = np.random.default_rng(1)
    owners = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    bases = rng.integers(len(texts), size=len(owners))
    mine: list[list[Vectors]] = [[] for _ in counts]
    async with await psycopg.AsyncConnection.connect(url) as conn, conn.cursor() as cursor:
        await cursor.execute("set session_replication_role = replica")
        await cursor.execute("drop index setright.passages_embedding_idx")
        await cursor.executemany(
            "insert into setright.articles (tenant, slug, version, title, language, source, sha256, known_from)"
            " values (%s, 'all', 1, 'All', 'en', 'all.md', '', %s)",
            [(f"t{tenant}", NOW) for tenant in range(len(counts))],
        )
        async with cursor.copy(
            "copy setright.passages (tenant, slug, version, position, section, path, text, language, model, embedding,"
            " known_from) from stdin"
        ) as copy:
            for start in range(0, len(owners), 1000):
                block = slice(start, start + 1000)
                for owner, base, vector in zip(
                    owners[block], bases[block], turned(rng, vectors[bases[block]]), strict=True
                ):
                    mine[owner].append(vector)
                    await copy.write_row(
                        (f"t{owner}", "all", 1, len(mine[owner]), "Rules", ["All", "Rules"], texts[base], "en", model,
                         HalfVector(vector).to_text(), NOW)
                    )  # fmt: skip
        await cursor.execute(  # what the triggers would have done
            "insert into setright.passage_words (tenant, word, passage_id, times, length)"
            " select tenant, word, id, times, length"
            " from setright.passages cross join lateral setright.listed_words(words, codes)"
        )
        await cursor.execute("set maintenance_work_mem = '1GB'")
        await cursor.execute(
            "create index passages_embedding_idx on setright.passages using hnsw (embedding halfvec_cosine_ops)"
            " where is_current"
        )
        await conn.commit()
        await conn.set_autocommit(True)
        await cursor.execute("vacuum analyze setright.passages, setright.passage_words")
    return [np.stack(vectors) for vectors in mine]


def questions(rng: random.Random, count: int) -> Iterator[str]:
    """Questions in words that the passages do not have."""
    for _ in range(count):
        yield rng.choice(_ASKED).format(topic=rng.choice(_TOPICS)[0], thing=rng.choice(_THINGS))


async def ask(
    pools: Pools, embedder: MiniLmEmbedder, stored: Sequence[Vectors], tenants: Sequence[int], asked: Sequence[str]
) -> Asked:
    """Ask each question of its tenant; passages are numbered as they were loaded, so ids are compared by distance."""
    whole, embedding, sql, recalls, rows = [], [], [], [], []
    for tenant, text in zip(tenants, asked, strict=True):
        begun = time.perf_counter()
        async with pools.operator(f"t{tenant}") as conn:
            read = await mended(conn, embedder, f"t{tenant}", "en", text)
        question = question_of(embedder, read, "en")
        embedded = time.perf_counter()
        async with pools.operator(f"t{tenant}") as conn:
            hits = await search(conn, f"t{tenant}", question, limit=WANTED, at=NOW)
        ended = time.perf_counter()
        whole.append(ended - begun)
        embedding.append(embedded - begun)
        sql.append(ended - embedded)
        rows.append(len(hits))
        meant = question.parts[0].embedding
        async with pools.operator(f"t{tenant}") as conn:
            alone = Question([Part("", meant)], "en", embedder.name)
            near = await search(conn, f"t{tenant}", alone, limit=WANTED, at=NOW)
        exact = np.sort(stored[tenant] @ np.array([*meant], np.float32))[::-1][WANTED - 1]
        recalls.append(sum(hit.similarity >= exact - 1e-3 for hit in near) / WANTED)
    ms = {name: 1000 * np.array(times) for name, times in (("whole", whole), ("embedding", embedding), ("sql", sql))}
    return Asked(
        questions=len(asked),
        recall=float(np.mean(recalls)),
        fewest_rows=min(rows),
        p50=float(np.percentile(ms["whole"], 50)),
        p95=float(np.percentile(ms["whole"], 95)),
        embedding_p50=float(np.percentile(ms["embedding"], 50)),
        sql_p50=float(np.percentile(ms["sql"], 50)),
        sql_p95=float(np.percentile(ms["sql"], 95)),
    )


async def run(passages: int, tenants: int, asked: int) -> dict[str, Asked]:
    """Load, index, and ask in both ways."""
    rng, embedder, counts = random.Random(1), MiniLmEmbedder(), sizes(passages, tenants)
    texts = sentences(rng, 2_000)
    vectors = embedder.embed(texts)
    secret = SecretStr(os.urandom(32).hex())
    async with scratch_stack(StackOptions(has_temporal=False)) as stack:
        url = stack.database_url
        await prepare_database(url, secret)
        stored = await load(url, texts, vectors, counts, embedder.name)
        pools = await Pools.open({role: role_dsn(url, role, role_password(secret, role)) for role in SIZES})
        try:
            by_size = rng.choices(range(tenants), weights=counts, k=asked)
            alike = [rng.randrange(tenants) for _ in range(asked)]
            texts_of = {"by size": by_size, "each alike": alike}
            await ask(pools, embedder, stored, by_size[:20], list(questions(rng, len(by_size[:20]))))  # warm
            return {
                name: await ask(pools, embedder, stored, chosen, list(questions(rng, asked)))
                for name, chosen in texts_of.items()
            }
        finally:
            await pools.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    load_before = os.getloadavg()[0]
    measured = asyncio.run(run(args.passages, args.tenants, args.questions))
    if args.json:
        answer = {name: asdict(figures) for name, figures in measured.items()}
        about = {"passages": args.passages, "tenants": args.tenants, "load_before": load_before, "field_ms": FIELD_MS}
        print(json.dumps(about | {"asked": answer}))
        return
    table = Table("asked", "recall@5", "fewest rows", "p50 ms", "p95 ms", "embedding p50", "SQL p50", "SQL p95")
    for name, it in measured.items():
        times = (it.p50, it.p95, it.embedding_p50, it.sql_p50, it.sql_p95)
        table.add_row(name, f"{it.recall:.3f}", str(it.fewest_rows), *(f"{ms:.1f}" for ms in times))
    Console().print(table)
    Console().print(f"{args.passages} passages, {args.tenants} tenants; load before: {load_before:.1f}")


if __name__ == "__main__":
    main()
