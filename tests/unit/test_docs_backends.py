"""The back ends shown in the docs are ones that load."""

import re
from pathlib import Path

import pytest

from adapters.backends.registry import KINDS
from adapters.workspace.source import Source, parse_source
from adapters.workspace.typed import build

PAGE = Path("docs/backends.md")
SHOWN = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL) if "\nkind: " in block]


@pytest.mark.parametrize("text", SHOWN, ids=["http", "mcp"])
def test_what_the_page_shows_is_valid(text: str) -> None:
    """Copied from the page into a workspace, it has no problem."""
    source = parse_source(PAGE, text)
    assert isinstance(source, Source), source
    assert isinstance(source.value, dict)
    declaration = build(KINDS[source.value["kind"]].declaration, source)
    assert not isinstance(declaration, list), [str(problem) for problem in declaration]


def test_thirty_lines_are_thirty() -> None:
    """The first one, without its comment."""
    assert len(SHOWN[0].strip().splitlines()) - 1 <= 35
