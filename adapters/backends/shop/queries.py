"""SQL by name: the blocks of the `.sql` files beside this module.

A block starts with `-- name: <name>` and ends at the next. They come back as `LiteralString`, so that psycopg's
type-checked `execute` takes them and a query put together from somebody's text is a type error.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import LiteralString, cast

_FOLDER = Path(__file__).parent / "sql"
_BLOCK = re.compile(r"^-- name: (?P<name>\w+)\n(?P<sql>.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def script(name: str) -> LiteralString:
    """The whole of `sql/<name>.sql`, several statements without parameters."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def named(file: str) -> Mapping[str, LiteralString]:
    """The blocks of `sql/<file>.sql` by name."""
    blocks = {match["name"]: match["sql"].strip() for match in _BLOCK.finditer(script(file))}
    return cast("Mapping[str, LiteralString]", blocks)
