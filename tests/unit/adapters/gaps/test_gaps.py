"""Gaps: wordings of one question gather, other questions stay apart, and nothing personal leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.gaps.gaps import gaps_of
from adapters.workspace.article import read_article
from adapters.workspace.tenant import Article
from domain.gap import OpenQuestion

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ASKED = (
    "Do your scarves contain wool from mulesed sheep?",
    "Can I pay with cryptocurrency?",
    "Hi there, is the wool in your scarves from mulesed sheep? I am Gia Conti, gia@example.com.",
    "Do you accept Bitcoin or any other cryptocurrency as payment?",
    "Is the wool of the scarf mulesing-free?",
)


@pytest.fixture(scope="module")
def questions() -> list[OpenQuestion]:
    """Five questions about two things."""
    vectors = MiniLmEmbedder().embed(ASKED)
    return [
        OpenQuestion(
            id=number,
            ticket_id=f"T-0000000{number}",
            language="en",
            model="minilm",
            embedding=tuple(vectors[number].tolist()),
            asked_at=NOW + timedelta(minutes=number),
            text=text,
            first_name="Gia",
            full_name="Gia Conti",
        )
        for number, text in enumerate(ASKED)
    ]


def test_wordings_of_one_question_are_one_gap(questions: list[OpenQuestion]) -> None:
    """Two gaps, the bigger one first, with the tickets behind each, whatever order the rows come in."""
    wool, crypto = gaps_of(questions[::-1])
    assert (wool.gap_id, wool.questions, wool.tickets) == ("G-0", 3, ("T-00000000", "T-00000002", "T-00000004"))
    assert (crypto.gap_id, crypto.questions) == ("G-1", 2)
    assert "wool" in wool.title.casefold()


def test_a_draft_is_an_article_without_a_personal_word(questions: list[OpenQuestion], tmp_path: Path) -> None:
    """The skeleton can be put into the folder of articles as it is."""
    (wool, _) = gaps_of(questions)
    draft = wool.draft("2026-11-28")
    assert "Gia" not in draft
    assert "example.com" not in draft
    file = tmp_path / "wool.md"
    file.write_text(draft)
    article = read_article(file)
    assert isinstance(article, Article)
    assert {section.heading for section in article.sections} >= set(wool.headings)


def test_erased_words_make_no_gap(questions: list[OpenQuestion]) -> None:
    """What is left of a forgotten customer's question says nothing."""
    assert gaps_of([question.model_copy(update={"text": "[erased]"}) for question in questions]) == ()
