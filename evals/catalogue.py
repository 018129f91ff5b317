"""The evals by name. Each is imported when it is asked for: some need seconds to load."""

from importlib import import_module
from typing import cast

from evals.report import Measure

#: Name -> (module, what it asks of Setright).
EVALS: dict[str, tuple[str, str]] = {
    "clinc150": ("evals.clinc150", "Are 150 intents told apart, and questions that are none of them?"),
    "hint3": ("evals.hint3", "Are the messages of three real shops understood, better than by their words alone?"),
    "groundedness": ("evals.groundedness", "Is a reply supported by its passage?"),
    "mtrag-un": ("evals.mtrag_un", "Answer, ask back, or say that nothing is known?"),
    "answers": ("evals.answers", "Does what is quoted answer the question, and is the rest left to a person?"),
    "contradictions": ("evals.contradictions", "Passages that contradict each other are found, and others left alone."),
    "banking-kb": ("evals.banking_kb", "Find the articles that a bank customer's long story needs."),
}


def measure_of(name: str) -> Measure:
    """Return the eval of this name; raises KeyError."""
    module, _ = EVALS[name]
    return cast("Measure", import_module(module).measure)
