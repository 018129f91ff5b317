"""Messages of 100,000 characters beside a short one: a ticket's time from intake to reply, in one run.

    .venv/bin/python -m benchmarks.long_messages [--rounds 3] [--json]

The shop's assistant on a real Temporal and a real Postgres, one ticket at a time and the kinds in turn, each a ticket
of its own. The time runs from the commit of the message until the reply is sent. Prints the median and the worst of
each kind, in milliseconds.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Mapping

from domain.text import MAX_MESSAGE_CHARS
from tests.support.servers import Servers, assistants_of, harness, running_servers

_ASKS = "How long do I have to return something?"
_PROSE = "I ordered it for my sister and it came late, and now we wonder what can be done about it. "


def _full(piece: str) -> str:
    return (_ASKS + "\n\n" + piece * (MAX_MESSAGE_CHARS // len(piece) + 1))[:MAX_MESSAGE_CHARS]


KINDS: Mapping[str, str] = {
    "short": _ASKS,
    "quoted thread": _full("> We sent your parcel on Monday, and it is on its way to you.\n"),
    "prose": _full(_PROSE),
    "no spaces": _full("W"),
    "digits": _full("7"),
    "<": _full("<"),
    "@": _full("@"),
    "emoji": _full("\U0001f600"),
    "markup": _full("<img src=x onerror=alert(1)> "),
}


async def measure(servers: Servers, rounds: int) -> dict[str, list[float]]:
    """Milliseconds from intake to reply, by kind; a first ticket, which warms everything up, is not counted."""
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    async with harness(servers, assistants_of(servers)) as shop:
        shop.settings = shop.settings.model_copy(update={"sandboxed": False})
        async with shop.worker():
            await shop.open("cus_gia", _ASKS)
            for _ in range(rounds):
                for kind, text in KINDS.items():
                    began = time.perf_counter()
                    await shop.open("cus_gia", text)
                    took[kind].append(1000 * (time.perf_counter() - began))
    return took


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with running_servers() as servers:
        took = asyncio.run(measure(servers, options.rounds))
    told = {kind: {"p50": round(statistics.median(ms)), "worst": round(max(ms))} for kind, ms in took.items()}
    if options.json:
        print(json.dumps(told))
        return
    for kind, ms in told.items():
        print(f"{kind:14} {ms['p50']:6} ms  {ms['worst']:6} ms")


if __name__ == "__main__":
    main()
