"""`setright demo`: a stack of its own, the tickets one after another, and what they came to."""

import asyncio
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from domain.errors import InvalidInput
from runtime.cli.client import ApiClient
from runtime.cli.holding import hold
from runtime.cli.output import print_json
from runtime.cli.style import err, nowhere, out
from runtime.demo.conclusion import conclusion, report
from runtime.demo.play import Played, play
from runtime.demo.scenarios import Scenario, choose, load_scenarios
from runtime.demo.screen import Screen
from runtime.embedded.folder import DataFolder
from runtime.settings import Settings
from runtime.up import RunningStack, local_link

_MARK = "demo.txt"
_KEPT = "vectors"


def run_demo(settings: Settings, *, only: list[str], is_fast: bool, is_kept: bool, as_json: bool) -> bool:
    """Play the demo's tickets and tell whether each came out as it should.

    Raises:
        InvalidInput: a ticket is asked for that the demo does not have, or the data folder holds something else.
        EmbeddedError: the stack could not be started.
    """
    scenarios = choose(load_scenarios(), only)
    console = err() if as_json else out()
    screen = Screen(nowhere() if as_json else console, is_fast=is_fast or as_json)
    _begin_anew(settings.data_dir)
    played: list[Played] = []

    async def show(stack: RunningStack) -> None:
        began = time.monotonic()
        await _play_all(stack, scenarios, screen, played)
        if as_json:
            print_json(report(played, time.monotonic() - began))
        else:
            console.print(conclusion(played, console_link=await local_link(stack) if is_kept else None), crop=False)
        if is_kept:
            await asyncio.Event().wait()

    if not as_json:
        console.print(Text("Setright settles customer tickets. Watch real ones, on real servers.\n", "title"))
    asyncio.run(hold(settings, console, show))
    return len(played) == len(scenarios) and not any(ticket.mismatches for ticket in played)


def _begin_anew(folder: Path) -> None:
    """Make the folder free of state: the demo's tickets mend what must be broken first.

    Only what a demo has made is ever removed. The embeddings are kept: they depend on nothing that happens here, and
    take most of the first start.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise InvalidInput(f"{folder} holds something, and the demo begins with nothing. Name an empty folder.")
        with DataFolder(folder).held():  # refuses while a demo runs there
            for path in folder.iterdir():
                if path.is_dir() and path.name != _KEPT:
                    shutil.rmtree(path)
                elif path.is_file():
                    path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("Made by `setright demo`, which removes what is here when it starts.\n")


async def _play_all(stack: RunningStack, scenarios: Sequence[Scenario], screen: Screen, played: list[Played]) -> None:
    for number, scenario in enumerate(scenarios, 1):
        await screen.begin(scenario, number, len(scenarios))
        async with ApiClient.open(stack.api_url, stack.keys[scenario.tenant]) as client:
            ticket = await play(scenario, client, screen)
        played.append(ticket)
        await screen.end(ticket)
