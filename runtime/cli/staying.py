"""`setright up`: the stack in the foreground until it is told to stop."""

import asyncio

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from runtime.backup.restore import set_folder_aside
from runtime.cli.holding import hold
from runtime.cli.style import out
from runtime.cli.views.next_steps import next_steps
from runtime.embedded.folder import DataFolder
from runtime.settings import Settings
from runtime.up import RunningStack, local_link


def stay_up(settings: Settings, *, is_fresh: bool) -> None:
    """Start everything and stay until a signal comes; with `is_fresh`, begin without the present state."""
    console = out()
    if is_fresh and settings.data_dir.exists():
        with DataFolder(settings.data_dir).held():
            aside = set_folder_aside(settings.data_dir)
        console.print(f" The old state is in {aside}.", style="quiet")

    async def stay(stack: RunningStack) -> None:
        show_welcome(console, stack, await local_link(stack))
        await asyncio.Event().wait()

    asyncio.run(hold(settings, console, stay))
    console.print(f" Stopped. Everything is kept in {settings.data_dir}.", style="quiet")


def show_welcome(console: Console, stack: RunningStack, console_link: str) -> None:
    """Say where everything is, and what to try."""
    console.print(_welcome(stack, console_link), crop=False)  # the link may be longer than a line, and stays whole


def _welcome(stack: RunningStack, console_link: str) -> RenderableType:
    places = Table.grid(padding=(0, 2))
    places.add_row(Text("API", "title"), _link(f"{stack.api_url}/docs"))
    if stack.temporal_ui:
        places.add_row(Text("Temporal", "title"), _link(stack.temporal_ui))
    places.add_row(
        Text("Tenants", "title"), Text(", ".join(tenant.name for tenant in stack.workspace.tenants.values()))
    )
    places.add_row(Text("Data, logs", "title"), Text(str(stack.data_dir)))
    return Group(
        Text(),
        Panel(
            Group(places, Text(), Text("In another terminal:", "quiet"), next_steps()),
            title="Setright is up",
            title_align="left",
            border_style="good",
            padding=(1, 2),
        ),
        Text(
            " The console. This link signs you in once, within 15 minutes; for another: setright operators link",
            "quiet",
        ),
        Text(f" {console_link}\n", f"accent link {console_link}", no_wrap=True, overflow="ignore"),
        Text(" Ctrl-C stops everything; a second start finds all of it again.", "quiet"),
    )


def _link(url: str) -> Text:
    return Text(url, f"accent link {url}")
