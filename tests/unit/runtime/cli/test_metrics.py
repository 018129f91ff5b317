"""Figures in the terminal: what is not known is said to be so, and never shown as 0."""

from rich.console import Console

from runtime.cli.answers import Metrics
from runtime.cli.style import THEME
from runtime.cli.views.metrics import bars, definition_list, metric_table

REPORT = Metrics.model_validate(
    {
        "first": "2026-11-01",
        "last": "2026-11-03",
        "step": "day",
        "time_zone": "Europe/Berlin",
        "figures": [
            {
                "definition": {
                    "figure": "autonomous_resolution",
                    "title": "Autonomous resolution",
                    "kind": "rate",
                    "numerator": "tickets durably resolved by the assistant",
                    "denominator": "all tickets opened",
                    "window": "by the day of opening",
                },
                "total": {
                    "value": 0.75, "numerator": 3, "denominator": 4, "not_yet_known": 9, "interval": [0.301, 0.954],
                },
                "bars": [{"starts_on": f"2026-11-0{day}", "tally": {"value": None}} for day in (1, 2, 3)],
            },
            {
                "definition": {
                    "figure": "csat", "title": "CSAT of the assistant", "kind": "rate", "numerator": "good ratings",
                    "window": "by the day of the rating", "parts_are_counts": True,
                },
                "total": {},
                "parts": [{"label": "5", "tally": {"value": 1.0, "numerator": 2, "denominator": 2}}],
            },
        ],
    }
)  # fmt: skip


def _shown(what: object) -> str:
    console = Console(width=120, record=True, theme=THEME)
    console.print(what)
    return console.export_text()


def test_a_line_says_of_how_many_and_how_sure() -> None:
    """The share, its parts, its bounds, and what is still open; no tickets are no percentage."""
    lines = _shown(metric_table(REPORT)).splitlines()
    [rate] = [line for line in lines if "Autonomous" in line]
    for told in ("75 %", "3 of 4", "truly 30 % to 95 %", "9 not yet known", "···"):
        assert told in rate
    [csat] = [line for line in lines if "CSAT" in line]
    assert "no tickets yet" in csat
    assert any("5: 2" in line for line in lines)
    assert "Europe/Berlin" in lines[0]


def test_definitions_are_told() -> None:
    """Numerator, denominator and window, as the glossary has them."""
    shown = _shown(definition_list(REPORT))
    for told in ("tickets durably resolved by the assistant", "all tickets opened", "by the day of opening"):
        assert told in shown


def test_small_bars() -> None:
    """The highest is full, little is seen, nothing is blank, and what is not known is a dot."""
    assert bars([0, 1, 50, 100, None]) == " ▁▅█·"
    assert bars([]) == ""
    assert bars([None, 0]) == "· "
