"""Approve x decline x withdraw x close x expire, many times over: one wins, and nobody is told what is not so.

    .venv/bin/python -m benchmarks.races [--races 1000] [--seed 7] [--lanes 16] [--json]

Each race is a ticket of its own on a real Temporal and a real Postgres, waiting for the approval of a refund of
€1,299.00; then some of the parties act within a second of each other, a third of the races around the moment at which
the request expires. Afterwards, what each party was told is compared with the payment provider's own log. The seed
draws who takes part and when; which of them is first is up to the machine. Exit code 1 if anybody was told something
wrong.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from adapters.backends.shop.generate.copies import fill_with_copies
from tests.support.racing import Race, draw, impatient_workspace, run_races, table
from tests.support.servers import WORKSPACE, Servers, assistants_of, harness, running_servers


async def run(servers: Servers, races: list[Race], lanes: int, folder: Path) -> float:
    """Run the races on servers of their own; returns the seconds they took."""
    workspace = impatient_workspace(WORKSPACE, folder)
    async with harness(servers, assistants_of(servers), workspace=workspace) as shop:
        shop.settings = shop.settings.model_copy(update={"sandboxed": False})
        database = shop.superuser_address()
        customers = await fill_with_copies(database, ["cus_dan"] * len(races))
        async with shop.worker():
            began = time.perf_counter()
            await run_races(shop, database, races, customers, lanes)
            return time.perf_counter() - began


def show(races: list[Race], seed: int, seconds: float) -> None:
    """The tables."""
    console = Console()
    rows = Table(title=f"{len(races)} races, seed {seed}, {seconds:.0f} s")
    for heading in ("parties", "races", "paid", "wrong"):
        rows.add_column(heading, justify="left" if heading == "parties" else "right")
    for name, count, paid, wrong in table(races):
        rows.add_row(name, str(count), str(paid), str(wrong))
    console.print(rows)
    won = Counter(race.winner for race in races)
    console.print("The slot was taken by: " + ", ".join(f"{how} {count}" for how, count in won.most_common()))
    void = sum(race.is_void for race in races)
    console.print(f"Effects {sum(race.effects for race in races)}, approved {won['approved']}, void {void}")
    for what, count in Counter(wrong for race in races for wrong in race.wrong).most_common():
        console.print(f"WRONG {count} x {what}")


def main() -> None:
    """Race and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--lanes", type=int, default=16, help="tickets at a time")
    parser.add_argument("--json", action="store_true", help="print one object instead of the tables")
    arguments = parser.parse_args()
    races = draw(arguments.races, arguments.seed)
    with running_servers() as servers, tempfile.TemporaryDirectory() as folder:
        seconds = asyncio.run(run(servers, races, arguments.lanes, Path(folder)))
    wrong = [race for race in races if race.wrong]
    if arguments.json:
        figures = {
            "races": len(races),
            "seed": arguments.seed,
            "seconds": round(seconds),
            "void": sum(race.is_void for race in races),
            "effects": sum(race.effects for race in races),
            "won": Counter(race.winner for race in races),
            "wrong": [{"race": race.number, "told": race.told, "wrong": race.wrong} for race in wrong],
        }
        print(json.dumps(figures))
    else:
        show(races, arguments.seed, seconds)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
