"""The image of the curve: well-formed, inside its frame, and safe to name anything."""

import re
from xml.etree import ElementTree as ET

from adapters.assistants.embedded.tuning import Point
from runtime.tuning.curve import draw_curve

POINTS = (Point(0, 1.0, 0.7), Point(500, 0.8, 0.9), Point(900, 0.3, 1.0))


def test_the_image_is_an_svg_for_light_and_dark() -> None:
    """Every point of the curve lies in the frame; the title may hold any character."""
    image = draw_curve('Bits & "Bobs" <Ltd>', POINTS, 0.98, 500)
    ET.fromstring(image)  # noqa: S314 - our own
    assert "prefers-color-scheme: dark" in image
    assert "threshold 0.50: 90% right, 80% covered" in image
    [line] = re.findall(r'points="([^"]+)"', image)
    places = [tuple(float(number) for number in pair.split(",")) for pair in line.split()]
    assert len(places) == len(POINTS)
    assert all(64 <= x <= 616 and 56 <= y <= 340 for x, y in places)


def test_no_title_runs_out_of_the_image() -> None:
    """A long one is cut in the drawing, and whole in the label."""
    name = "A shop of many words: labelled messages of the-whole-of-last-quarter-and-more.jsonl"
    image = draw_curve(name, POINTS, 0.98, 500)
    [shown] = re.findall(r'class="title"[^>]*>([^<]+)<', image)
    assert shown.endswith(" …")
    assert len(shown) < 62
    assert f'aria-label="{name}"' in image
    assert "wanted: 98%" in image


def test_without_a_threshold_there_is_no_dot() -> None:
    """Nor does a curve without points break the image."""
    assert "<circle" not in draw_curve("x", POINTS, 0.98, None)
    ET.fromstring(draw_curve("x", (), 0.98, 700))  # noqa: S314 - our own
