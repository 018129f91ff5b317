"""The eval of answers: what counts as right, and the head that is fitted; and the questions themselves."""

import numpy as np

from adapters.workspace.article import read_article
from evals.answer_fit import fitted
from evals.answers import HALVES, QUESTIONS, SHOPS, Said, half_of, is_right, judged
from evals.rows import AnswerRow, read_rows

ROWS = read_rows(QUESTIONS, AnswerRow)
ASKED: AnswerRow = {
    "tenant": "meridian",
    "ask": "Is there express to France?",
    "articles": ["shipping"],
    "says": [["Germany, Austria", "not to France"]],
    "never": ["14.90"],
}


def test_right_is_the_article_with_what_must_be_held_and_nothing_that_must_not() -> None:
    """Each of the three alone makes it wrong."""
    assert is_right(ASKED, Said("Yes, in germany, austria and the Netherlands.", "shipping"))
    assert not is_right(ASKED, Said("Yes, in Germany, Austria.", "tracking"))
    assert not is_right(ASKED, Said("Express costs EUR 12.90.", "shipping"))
    assert not is_right(ASKED, Said("In Germany, Austria it costs 14.90.", "shipping"))


def test_saying_nothing_is_never_wrong() -> None:
    """What is sent and not right is counted, wherever the answer stands or does not stand."""
    nothing, sent = Said("", ""), Said("Express costs EUR 12.90.", "shipping")
    open_question: AnswerRow = {**ASKED, "articles": [], "says": []}
    figures = judged([ASKED, ASKED, open_question, open_question], [nothing, sent, nothing, sent])
    assert (figures["right"], figures["wrong_and_sent"], figures["abstained_on_answerable"]) == (0, 2, 1)


def test_every_question_can_be_answered_rightly() -> None:
    """What a right answer must hold stands in one of its articles, so no label is a slip."""
    for row in (*ROWS, *read_rows(QUESTIONS.with_name("fitting.jsonl"), AnswerRow)):
        said = []
        for slug in row["articles"]:
            article = read_article(SHOPS / row["tenant"] / "articles" / f"{slug}.md")
            assert not isinstance(article, list)
            said.append(" ".join(section.text for section in article.sections).replace("\n", " "))
        texts = [text.lower() for text in said]
        for either in row["says"]:
            assert any(words.lower() in text for words in either for text in texts), row["ask"]


def test_no_question_is_fitted_on_and_judged() -> None:
    """The halves are both there, and the fitting set shares no question with them."""
    assert {half_of(row) for row in ROWS} == set(HALVES)
    fitting = {row["ask"] for row in read_rows(QUESTIONS.with_name("fitting.jsonl"), AnswerRow)}
    assert not fitting & {row["ask"] for row in ROWS}


def test_the_head_finds_what_decides() -> None:
    """A feature that tells the classes apart gets the weight, one that does not gets none."""
    x = np.array([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)] * 5)
    weights = fitted(x, x[:, 0])
    assert weights[0] > 1
    assert abs(weights[1]) < 1e-6
