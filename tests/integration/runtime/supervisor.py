"""A supervisor for tests that kill one: starts the stack on the folder named, says so, and waits."""

import asyncio
import sys
from pathlib import Path

from runtime.embedded.stack import EmbeddedStack


async def main(data_dir: Path) -> None:
    """Hold the stack until killed."""
    async with EmbeddedStack(data_dir):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(main(Path(sys.argv[1])))
