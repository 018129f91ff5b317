"""Questions asked again: a message, or a clause of it, that wants what an earlier message of the customer's wanted.

By similarity, so other words for the same count; numbers are left out of it and compared apart, for another order is
another question.
"""

import re
from collections.abc import Sequence

from adapters.assistants.embedded.clauses import split_clauses
from adapters.assistants.embedded.closing import is_satisfied, is_thanks
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.embeddings.port import Embedder

#: Cosine from which a message asks what an earlier one asked: "where is my parcel?", "so where is my parcel?" have .73,
#: two wishes about one order .4 to .63.
SAME_QUESTION = 0.72
_MOST_CLAUSES = 6  # of one message
_MOST_ASKING, _MOST_ASKED = 6, 12  # the batch stays small: 18 clauses take some 80 ms
_FEWEST_WORDS = 3  # "yes please" and "the blue one" answer; they ask nothing again
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"#?[A-Za-z]{0,3}\d{3,}")


def find_repetitions(new: Sequence[Excerpt], earlier: Sequence[Excerpt], embedder: Embedder) -> tuple[Excerpt, ...]:
    """What the new messages ask as an earlier one asked it, about nothing else."""
    asking = [request for words in new for request in _requests(words)][-_MOST_ASKING:]
    asked = [request for words in earlier for request in _requests(words)][-_MOST_ASKED:]
    if not asking or not asked:
        return ()
    vectors = embedder.embed([_NUMBER.sub("", request.text) for request in (*asking, *asked)])
    likeness = vectors[: len(asking)] @ vectors[len(asking) :].T
    again = [
        request
        for request, row in zip(asking, likeness, strict=True)
        if any(
            alike >= SAME_QUESTION and _may_be_about_same(request, old) for alike, old in zip(row, asked, strict=True)
        )
    ]
    return tuple(it for it in again if not _holds_another(it, again))


def _holds_another(request: Excerpt, others: Sequence[Excerpt]) -> bool:
    """Whether a narrower stretch of the message says the same."""
    return any(
        it is not request and it.seq == request.seq and request.start <= it.start and it.end <= request.end
        for it in others
    )


def _requests(words: Excerpt) -> list[Excerpt]:
    """What of a message may ask for something, clause by clause and as a whole: nothing in thanks, or in two words."""
    if is_thanks(words.text) or is_satisfied(words.text):
        return []
    clauses = [clause for clause in split_clauses(words.text) if clause.content.strip()]
    found = [Excerpt(words.seq, words.start + clause.start, clause.text.rstrip()) for clause in clauses[:_MOST_CLAUSES]]
    found += [words] if 1 < len(clauses) <= _MOST_CLAUSES else []
    return [request for request in found if len(_WORD.findall(request.text)) >= _FEWEST_WORDS]


def _may_be_about_same(new: Excerpt, old: Excerpt) -> bool:
    """Not where both name numbers and none in common: another order is another question."""
    numbers, others = _numbers(new.text), _numbers(old.text)
    return not numbers or not others or bool(numbers & others)


def _numbers(text: str) -> set[str]:
    return {match[0].lstrip("#").casefold() for match in _NUMBER.finditer(text)}
