"""What an eval reports: figures of ours for each set, and beside them the figures to compare them with.

Every eval is one function, `measure(data, *, train, test) -> EvalReport`, named in `evals/catalogue.py`. `data` is the
folder of public data sets; `train` and `test` are files that take the place of the ones found there, so that others can
judge on their own. Nothing is tuned on what is judged; where a threshold must be chosen, it is chosen on `train`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from domain.errors import SetrightError

#: Metric -> value. Shares lie between 0 and 1, counts are whole numbers; the name says which: `oos_recall`, `in_scope`.
Metrics = Mapping[str, float | int]


class NothingToMeasure(SetrightError):
    """The data that an eval needs is not where it was looked for; the text says where that was."""

    code = "data_missing"


@dataclass(frozen=True)
class Anchor:
    """Somebody else's figures for the same set."""

    metrics: Metrics
    source: str  # "measured beside ours", or where they were published


@dataclass(frozen=True)
class SetReport:
    """One set that was judged."""

    metrics: Metrics
    anchors: Mapping[str, Anchor] = field(default_factory=dict)  # by the name of the system
    targets: Metrics = field(default_factory=dict)  # what we want to reach; at least that much


@dataclass(frozen=True)
class EvalReport:
    """All that one eval says."""

    name: str
    sets: Mapping[str, SetReport]
    protocol: str  # one sentence: what was trained on, what judged, how thresholds were chosen
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as one object."""
        return {
            "eval": self.name,
            "protocol": self.protocol,
            "sets": {
                name: {
                    **_rounded(one.metrics),
                    "anchors": {
                        who: {**_rounded(anchor.metrics), "source": anchor.source}
                        for who, anchor in one.anchors.items()
                    },
                    "targets": _rounded(one.targets),
                }
                for name, one in self.sets.items()
            },
            "notes": list(self.notes),
        }


class Measure(Protocol):
    """An eval."""

    def __call__(self, data: Path, *, train: Path | None = None, test: Path | None = None) -> EvalReport:
        """Measure; raises NothingToMeasure where the data is absent and InvalidInput for a file of another form."""
        ...


def _rounded(metrics: Metrics) -> dict[str, float | int]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in metrics.items()}
