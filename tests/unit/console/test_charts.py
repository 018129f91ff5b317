"""Charts: what is drawn is what was given, every piece can be reached, and nothing needs a style of its own."""

import re
import xml.etree.ElementTree as ET

import pytest

from console.charts.axis import ticks
from console.charts.bars import Slice, Stack, bar_chart
from console.charts.lines import Point, line_chart
from console.charts.small import ratio, sparkline
from domain.unit import UnitName, say

NASTY = "<script>\"&amp;'</script>"


def tree(markup: str) -> ET.Element:
    """The chart as XML: it is well formed, has no styles and no handlers, and each drawing says what it shows."""
    root = ET.fromstring(f"<div>{markup}</div>")  # noqa: S314 - our own text
    for part in root.iter():
        assert not {name for name in part.attrib if name == "style" or name.startswith("on")}
    for drawing in root.iter("svg"):
        assert drawing.get("aria-label")
        # An image is heard as one thing, so a drawing with links in it is none.
        assert drawing.get("role") == ("group" if drawing.find(".//a") is not None else "img")
    return root


def test_bars_are_stacked_and_lead_to_their_tickets() -> None:
    """Pieces stand on each other, as high as they count, the same label in the same colour; what is 0 is not drawn."""
    stacks = [
        Stack("1 Nov", (Slice("vip", 1, "?a=1&b=2"), Slice("angry", 3, "?x"))),
        Stack("2 Nov", (Slice("angry", 2, "?y"), Slice("vip", 0, "?z"))),
    ]
    root = tree(bar_chart("Handed off", stacks))
    links = root.findall(".//a")
    assert [it.get("href") for it in links] == ["?x", "?a=1&b=2", "?y"]
    assert [it.findtext("title") for it in links] == ["1 Nov: 3 angry", "1 Nov: 1 vip", "2 Nov: 2 angry"]
    bars = [{k: v if k == "class" else float(v) for k, v in it.attrib.items()} for it in root.findall(".//a/rect")]
    assert [it["class"] for it in bars] == ["bar s1", "bar s2", "bar s1"]
    below, above = bars[0], bars[1]
    assert float(above["y"]) + float(above["height"]) == pytest.approx(float(below["y"]), abs=0.02)
    assert float(below["height"]) == pytest.approx(3 * float(above["height"]), abs=0.05)
    rows = [[cell.text for cell in row] for row in root.findall(".//tbody/tr")]
    assert rows == [["1 Nov", "3", "1"], ["2 Nov", "2", "0"]]
    assert [it.text for it in root.findall(".//thead/tr/th")] == [None, "angry", "vip"]


def test_what_is_not_known_is_not_drawn() -> None:
    """A line breaks where there is no value; the band shows where the value will come to lie."""
    points = [
        Point("Mon", 0.5, 0.4, 0.6, says="5 of 10", href="?mon"),
        Point("Tue", None),
        Point("Wed", 0.25, 0.2, 0.3, href="?wed"),
        Point("Thu", None, 0.0, 1.0),
    ]
    root = tree(line_chart("Rate", points, "share"))
    assert len(root.findall(".//polyline")) == 2
    assert len(root.findall(".//polygon")) == 2
    assert [it.findtext("title") for it in root.findall(".//a")] == ["Mon: 5 of 10", "Wed: 25 %"]
    assert [cell.text for cell in root.findall(".//tbody/tr")[1]] == ["Tue", "none", "none", "none"]


def test_labels_are_text_whatever_they_hold() -> None:
    """A label of somebody else's is shown and never run."""
    stack = Stack(NASTY, (Slice(NASTY, 2, f"?label={NASTY}"),))
    for drawn in (
        bar_chart(NASTY, [stack]),
        line_chart(NASTY, [Point(NASTY, 1.0, href=NASTY)], "count"),
        ratio(NASTY, 0.5, 0.1, 0.9),
        sparkline(NASTY, [1.0, None, 2.0]),
    ):
        root = tree(drawn)
        assert not list(root.iter("script"))
        assert NASTY in "".join([*root.itertext(), *(it.get("href") or "" for it in root.iter())])


def test_no_tickets_is_a_chart_without_bars() -> None:
    """Its axes are there; nothing divides by nothing."""
    assert not tree(bar_chart("Opened", [Stack("1 Nov", ())])).findall(".//rect")
    assert not tree(bar_chart("Opened", [])).findall(".//rect")
    assert not tree(line_chart("Rate", [], "share")).findall(".//circle")
    assert not tree(sparkline("Opened", [None, None])).findall(".//path")


def test_a_sparkline_leaves_gaps_and_a_ratio_stays_on_its_track() -> None:
    """A gap begins a new stroke; marks at both ends of a track are within it."""
    path = tree(sparkline("Opened", [1, 2, None, 4, 5])).find(".//path")
    assert path is not None
    assert re.sub(r"[^ML]", "", path.get("d", "")) == "MLML"
    for value in (0.0, 1.0):
        mark = tree(ratio("CSAT", value, 0.0, 1.0)).find(".//rect[@class='mark']")
        assert mark is not None
        assert 0 <= float(mark.get("x", "")) <= 157


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1204, "count", "1,204"),
        (0.5, "share", "50 %"),
        (0.004, "share", "0.4 %"),
        (0, "share", "0 %"),
        (0, "seconds", "0 s"),
        (2.5, "seconds", "2.5 s"),
        (61, "seconds", "1 min 1 s"),
        (59.9, "seconds", "1 min"),
        (7200, "seconds", "2 h"),
        (2 * 86_400 + 3 * 3_600 + 59, "seconds", "2 d 3 h"),
        (86_400 + 59, "seconds", "1 d"),
        (0, "microdollars", "$0"),
        (1_234, "microdollars", "$0.0012"),
        (120_000, "microdollars", "$0.12"),
        (1_234_500_000, "microdollars", "$1,234.50"),
    ],
)
def test_numbers_are_said_in_peoples_units(value: float, unit: UnitName, said: str) -> None:
    """Days and hours, dollars and their small fractions, percent."""
    assert say(value, unit) == said


@pytest.mark.parametrize(
    ("most", "unit", "said"),
    [
        (0, "count", "0 1"),
        (1, "count", "0 1"),
        (7, "count", "0 2 4 6 8"),
        (47, "count", "0 10 20 30 40 50"),
        (0.3, "share", "0 % 25 % 50 % 75 % 100 %"),
        (100, "seconds", "0 s 30 s 1 min 1 min 30 s 2 min"),
        (9_000, "seconds", "0 s 30 min 1 h 1 h 30 min 2 h 2 h 30 min"),
        (20 * 86_400, "seconds", "0 s 5 d 10 d 15 d 20 d"),
        (5_000, "microdollars", "$0 $0.0010 $0.0020 $0.0030 $0.0040 $0.0050"),
    ],
)
def test_axes_are_round(most: float, unit: UnitName, said: str) -> None:
    """Steps of 1, 2 or 5, of a clock's where time is measured; the last is not below the most there is."""
    assert " ".join(say(mark, unit) for mark in ticks(most, unit)) == said
    for tenth in range(1, 60):
        marks = ticks(tenth**4 / 7, unit)
        assert 2 <= len(marks) <= 6
        assert unit == "share" or marks[-1] >= tenth**4 / 7 * (1 - 1e-9)
