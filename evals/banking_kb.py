"""tau3 banking: which of a bank's 698 articles does a long scenario need? Through the real search, on a real Postgres.

The query is the scenario's text as the data set hands it out, the same for ours and for the anchors: a page of story,
wishes and conditions, as the set documents it. Anchors are measured in the same run on the same texts.
"""

import asyncio
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from activities.asking import question_of
from activities.mending import mended
from adapters.assistants.embedded.extract import sentences_of
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.workspace.article import split_sections
from domain.fusion import fuse
from evals.bm25 import Bm25
from evals.database import borrowed
from evals.report import Anchor, EvalReport, Metrics, SetReport
from evals.rows import ArticleRow, ScenarioRow, read_rows
from store.knowledge import Article, Passage, replace_article
from store.pools import Pools
from store.search import search

FOLDER = "tau3_banking_kb"
TENANT = "bank"
CUT = 10  # articles that are looked at
_PASSAGES = 60  # enough that ten articles are among them
_ANCHOR_DEPTH = 10  # places of a sentence's ranking that the naive fusion counts
_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # nothing in the set has a validity
Ranking = Sequence[str]  # article ids, best first


def measure(data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
    """Rank the articles of `train` (id, title, content) for each query of `test` (scenario_text, relevant_doc_ids)."""
    folder = data / FOLDER
    articles = read_rows(train or folder / "shared" / "kb_documents.jsonl", ArticleRow)
    queries = read_rows(test or folder / "dev" / "retrieval_queries.jsonl", ScenarioRow)
    embedder = MiniLmEmbedder()
    texts = [query["scenario_text"] for query in queries]
    wanted = [set(query["relevant_doc_ids"]) for query in queries]
    ours = asyncio.run(_searched(articles, texts, embedder))
    whole = Bm25([f"{article['title']} {article['content']}" for article in articles])
    ids = [article["id"] for article in articles]
    words = [[ids[number] for number in _best(whole.scores(text), CUT)] for text in texts]
    naive = _naive(articles, texts, whole, embedder)
    return EvalReport(
        name="banking-kb",
        sets={
            FOLDER: SetReport(
                metrics={**judged(ours, wanted), "scenarios": len(queries), "articles": len(articles)},
                anchors={
                    "BM25, whole text": Anchor(judged(words, wanted), "measured beside ours"),
                    "BM25 and MiniLM by sentences, naively fused": Anchor(
                        judged(naive, wanted), "measured beside ours"
                    ),
                    "BM25, published": Anchor({"recall@10": 0.135, "ndcg@10": 0.163}, "the data set's notes"),
                },
                targets={"recall@10": 0.40},
            )
        },
        protocol="nothing is trained; articles are cut at their headings, and a scenario's whole text is the query",
        notes=("there are few scenarios: a difference of .03 is within what chance gives",),
    )


def judged(rankings: Sequence[Ranking], wanted: Sequence[set[str]]) -> Metrics:
    """Mean recall and nDCG of the first ten, each scenario counting the same."""
    recalls = [len(needed & set(ranking[:CUT])) / len(needed) for ranking, needed in zip(rankings, wanted, strict=True)]
    gains = [ndcg(ranking[:CUT], needed) for ranking, needed in zip(rankings, wanted, strict=True)]
    return {f"recall@{CUT}": float(np.mean(recalls)), f"ndcg@{CUT}": float(np.mean(gains))}


def ndcg(ranking: Ranking, needed: set[str]) -> float:
    """Normalised discounted gain: 1 when all that is needed stands first."""
    gain = sum(1 / math.log2(place + 1) for place, one in enumerate(ranking, 1) if one in needed)
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(ranking), len(needed)) + 1))


async def _searched(articles: Sequence[ArticleRow], texts: Sequence[str], embedder: Embedder) -> list[Ranking]:
    """The articles that our own search finds, on a database that is thrown away."""
    async with borrowed() as pools:
        slugs = await _stored(pools, articles, embedder)
        rankings: list[Ranking] = []
        for text in texts:
            async with pools.operator(TENANT) as conn:
                read = await mended(conn, embedder, TENANT, "en", text)
                question = await asyncio.to_thread(question_of, embedder, read, "en")
                hits = await search(conn, TENANT, question, limit=_PASSAGES, at=_NOW)
            rankings.append(list(dict.fromkeys(slugs[hit.slug] for hit in hits)))
        return rankings


async def _stored(pools: Pools, articles: Sequence[ArticleRow], embedder: Embedder) -> dict[str, str]:
    """Store the articles as a workspace's would be; returns slug -> id."""
    slugs: dict[str, str] = {}
    kept: list[Article] = []
    for number, row in enumerate(articles):
        title = row["title"]
        sections = [section for section in split_sections(row["content"], title) if section.text]
        if not sections:
            continue
        passages = tuple(Passage(section=section.heading, text=section.text) for section in sections)
        kept.append(Article(slug=f"a{number}", title=title, source=row["id"], passages=passages))
        slugs[f"a{number}"] = row["id"]
    texts = [f"{one.title}. {passage.section}. {passage.text}" for one in kept for passage in one.passages]
    vectors = iter(await asyncio.to_thread(embedder.embed, texts))
    async with pools.operator(TENANT) as conn:
        for article in kept:
            mine = [next(vectors).tolist() for _ in article.passages]
            await replace_article(conn, TENANT, article, mine, model=embedder.name, at=_NOW)
    return slugs


def _naive(articles: Sequence[ArticleRow], texts: Sequence[str], words: Bm25, embedder: Embedder) -> list[Ranking]:
    """Each sentence asks BM25 and MiniLM over whole articles; all those rankings are fused by reciprocal rank."""
    vectors = embedder.embed([f"{article['title']}. {article['content']}" for article in articles])
    rankings: list[Ranking] = []
    for text in texts:
        sentences = sentences_of(text) or [text]
        asked = embedder.embed(sentences)
        by_words = [_best(words.scores(sentence), _ANCHOR_DEPTH) for sentence in sentences]
        by_meaning = [_best(vectors @ one, _ANCHOR_DEPTH) for one in asked]
        rankings.append([str(articles[number]["id"]) for number in fuse([*by_words, *by_meaning])[:CUT]])
    return rankings


def _best(scores: "np.typing.NDArray[np.floating]", most: int) -> list[int]:
    order: Iterable[int] = np.argsort(-scores, kind="stable")[:most].tolist()
    return list(order)
