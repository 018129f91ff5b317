"""The eval of contradictions: its set holds what it says, and its figures are counted by kind."""

import json
from pathlib import Path
from random import Random

import pytest

from adapters.embeddings.hashing import HashingEmbedder
from domain.conflict import ConflictKind
from evals.contradiction_set.changing import CHANGES, changed
from evals.contradiction_set.rewording import reworded
from evals.contradictions import measure
from evals.report import NothingToMeasure

TEXT = """## Fees
- The annual fee is $95.00 and is not refundable.
- Refunds take 14 days.
- Ends on 2026-03-01 for new customers.
- Up to 3 cards earn 5%.
"""


@pytest.mark.parametrize("kind", CHANGES)
def test_one_line_is_changed(kind: ConflictKind) -> None:
    """The others stay as they are, so the copy contradicts its source in one thing."""
    other = changed(TEXT.replace("for new customers", "only for new customers"), kind, Random(1))
    assert other is not None
    before, after = TEXT.replace("for new customers", "only for new customers").splitlines(), other.splitlines()
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_what_holds_nothing_of_a_kind_is_not_changed() -> None:
    """No amount, no copy with another amount."""
    assert changed("Nothing is said here.", ConflictKind.amount, Random(1)) is None


def test_rewordings_vary_and_repeat() -> None:
    """Another seed gives other words, the same seed the same."""
    assert reworded(TEXT, Random(3)) == reworded(TEXT, Random(3))
    assert len({reworded(TEXT, Random(seed)) for seed in range(8)}) > 3


def test_own_files_are_judged(tmp_path: Path) -> None:
    """Files in the form of the articles take the place of both halves; figures stand by kind, with an anchor beside."""
    file = tmp_path / "articles.jsonl"
    names = ("Gold", "Silver", "Blue", "Green", "Red")
    file.write_text(
        "\n".join(json.dumps({"id": name, "title": f"{name} Card: Fees", "content": TEXT}) for name in names)
    )
    report = measure(tmp_path / "absent", train=file, test=file, embedder=HashingEmbedder())
    judged = report.sets["judged"]
    assert judged.metrics["catch_amount"] == 1
    assert judged.metrics["wrongly_near"] == 0
    assert judged.metrics["catch_amount_pairs"] == 2 * len(names)
    assert "block_wrongly" in judged.anchors["word overlap"].metrics
    with pytest.raises(NothingToMeasure):
        measure(tmp_path / "absent", embedder=HashingEmbedder())
