"""The evals by name. Each is imported when it is asked for: some need seconds to load."""

from importlib import import_module
from typing import cast

from evals.report import Measure

#: Name -> (module, what it asks of Setright).
EVALS: dict[str, tuple[str, str]] = {
    "contradictions": ("evals.contradictions", "Passages that contradict each other are found, and others left alone."),
    "banking-kb": ("evals.banking_kb", "Find the articles that a bank customer's long story needs."),
}


def measure_of(name: str) -> Measure:
    """Return the eval of this name; raises KeyError."""
    module, _ = EVALS[name]
    return cast("Measure", import_module(module).measure)
