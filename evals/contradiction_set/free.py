"""Pairs in free words, beside the articles of the example shop: `free_pairs.yaml`."""

from pathlib import Path
from typing import Any

import yaml

from adapters.contradictions.scope import Text
from adapters.workspace.article import read_article
from domain.errors import SetrightError
from evals.contradiction_set.case import Case

_PAIRS = Path(__file__).with_name("free_pairs.yaml")
_ARTICLES = Path(__file__).parents[2] / "examples" / "shop" / "tenants" / "meridian" / "articles"


def free_pairs(articles: Path = _ARTICLES) -> tuple[list[Case], list[Case]]:
    """The pairs that were looked at, and those that are judged; raises SetrightError where an article has changed."""
    held: dict[str, list[dict[str, Any]]] = yaml.safe_load(_PAIRS.read_text(encoding="utf-8"))
    sections = _sections(articles)
    looked_at, judged = list[Case](), list[Case]()
    for name, pairs in held.items():
        for number, pair in enumerate(pairs):
            (title, words), place = pair["other"], tuple(pair["one"])
            if place not in sections:
                raise SetrightError(
                    f"{place[0]} has no section '{place[1]}', which free_pairs.yaml names; correct it there."
                )
            kind = "free" if name == "contradict" else None
            case = Case(sections[place], Text(title=title, section=title, text=words), kind, "near")
            (judged if number % 2 else looked_at).append(case)
    return looked_at, judged


def _sections(articles: Path) -> dict[tuple[str, ...], Text]:
    found: dict[tuple[str, ...], Text] = {}
    for file in sorted(articles.glob("*.md")):
        article = read_article(file)
        if not isinstance(article, list):
            for it in article.sections:
                found[file.stem, it.heading] = Text(title=article.title, section=it.heading, text=it.text)
    return found
