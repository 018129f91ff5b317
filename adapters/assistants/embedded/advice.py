"""What is wrong with a workspace's examples, as far as vectors tell: too few, too alike, claimed twice, or misread.

Advice, not errors: a tenant works with all of them. Each piece names the procedure, the examples, and what to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from adapters.assistants.embedded.logistic import Matrix
from adapters.assistants.embedded.trial import NONE_OF_THEM, Trial
from adapters.embeddings.port import Embedder

#: Fewer different examples than this hardly show what varies in a wish.
FEW = 10
#: Cosine from which two examples say the same; "where is my order" and "where is my parcel" have .80.
SAME = 0.92
#: Mean cosine between the examples of a procedure from which they are variations of one sentence.
ALIKE = 0.75
#: Confidence from which a held-back example that reads as another procedure is worth a look.
SURE = 0.5

Kind = Literal["thin", "alike", "overlap", "misread"]


@dataclass(frozen=True)
class Advice:
    """One thing to look at; `other` is the second procedure and `others` its example, where there are two."""

    kind: Kind
    procedure: str
    text: str
    example: str | None = None
    other: str | None = None
    other_example: str | None = None


def advise(examples: Mapping[str, Sequence[str]], trial: Trial, embedder: Embedder) -> list[Advice]:
    """Return all advice, procedure by procedure; `trial` is the cross-validation of the same examples."""
    vectors = {name: embedder.embed(list(texts)) for name, texts in sorted(examples.items())}
    found: list[Advice] = []
    for name, texts in sorted(examples.items()):
        found += _thin(name, texts, vectors[name])
        for other in (it for it in vectors if it > name):
            found += _overlaps(name, texts, vectors[name], other, examples[other], vectors[other])
    found += _misread(trial)
    return sorted(found, key=lambda advice: (advice.procedure, advice.kind))


def _thin(name: str, texts: Sequence[str], vectors: Matrix) -> Iterator[Advice]:
    if len(texts) < FEW:
        text = f"has {len(texts)} examples; {FEW} to 30 in different words let it be told apart"
        yield Advice("thin", name, text)
        return
    likeness = vectors @ vectors.T
    mean = float((likeness.sum() - len(texts)) / (len(texts) * (len(texts) - 1)))
    if mean >= ALIKE:
        text = f"has examples that are all alike (mean similarity {mean:.2f}); customers will use other words"
        yield Advice("alike", name, text)


def _overlaps(
    name: str, texts: Sequence[str], vectors: Matrix, other: str, other_texts: Sequence[str], other_vectors: Matrix
) -> Iterator[Advice]:
    likeness = vectors @ other_vectors.T
    for mine, theirs in zip(*np.nonzero(likeness >= SAME), strict=True):
        yield Advice(
            "overlap",
            name,
            f"and {other} have almost the same example ({likeness[mine, theirs]:.2f}); keep it in one of them",
            texts[mine],
            other,
            other_texts[theirs],
        )


def _misread(trial: Trial) -> Iterator[Advice]:
    is_wrong = ~trial.is_right & (trial.expected != NONE_OF_THEM) & (trial.best >= SURE)
    for at in np.flatnonzero(is_wrong):
        name, other = trial.intents[trial.expected[at]], trial.intents[trial.chosen[at]]
        text = f"has an example that reads like {other} ({trial.best[at]:.0%}) when it is not learnt"
        yield Advice("misread", name, text, trial.texts[at], other)
