"""What `setright evidence` prints."""

from io import StringIO

from rich.console import Console

from runtime.cli.style import THEME
from runtime.cli.views.evidence import evidence_view


def test_a_passage_that_is_quoted_three_times_is_printed_once() -> None:
    """Each sentence has a citation of its own, and whoever reads wants the passage."""
    cited = {
        "article": "returns",
        "version": 1,
        "title": "Returns",
        "path": ["Returns", "How long?"],
        "text": "Within 30 days of delivery.",
        "known_from": "2026-08-03T00:00:00Z",
        "standing": "holds",
    }
    given = {"seq": 2, "answered_at": "2026-11-28T10:00:00Z", "needs_review": False, "evidence": [cited] * 3}
    printed = StringIO()
    console = Console(theme=THEME, file=printed, width=120)
    console.print(evidence_view({"answers": [given]}))
    assert printed.getvalue().count("Within 30 days") == 1
