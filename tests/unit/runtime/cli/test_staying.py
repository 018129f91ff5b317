"""What `setright up` says when everything is up."""

import io
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from runtime.cli.staying import show_welcome
from runtime.cli.style import THEME
from runtime.up import RunningStack

LINK = f"http://127.0.0.1:28265/console/sign-in/link/{'a' * 43}"


STACK = SimpleNamespace(
    api_url="http://127.0.0.1:28265",
    temporal_ui=None,
    data_dir="/var/lib/setright",
    workspace=SimpleNamespace(tenants={"meridian": SimpleNamespace(name="Meridian Goods")}),
)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_link_to_the_console_is_never_cut_short(width: int) -> None:
    """Whoever copies it gets the whole of it, on one line, however narrow the terminal is."""
    console = Console(file=io.StringIO(), theme=THEME, width=width)
    show_welcome(console, cast("RunningStack", STACK), LINK)
    said = cast("io.StringIO", console.file).getvalue()
    assert any(LINK in line for line in said.splitlines())
