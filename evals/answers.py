"""Is what is quoted from the help centre an answer to what was asked? Questions that we wrote about the demo's shops.

What counts is `wrong_and_sent`: sentences that do not answer, sent with a source. Search is the real one, on a real
Postgres; whether a message is a question at all is judged elsewhere. See `evals/answer_set/README.md`.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from activities.articles import embedded_text
from activities.asking import question_of
from activities.knowledge import PASSAGES, RELEVANT
from adapters.assistants.embedded.extract import Extractor, Quoted
from adapters.assistants.port import Passage as Quotable
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.workspace.article import read_article
from adapters.workspace.problems import Problem
from adapters.workspace.tenant import Article as Written
from domain.errors import InvalidInput
from evals.answer_fit import Floats, fitted
from evals.baselines.closest_sentences import closest_sentences
from evals.database import borrowed
from evals.report import Anchor, EvalReport, Metrics, SetReport
from evals.rows import AnswerRow, read_rows
from store.knowledge import Article, Passage, replace_article
from store.pools import Pools
from store.search import Hit, search

QUESTIONS = Path(__file__).parent / "answer_set" / "questions.jsonl"
SHOPS = Path(__file__).parents[1] / "examples" / "shop" / "tenants"
TUNED, JUDGED = "tuned_on", "judged"
_NOW = datetime(2026, 10, 1, tzinfo=UTC)  # after the newest article


@dataclass(frozen=True)
class Case:
    """A question and what the search found for it."""

    row: AnswerRow
    hits: tuple[Hit, ...]

    @property
    def passages(self) -> tuple[Quotable, ...]:
        """What was found, as an assistant gets it."""
        return tuple(Quotable(hit.passage_id, hit.title, hit.section, hit.text) for hit in self.hits)

    def without_its_articles(self) -> "Case":
        """The same question where nobody has written what answers it."""
        row: AnswerRow = {**self.row, "articles": []}
        return Case(row, tuple(hit for hit in self.hits if hit.slug not in self.row["articles"]))


@dataclass(frozen=True)
class Said:
    """What is quoted, and the article it stands in; ("", "") for nothing."""

    text: str
    article: str


def measure(data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
    """Answer our questions, or those of `test` (tenant, ask, articles, says, never), which then are one set.

    With `train` (the same fields) a note holds the head's weights as they would be fitted on it and on our first half;
    what is measured is the head as it is.
    """
    del data  # the questions are ours
    embedder = MiniLmEmbedder()
    found = asyncio.run(search_for(read_rows(test or QUESTIONS, AnswerRow), embedder))
    extractor = Extractor(embedder)

    def ours(case: Case) -> Said:
        quoted = extractor.answer(case.row["ask"], case.passages)
        return said(case, quoted)

    def before(case: Case) -> Said:
        sentences, passage = closest_sentences(embedder, case.row["ask"], case.passages)
        return _said(case, sentences, passage)

    halves = {JUDGED: found} if test else {half: [it for it in found if half_of(it.row) == half] for half in HALVES}
    notes = ["we wrote the questions: they tell how the rules compare, not how well customers are answered"]
    if train is not None:
        seen = asyncio.run(search_for(read_rows(train, AnswerRow), embedder)) + (halves.get(TUNED) or [])
        notes.append(f"weights, the bias last: {[round(float(it), 3) for it in fitted(*rows_of(seen, extractor))]}")
    return EvalReport(
        name="answers",
        sets={half: _report(half_cases, ours, before) for half, half_cases in halves.items()},
        protocol="our questions to the demo's help centres, split by a hash of their words; rules and weights were "
        "chosen on one half; of the other only the totals were looked at, four times",
        notes=tuple(notes),
    )


HALVES = (TUNED, JUDGED)


def half_of(row: AnswerRow) -> str:
    """Which half a question belongs to, whatever else is in the set."""
    return HALVES[hashlib.sha256(row["ask"].encode()).digest()[0] % 2]


def rows_of(found: Sequence[Case], extractor: Extractor) -> tuple[Floats, Floats]:
    """The features of every section that could be quoted, and whether its quotation answers (1) or not (0).

    To every question that has an answer belongs a second one: the same, with the articles that answer it taken away.
    """
    every = [*found, *(case.without_its_articles() for case in found if case.row["articles"])]
    pairs = [
        (astuple(one.evidence), is_right(case.row, said(case, one.quoted)))
        for case in every
        for one in extractor.candidates(case.row["ask"], case.passages)
    ]
    return np.array([features for features, _ in pairs]), np.array([float(right) for _, right in pairs])


def said(case: Case, quoted: Sequence[Quoted]) -> Said:
    """A quotation as it is judged."""
    return _said(case, [it.sentence for it in quoted], quoted[0].passage.passage_id if quoted else 0)


def is_right(row: AnswerRow, said: Said) -> bool:
    """Whether what is quoted answers: the right article, with what it must hold and nothing that it must not."""
    text = said.text.lower()
    holds = all(any(words.lower() in text for words in either) for either in row["says"])
    return said.article in row["articles"] and holds and not any(words.lower() in text for words in row["never"])


def judged(rows: Sequence[AnswerRow], answers: Sequence[Said]) -> Metrics:
    """Of all questions: answered rightly, answered wrongly; of those that have an answer, how many got none."""
    pairs = list(zip(rows, answers, strict=True))
    right = sum(is_right(row, said) for row, said in pairs)
    sent = sum(bool(said.text) for said in answers)
    silent = sum(bool(row["articles"]) and not said.text for row, said in pairs)
    answerable = sum(bool(row["articles"]) for row in rows)
    return {
        "questions": len(rows),
        "answerable": answerable,
        "right": right,
        "right_share": right / max(answerable, 1),
        "wrong_and_sent": sent - right,
        "wrong_share": (sent - right) / max(len(rows), 1),
        "precision": right / max(sent, 1),
        "abstained_on_answerable": silent,
    }


async def search_for(rows: Sequence[AnswerRow], embedder: Embedder) -> list[Case]:
    """Search for every question, on a database that is thrown away."""
    found = []
    async with borrowed() as pools:
        for tenant in sorted({row["tenant"] for row in rows}):
            await _store(pools, tenant, embedder)
        for row in rows:
            question = await asyncio.to_thread(question_of, embedder, row["ask"], "en")
            async with pools.operator(row["tenant"]) as conn:
                hits = await search(conn, row["tenant"], question, limit=PASSAGES, at=_NOW)
            found.append(Case(row, tuple(hit for hit in hits if hit.similarity >= RELEVANT)))
    return found


async def _store(pools: Pools, tenant: str, embedder: Embedder) -> None:
    """Store a demo tenant's articles as its workspace does."""
    articles = [_stored(read_article(file)) for file in sorted((SHOPS / tenant / "articles").glob("*.md"))]
    texts = [embedded_text(article, passage) for article in articles for passage in article.passages]
    vectors = iter(await asyncio.to_thread(embedder.embed, texts))
    async with pools.operator(tenant) as conn:
        for article in articles:
            mine = [next(vectors).tolist() for _ in article.passages]
            await replace_article(conn, tenant, article, mine, model=embedder.name, at=_NOW)


def _stored(read: Written | list[Problem]) -> Article:
    if isinstance(read, list):
        raise InvalidInput(f"The demo's articles cannot be read: {read[0]}")
    passages = tuple(Passage(section=section.heading, text=section.text) for section in read.sections)
    return Article(slug=read.slug, title=read.title, language=read.language, source="demo", passages=passages)


def _said(case: Case, sentences: Sequence[str], passage: int) -> Said:
    article = next((hit.slug for hit in case.hits if hit.passage_id == passage), "")
    return Said(" ".join(sentences), article)


def _report(found: Sequence[Case], ours: Callable[[Case], Said], before: Callable[[Case], Said]) -> SetReport:
    return SetReport(
        metrics=_judged(found, ours),
        anchors={"closest sentences, by cosine alone": Anchor(_judged(found, before), "measured beside ours")},
    )


def _judged(found: Sequence[Case], answer: Callable[[Case], Said]) -> Metrics:
    """Judge a way to answer; counted besides is how often it answers where the right articles are taken away."""
    bare = [case.without_its_articles() for case in found if case.row["articles"]]
    sent = sum(bool(answer(case).text) for case in bare)
    return {**judged([case.row for case in found], [answer(case) for case in found]), "sent_without_its_article": sent}
