"""How likely it is that what would be quoted of a section answers the question.

Being about the same thing is not being the answer: "Express costs EUR 12.90" is close to a question about express to
France. So a section is judged by four figures, weighed by a small logistic head that was fitted on questions which we
wrote; how it does on others, `setright eval answers` measures.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from adapters.embeddings.port import Vectors
from domain.support import content_words

#: Likelihood from which a section is quoted: below it, it is asked back or a person answers. Chosen on the fitting set,
#: where it leaves a third of the wrong answers and nine tenths of the right ones.
ANSWERS = 0.37
#: One weight a feature, and the bias last. `setright eval answers --train evals/answer_set/fitting.jsonl` fits them.
WEIGHTS = (6.129, -0.708, 1.39, 5.164, -8.189)
_MOST_WORDS = 80  # of a question or a section that are compared
_FIGURE = re.compile(r"\d+")


@dataclass(frozen=True)
class Evidence:
    """What speaks for a section."""

    closest: float  # cosine of the question and the closest sentence that would be quoted, read under its heading
    rank: float  # place in the search, which has seen whole passages; 0 for the first
    ahead: float  # how much closer than the closest sentence of any other section
    known: float  # of the question's words, how near each comes to a word of the section, on average

    def likelihood(self) -> float:
        """Between 0 and 1."""
        weighed = sum(weight * value for weight, value in zip(WEIGHTS, astuple(self), strict=False))
        return 1 / (1 + math.exp(-(weighed + WEIGHTS[-1])))


def words_that_count(text: str) -> list[str]:
    """The words that carry what a text is about, each once; figures say little by their meaning, and are left out."""
    words = dict.fromkeys(word for word in content_words(text) if not _FIGURE.fullmatch(word))
    return list(words)[:_MOST_WORDS]


def nearness(asked: Vectors, there: Vectors) -> float:
    """The mean, over the words asked, of the cosine to the nearest word there; 1 where no word is asked."""
    if not len(asked):
        return 1.0
    return float((asked @ there.T).max(axis=1).mean()) if len(there) else 0.0


def ahead_of_others(closest: Sequence[float]) -> list[float]:
    """For each section, how much closer it is than the closest of the others, 0 being no sentence at all."""
    return [own - max([0.0, *closest[:place], *closest[place + 1 :]]) for place, own in enumerate(closest)]
