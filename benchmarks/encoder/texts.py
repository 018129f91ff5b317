"""The texts that both encoders read: questions and passages made of the words of the example shop's own articles."""

import random
import re
from pathlib import Path

ARTICLES = Path(__file__).resolve().parents[2] / "examples" / "shop" / "tenants"
QUESTION_WORDS = (8, 20)
PASSAGE_WORDS = (90, 140)


def texts(count: int, words: tuple[int, int], seed: int) -> list[str]:
    """Return `count` runs of neighbouring words, so many words long, the same for a seed."""
    draw = random.Random(seed)
    source: list[str] = []
    for path in sorted(ARTICLES.rglob("articles/*.md")):
        source += re.findall(r"[\w'-]+[.,?]?", path.read_text(encoding="utf-8").split("---", 2)[-1])
    found = []
    for _ in range(count):
        length = draw.randint(*words)
        start = draw.randrange(len(source) - length)
        found.append(" ".join(source[start : start + length]))
    return found
