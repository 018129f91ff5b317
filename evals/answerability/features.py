"""What tells whether a question can be answered, must be asked back, or has no answer here.

Searched are the question alone, and the question with the one or two before it: where these disagree, the question
leans on what was said, or has nothing to do with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.embeddings.port import Embedder, Vectors
from domain.support import content_stems
from evals.answerability.pool import Pool, Scores, fused

_POINTS_HERE = re.compile(r"\b(?:this|these) \w+", re.IGNORECASE)
_POINTS_THERE = re.compile(r"\b(?:that|those)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|her|there|ones?)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+")
_FIFTH, _TOP = 4, 3


@dataclass(frozen=True)
class Question:
    """The last message of a conversation, and what was said before it, the oldest first."""

    text: str
    asked: tuple[str, ...]  # by the customer, before
    said: tuple[str, ...]  # by anybody, before
    answer: str  # the last answer, or ""


@dataclass(frozen=True)
class Searched:
    """One question searched: its features, and every passage's score by each way of searching."""

    features: tuple[float, ...]
    similarity: float  # of the best passage to the question alone
    ours: Scores
    bm25: Scores
    bm25_with_previous: Scores


def search(questions: Sequence[Question], pool: Pool, embedder: Embedder) -> list[Searched]:
    """Search every question; one batch of texts each for the embedder."""
    previous = [question.asked[-1] if question.asked else "" for question in questions]
    texts = [
        [question.text for question in questions],
        [f"{before} {question.text}".strip() for before, question in zip(previous, questions, strict=True)],
        [" ".join([*question.asked[-2:], question.text]) for question in questions],
        [before or "none" for before in previous],
        [question.answer or "none" for question in questions],
        [question.asked[0] if question.asked else "none" for question in questions],
    ]
    vectors = [embedder.embed(batch) for batch in texts]
    return [
        _search(question, [batch[row] for batch in texts[:3]], [batch[row] for batch in vectors], pool)
        for row, question in enumerate(questions)
    ]


def _search(question: Question, queries: Sequence[str], vectors: Sequence[Vectors], pool: Pool) -> Searched:
    alone, paired, wide, before, answer, first = vectors
    words = [pool.bm25(query) for query in queries]
    near = [pool.similarity(vector) for vector in (alone, paired, wide)]
    close = [pool.closest_sentence(vector) for vector in (alone, paired)]
    ours = fused(*words, *near)
    top = np.argsort(-ours, kind="stable")[:_TOP].tolist()
    asked = content_stems(question.text)
    history = set(content_stems(" ".join(question.said)))
    to_before = float(alone @ before) if question.asked else 0.0
    to_answer = float(alone @ answer) if question.answer else 0.0
    points_here = float(bool(_POINTS_HERE.search(question.text)))
    best_wide = pool.vectors[int(near[2].argmax())]
    features = (
        *(float(scores.max()) for scores in (*near, *close)),
        *(_margin(scores) for scores in (near[0], near[1], close[0])),
        float(np.log1p(words[0].max())),
        float(np.log1p(words[2].max())),
        pool.coverage(asked, top),
        sum(pool.knows(word) for word in asked) / max(len(asked), 1),
        float(np.log1p(len(asked))),
        float(np.log1p(len(question.said))),
        to_before,
        to_answer,
        float(alone @ first) if question.asked else 0.0,
        sum(word in history for word in asked) / max(len(asked), 1),
        points_here,
        points_here * (1 - max(to_before, to_answer)),
        float(bool(_POINTS_THERE.search(question.text))),
        float(bool(_PRONOUN.search(question.text))),
        float(bool(_NAME.search(question.text))),
        float(pool.vectors[int(near[0].argmax())] @ best_wide),
        float(best_wide @ answer) if question.answer else 0.0,
    )
    return Searched(features, float(near[0].max()), ours, words[0], words[1])


def matrix(searched: Sequence[Searched]) -> NDArray[np.float64]:
    """The features as rows."""
    return np.array([one.features for one in searched])


def _margin(scores: Scores) -> float:
    """How far the best passage stands out from the fifth."""
    ranked = np.sort(scores)[::-1]
    return float(ranked[0] - ranked[min(_FIFTH, len(ranked) - 1)])
