"""Operators' wordings by nearness: which of them answered a question like this one, and what more of them would do.

Vectors live in memory only, and only while their wording does: what is erased or rejected is gone with the next look.
"""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from adapters.embeddings.port import Embedder, Vectors
from domain.agreement import edit_share
from domain.correction import Wording, WordingsEffect
from domain.ids import Label

#: Cosine of two questions that may be answered alike; measured, see docs/measurements.md.
NEAR_ENOUGH = 0.7
#: Fewer held-out replies than this show nothing.
FEWEST_HELD_OUT = 5
#: So few at a time that no cache on disk keeps their vectors: they can be erased.
_FEW = 15


class Shelf:
    """One tenant's wordings; safe to share between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = Lock()
        self._known: dict[str, Vectors] = {}

    def nearest(self, wordings: Sequence[Wording], intent: Label, question: str, most: int) -> tuple[Wording, ...]:
        """The intent's wordings of the questions nearest to this one, the nearest first; may take a second.

        Nearness alone is not enough: of the questions nearest to each other one in five belongs to another procedure.
        """
        if not question.strip() or not any(it.intent == intent for it in wordings):
            return ()
        near = self._vectors([it.question for it in wordings]) @ self._embedder.embed([question])[0]
        return _best(wordings, near, [place for place, it in enumerate(wordings) if it.intent == intent], most)

    def effect(self, known: Sequence[Wording], new: Sequence[Wording], held_out: Sequence[Wording]) -> WordingsEffect:
        """Compare what operators would begin with, given `known`, and given `known` and `new`.

        Each of `held_out` is left out of what is offered for it, and so is whatever its own ticket taught.
        """
        tried = {it.id for it in new}
        tested = [it for it in held_out if it.id not in tried and it.suggested is not None]
        after = [*(it for it in known if it.id not in tried), *new]
        if not tested:
            return WordingsEffect(held_out=0, offered=(0, 0), to_change=None, nearer=0, farther=0)
        vectors = self._vectors([it.question for it in (*after, *tested)])
        near = vectors[: len(after)] @ vectors[len(after) :].T
        begun: list[tuple[float, float]] = []
        offered = [0, 0]
        for place, reply in enumerate(tested):
            shares = []
            for when in range(2):
                may = [
                    number
                    for number, it in enumerate(after)
                    if it.intent == reply.intent and it.ticket_id != reply.ticket_id and (when or it.id not in tried)
                ]
                found = _best(after, near[:, place], may, 1)
                offered[when] += len(found)
                shares.append(edit_share(found[0].sent if found else reply.suggested or "", reply.sent))
            begun.append((shares[0], shares[1]))
        means = (round(float(np.mean([it[0] for it in begun])), 4), round(float(np.mean([it[1] for it in begun])), 4))
        return WordingsEffect(
            held_out=len(tested),
            offered=(offered[0], offered[1]),
            to_change=means if len(tested) >= FEWEST_HELD_OUT else None,
            nearer=sum(was > now for was, now in begun),
            farther=sum(was < now for was, now in begun),
        )

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """One row a text; what is asked for no longer is forgotten."""
        with self._lock:
            new = sorted({text for text in texts if text not in self._known})
            for start in range(0, len(new), _FEW):
                some = new[start : start + _FEW]
                self._known.update(zip(some, self._embedder.embed(some), strict=True))
            self._known = {text: self._known[text] for text in texts}
            return np.stack([self._known[text] for text in texts])


def _best(wordings: Sequence[Wording], near: Vectors, may: Sequence[int], most: int) -> tuple[Wording, ...]:
    """The nearest of those that may be offered, if near enough; of two as near, the newer."""
    order = sorted(may, key=lambda place: (-float(near[place]), -wordings[place].id))
    return tuple(wordings[place] for place in order[:most] if near[place] >= NEAR_ENOUGH)
