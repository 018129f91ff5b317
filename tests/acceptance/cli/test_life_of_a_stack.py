"""A stack from its first start to its restore: what is shown, what is kept, what is left behind."""

import signal

import psutil

from tests.acceptance.cli.conftest import Place, stop, wait_until_up


def left_running(place: Place) -> list[int]:
    """Processes whose arguments or folder name the data folder."""
    return [
        process.pid
        for process in psutil.process_iter()
        if any(str(place.data_dir) in word for word in _argv(process)) and process.status() != psutil.STATUS_ZOMBIE
    ]


def _argv(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_it_starts_stops_starts_again_and_moves_house(place: Place) -> None:
    """Plain lines without a terminal; Ctrl-C stops everything; tickets are found again, even in another place."""
    process = place.start("up")
    wait_until_up(place, process)
    ticket_id = place.ask("How long do I have to return something?", "--customer", "cus_eve")["ticket_id"]
    second = place.run("up")
    assert second.status == 5
    assert "already running" in second.err
    shown = stop(process)
    for part in ("✓ Postgres", "✓ Temporal", "✓ Worker", "✓ API", "setright ask", "Stopped."):
        assert part in shown
    assert "\x1b[" not in shown
    assert left_running(place) == []
    assert not (place.data_dir / "stack.json").exists()
    assert place.run("tickets").status == 3
    audit = place.run("audit", "verify", "--json").json()  # the stop kept the last heads
    assert audit["events"] > 0
    assert audit["kept_heads"] > 0

    file = place.data_dir.parent / "all.tar.zst"
    assert place.run("backup", str(file)).status == 0
    moved = Place(place.data_dir.parent / "moved")
    assert moved.run("restore", str(file)).status == 0
    process = moved.start("up")
    wait_until_up(moved, process)
    assert moved.run("show", ticket_id, "--json").json()["ticket"]["ticket_id"] == ticket_id
    answer = moved.ask("And how do I send it?", "--ticket", ticket_id)
    assert answer["answers"]
    stop(process, signal.SIGTERM)
    assert left_running(moved) == []


def test_a_killed_stack_is_told_and_cleared_away(place: Place) -> None:
    """After kill -9 no command takes the dead stack for a living one, and the next start works."""
    process = place.start("up")
    wait_until_up(place, process)
    process.kill()
    process.communicate()
    assert place.run("tickets").status == 3
    process = place.start("up")
    wait_until_up(place, process)
    assert place.run("tickets").status == 0
    stop(process)
    assert left_running(place) == []
