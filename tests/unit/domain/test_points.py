"""Crash points: the registry and the code name the same places, and a process dies only where it was told to."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from domain.points import MODEL_POINTS, POINTS, on_reach, reach
from runtime.settings import Settings, SettingsError

FOLDERS = ("workflows", "activities", "adapters", "api", "runtime")
DYING = """
from domain.points import reach
from runtime.crash import crash_when_told
crash_when_told("shop.moved:2")
reach("shop.moved"); reach("shop.reserved"); print("alive", flush=True)
reach("shop.moved"); print("still here", flush=True)
"""


def test_every_point_is_in_the_code_and_every_place_in_the_code_is_a_point() -> None:
    """A point that nothing reaches proves nothing; one that nobody lists is never tried."""
    text = "\n".join(path.read_text() for folder in FOLDERS for path in Path(folder).rglob("*.py"))
    calls = re.findall(r'reach\(("[a-z_.]+"(?: if .+? else "[a-z_.]+")?)\)', text)
    assert {name for call in calls for name in re.findall(r'"([a-z_.]+)"', call)} == {*POINTS, *MODEL_POINTS}


def test_nothing_happens_unless_somebody_listens() -> None:
    """In production a point costs one comparison."""
    reach("shop.moved")
    heard: list[str] = []
    on_reach(heard.append)
    reach("shop.moved")
    on_reach(None)
    reach("shop.moved")
    assert heard == ["shop.moved"]


def test_a_process_kills_itself_at_the_nth_time() -> None:
    """By SIGKILL: no handler, no flush, no goodbye."""
    done = subprocess.run([sys.executable, "-c", DYING], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout == "alive\n"


def test_the_setting_names_a_point_and_a_count() -> None:
    """What cannot be meant is refused at start."""
    assert Settings.load(crash_at="shop.moved:3").crash_at == "shop.moved:3"
    with pytest.raises(SettingsError):
        Settings.load(crash_at="shop.moved")
