"""A folder of articles examined before it is published: what contradicts, what overlaps, what is stale or not found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np

from adapters.contradictions.detector import contradictions
from adapters.contradictions.scope import Text, same_scope
from adapters.embeddings.port import Embedder, Vectors
from adapters.knowledge.parse import kind_of, parse
from adapters.knowledge.parsed import Defaults, ItemProblem, ParsedArticle, RawItem
from adapters.knowledge.slugs import slug_of_path
from adapters.knowledge.split import passages_of
from domain.conflict import Contradiction
from domain.errors import NotFound

NEARLY_THE_SAME = 0.93  # cosine similarity of two passages
_FOUND_WITHIN = 10  # places within which an article's own title must find it


@dataclass(frozen=True)
class Disputed:
    """Two files whose articles contradict each other."""

    file_a: str
    file_b: str
    contradiction: Contradiction


@dataclass(frozen=True)
class Examined:
    """What is wrong with the articles of a folder."""

    articles: int
    problems: tuple[ItemProblem, ...]
    conflicts: tuple[Disputed, ...]
    stale: tuple[str, ...]
    unfindable: tuple[str, ...]
    overlapping: tuple[tuple[str, str, float], ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.problems or self.conflicts or self.stale or self.unfindable or self.overlapping)


@dataclass(frozen=True)
class _Passage:
    file: str
    language: str
    audience: frozenset[str]
    text: Text

    @property
    def words(self) -> str:
        """What is embedded of it."""
        return f"{self.text.title}. {self.text.section}. {self.text.text}"


def examine_folder(folder: Path, embedder: Embedder, today: date) -> Examined:
    """Read every article below `folder` and examine them together; raises NotFound where there is none."""
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}; name the one that holds the articles.")
    articles: list[tuple[str, ParsedArticle]] = []
    problems: list[ItemProblem] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        kind = kind_of(name)
        if kind is None or not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        read = parse(RawItem(name=name, kind=kind, body=path.read_bytes(), slug=slug_of_path(name)), Defaults())
        articles += [(name, article) for article in read.articles]
        problems += read.problems
    if not articles and not problems:
        raise NotFound(f"{folder} holds no article: .md, .txt, .html, .pdf, .docx and .csv are read.")
    valid = [(name, one) for name, one in articles if one.valid_until is None or one.valid_until >= today]
    passages = [passage for name, article in valid for passage in _passages(name, article)]
    vectors = embedder.embed([passage.words for passage in passages]) if passages else np.zeros((0, 1), np.float32)
    return Examined(
        articles=len(articles),
        problems=tuple(problems),
        conflicts=tuple(_disputes(passages)),
        stale=tuple(name for name, article in articles if article.fresh_until and article.fresh_until < today),
        unfindable=tuple(_unfindable(valid, passages, vectors, embedder)),
        overlapping=tuple(_overlaps(passages, vectors)),
    )


def _passages(name: str, article: ParsedArticle) -> Iterator[_Passage]:
    for block in passages_of(article.blocks):
        products = frozenset(article.products)
        text = Text(title=article.title, section=block.path[-1], text=block.text, products=products)
        yield _Passage(name, article.language, frozenset(article.audience), text)


def _disputes(passages: Sequence[_Passage]) -> Iterator[Disputed]:
    for one, other in combinations(passages, 2):
        is_together = one.language == other.language and not (
            one.audience and other.audience and not one.audience & other.audience
        )
        if is_together and same_scope(one.text, other.text):
            yield from (Disputed(one.file, other.file, it) for it in contradictions(one.text, other.text))


def _overlaps(passages: Sequence[_Passage], vectors: Vectors) -> Iterator[tuple[str, str, float]]:
    seen: set[tuple[str, str]] = set()
    similar = vectors @ vectors.T
    for place, other in zip(*np.nonzero(np.triu(similar >= NEARLY_THE_SAME, k=1)), strict=True):
        pair = (passages[place].file, passages[other].file)
        if pair[0] != pair[1] and pair not in seen:
            seen.add(pair)
            yield (*pair, round(float(similar[place, other]), 3))


def _unfindable(
    articles: Sequence[tuple[str, ParsedArticle]], passages: Sequence[_Passage], vectors: Vectors, embedder: Embedder
) -> Iterator[str]:
    """Articles that do not come among the first when their own title is asked for."""
    if not articles:
        return
    asked = embedder.embed([article.title for _, article in articles])
    for (name, _), question in zip(articles, asked, strict=True):
        best = np.argsort(-(vectors @ question))[:_FOUND_WITHIN]
        if name not in {passages[int(place)].file for place in best}:
            yield name
