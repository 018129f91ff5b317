"""Whether contradictions between passages are found, and passages that contradict nothing are left alone.

The set is made by rule from the articles of a help centre (`kb_documents.jsonl`: id, title, content). A copy of a
passage with one thing changed contradicts it; a copy in other words does not; nor do the nearest passages of others.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain, combinations, islice
from pathlib import Path
from random import Random

import numpy as np

from adapters.contradictions.asked import contradictions_asked
from adapters.contradictions.detector import contradictions
from adapters.contradictions.scope import Text, same_scope
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.workspace.article import split_sections
from domain.figures import figures_in
from evals.contradiction_set.case import Case
from evals.contradiction_set.changing import CHANGES, changed
from evals.contradiction_set.free import free_pairs
from evals.contradiction_set.rewording import reworded
from evals.report import Anchor, EvalReport, Metrics, NothingToMeasure, SetReport
from evals.rows import ArticleRow, read_rows

PROTOCOL = (
    "Articles are split in two by a hash of their id. The rules and word lists were written while looking at the first "
    "half; the second is judged. Each passage gives a copy for every kind of change it has room for, once as it is and "
    "once reworded too, a reworded copy that says the same, and its nearest passages of other articles. Figures that "
    "begin with asked_ are of the more lenient comparison of passages found for one question. The free pairs were "
    "written before that comparison, beside the example shop's articles; every other one was looked at for it."
)
_FILE = Path("tau3_banking_kb") / "shared" / "kb_documents.jsonl"
_NEIGHBOURS = 3
_FAR_PAIRS = 20_000
_ALIKE = 0.8
_WORDS = re.compile(r"[a-z]+")
_NOT = re.compile(r"\b(?:not|no|never|cannot|can't)\b|n't\b")
Counts = defaultdict[str, list[bool]]
TARGETS = {"catch": 0.90}


def measure(
    data: Path, *, train: Path | None = None, test: Path | None = None, embedder: Embedder | None = None
) -> EvalReport:
    """Judge both halves, or the files named; the second half, or `test`, is the one that counts."""
    embedder = embedder or MiniLmEmbedder()
    rows = read_rows(data / _FILE, ArticleRow) if not (train and test) else []
    halves = {
        "tuned on": read_rows(train, ArticleRow) if train else [r for r in rows if not is_judged(r)],
        "judged": read_rows(test, ArticleRow) if test else [r for r in rows if is_judged(r)],
    }
    sets = {name: _judge(passages_of(half), embedder) for name, half in halves.items()}
    if not (train or test):
        looked_at, judged = free_pairs()
        sets |= {"free pairs, looked at": _judge_free(looked_at), "free pairs, judged": _judge_free(judged)}
    return EvalReport(
        name="contradictions",
        sets=sets,
        protocol=PROTOCOL,
    )


def is_judged(row: ArticleRow) -> bool:
    """Whether an article belongs to the half that is judged."""
    return sha256(row["id"].encode()).digest()[0] % 2 == 1


def passages_of(rows: Sequence[ArticleRow]) -> list[tuple[str, Text]]:
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


def same_scope_pairs(passages: Sequence[tuple[str, Text]]) -> Iterator[Case]:
    """Pairs of passages of different articles whose titles do not tell them apart: where errors would come from."""
    for (article, one), (other_article, other) in combinations(passages, 2):
        if article != other_article and same_scope(one, other):
            yield Case(one, other, None, "same_scope")


def far_pairs(passages: Sequence[tuple[str, Text]]) -> Iterator[Case]:
    """Pairs of passages of different articles, by chance."""
    random = Random(4)  # noqa: S311 - the same set each time
    while len(passages) > 1:
        (one, a), (other, b) = random.sample(passages, 2)
        if one != other:
            yield Case(a, b, None, "far")


def is_caught(case: Case, *, is_asked: bool = False) -> bool:
    """Whether the detector says that the two contradict each other; `is_asked`: as passages found for one question."""
    return bool((contradictions_asked if is_asked else contradictions)(case.one, case.other))


def _copy(text: Text, words: str) -> Text:
    return Text(title=text.title, section=text.section, text=words)


def _judge(passages: Sequence[tuple[str, Text]], embedder: Embedder) -> SetReport:
    if len(passages) <= _NEIGHBOURS:
        raise NothingToMeasure("There are too few passages to compare: the file needs some articles more.")
    ours: Counts = defaultdict(list)
    theirs: Counts = defaultdict(list)
    far = islice(far_pairs(passages), min(_FAR_PAIRS, len(passages) ** 2))
    for case in chain(copies(passages), neighbours(passages, embedder), same_scope_pairs(passages), far):
        _count(ours, case, caught=is_caught(case))
        _count_asked(ours, case)
        _count(theirs, case, caught=overlaps_with_other_figures(case))
    anchor = Anchor(
        _figures(theirs), "measured beside ours: four words of five in common, and another figure or negation"
    )
    return SetReport(metrics=_figures(ours), anchors={"word overlap": anchor}, targets=TARGETS)


def overlaps_with_other_figures(case: Case) -> bool:
    """What one would try first: nearly the same words, but another figure or another number of negations."""
    one, other = (text.text.casefold() for text in (case.one, case.other))
    mine, theirs = set(_WORDS.findall(one)), set(_WORDS.findall(other))
    is_alike = len(mine & theirs) >= _ALIKE * len(mine | theirs) > 0
    is_other = figures_in(one) != figures_in(other) or len(_NOT.findall(one)) != len(_NOT.findall(other))
    return is_alike and is_other


def _count(counts: Counts, case: Case, *, caught: bool) -> None:
    """Note a judgment; of pairs that must be left alone, only reworded and nearest ones make the one figure."""
    if case.kind is None:
        names = [f"wrongly_{case.source}", *(["block_wrongly"] if case.source in {"reworded", "near"} else [])]
    else:
        names = ["catch", f"catch_{case.kind}", f"catch_{case.source.replace(' ', '_')}"]
    for name in names:
        counts[name].append(caught)


def _count_asked(counts: Counts, case: Case) -> None:
    """Note what the lenient comparison says: it is never made of pairs by chance, only of what a search has found."""
    if case.kind is not None or case.source in {"reworded", "near"}:
        name = "asked_catch" if case.kind is not None else "asked_block_wrongly"
        counts[name].append(is_caught(case, is_asked=True))


def _judge_free(cases: Sequence[Case]) -> SetReport:
    ours: Counts = defaultdict(list)
    for case in cases:
        ours["catch" if case.kind else "block_wrongly"].append(is_caught(case))
        _count_asked(ours, case)
    return SetReport(metrics=_figures(ours))


def _figures(counts: Counts) -> Metrics:
    figures: dict[str, float | int] = {"pairs": sum(map(len, (counts["catch"], counts["block_wrongly"])))}
    for name in sorted(counts):
        figures[name] = sum(counts[name]) / len(counts[name])
        figures[f"{name}_pairs"] = len(counts[name])
    return figures
