"""Whether contradictions between passages are found, and passages that contradict nothing are left alone.

The set is made by rule from the articles of a help centre (`kb_documents.jsonl`: id, title, content). A copy of a
passage with one thing changed contradicts it; a copy in other words does not; nor do the nearest passages of others.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from adapters.contradictions.detector import contradictions
from adapters.contradictions.scope import Text
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.workspace.article import split_sections
from domain.conflict import ConflictKind
from evals.contradiction_set.changing import CHANGES, changed
from evals.contradiction_set.rewording import reworded
from evals.report import EvalReport, Metrics, NothingToMeasure, SetReport
from evals.rows import Row, read_rows

PROTOCOL = (
    "Articles are split in two by a hash of their id. The rules and word lists were written while looking at the first "
    "half; the second is judged. Each passage gives a copy for every kind of change it has room for, once as it is and "
    "once reworded too, a reworded copy that says the same, and its nearest passages of other articles."
)
_FILE = Path("tau3_banking_kb") / "shared" / "kb_documents.jsonl"
_NEIGHBOURS = 3
_FAR_PAIRS = 20_000
TARGETS = {"catch": 0.90}


@dataclass(frozen=True)
class Case:
    """Two passages, and in what they differ: None for a pair that must be left alone."""

    one: Text
    other: Text
    kind: ConflictKind | None
    source: str  # "changed", "changed and reworded", "reworded", "near"


def measure(
    data: Path, *, train: Path | None = None, test: Path | None = None, embedder: Embedder | None = None
) -> EvalReport:
    """Judge both halves, or the files named; the second half, or `test`, is the one that counts."""
    embedder = embedder or MiniLmEmbedder()
    rows = read_rows(data / _FILE, ("id", "title", "content")) if not (train and test) else []
    halves = {
        "tuned on": read_rows(train, ("id", "title", "content")) if train else [r for r in rows if not is_judged(r)],
        "judged": read_rows(test, ("id", "title", "content")) if test else [r for r in rows if is_judged(r)],
    }
    return EvalReport(
        name="contradictions",
        sets={name: _judge(passages_of(half), embedder) for name, half in halves.items()},
        protocol=PROTOCOL,
    )


def is_judged(row: Row) -> bool:
    """Whether an article belongs to the half that is judged."""
    return sha256(str(row["id"]).encode()).digest()[0] % 2 == 1


def passages_of(rows: Sequence[Row]) -> list[tuple[str, Text]]:
    """Every passage with the id of its article, as the knowledge base cuts them: at headings."""
    return [
        (row["id"], Text(title=row["title"], section=section.heading, text=section.text))
        for row in rows
        for section in split_sections(row["content"], row["title"])
        if section.text
    ]


def copies(passages: Sequence[tuple[str, Text]]) -> Iterator[Case]:
    """The copies of each passage: with one thing changed, and in other words."""
    for article, text in passages:
        random = Random(f"{article} {text.section}")  # noqa: S311 - the same set each time
        for kind in CHANGES:
            other = changed(text.text, kind, random)
            if other is None:
                continue
            yield Case(text, _copy(text, other), kind, "changed")
            yield Case(text, _copy(text, reworded(other, random)), kind, "changed and reworded")
        same = reworded(text.text, random)
        if same != text.text:
            yield Case(text, _copy(text, same), None, "reworded")


def neighbours(passages: Sequence[tuple[str, Text]], embedder: Embedder) -> Iterator[Case]:
    """Each passage with the nearest ones of other articles."""
    vectors = embedder.embed([f"{text.title}. {text.section}. {text.text}" for _, text in passages])
    articles = np.array([article for article, _ in passages])
    for number, similar in enumerate(vectors @ vectors.T):
        similar[articles == articles[number]] = -1
        for nearest in np.argsort(-similar)[:_NEIGHBOURS]:
            yield Case(passages[number][1], passages[int(nearest)][1], None, "near")


def far_pairs(passages: Sequence[tuple[str, Text]]) -> Iterator[Case]:
    """Pairs of passages of different articles, by chance."""
    random = Random(4)  # noqa: S311 - the same set each time
    while len(passages) > 1:
        (one, a), (other, b) = random.sample(passages, 2)
        if one != other:
            yield Case(a, b, None, "far")


def is_caught(case: Case) -> bool:
    """Whether the detector says that the two passages contradict each other."""
    return bool(contradictions(case.one, case.other))


def _copy(text: Text, words: str) -> Text:
    return Text(title=text.title, section=text.section, text=words)


def _judge(passages: Sequence[tuple[str, Text]], embedder: Embedder) -> SetReport:
    if len(passages) <= _NEIGHBOURS:
        raise NothingToMeasure("There are too few passages to compare: the file needs some articles more.")
    counts: defaultdict[str, list[bool]] = defaultdict(list)
    for case in (*copies(passages), *neighbours(passages, embedder), *islice(far_pairs(passages), _FAR_PAIRS)):
        caught = is_caught(case)
        if case.kind is None:
            counts[f"wrongly_{case.source}"].append(caught)
            if case.source != "far":
                counts["block_wrongly"].append(caught)
        else:
            counts["catch"].append(caught)
            counts[f"catch_{case.kind}"].append(caught)
            counts[f"catch_{case.source.replace(' ', '_')}"].append(caught)
    return SetReport(metrics=_figures(counts), targets=TARGETS)


def _figures(counts: dict[str, list[bool]]) -> Metrics:
    figures: dict[str, float | int] = {"pairs": sum(map(len, (counts["catch"], counts["block_wrongly"])))}
    for name in sorted(counts):
        figures[name] = sum(counts[name]) / len(counts[name])
        figures[f"{name}_pairs"] = len(counts[name])
    return figures
