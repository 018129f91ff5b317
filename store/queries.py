"""Named SQL: the one way a statement reaches the database.

Each module of the store has a file of its own name in `sql/`. A block begins with `-- name: list_tickets`. A line that
ends with `-- include: rule` goes on with the block `rule` of the same file: what two statements share is written once.
Statements are `LiteralString`s, so that a statement put together from somebody's text is a type error.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString

SQL_FOLDER = Path(__file__).parent / "sql"
_INCLUDE = re.compile(r"-- include: ([a-z][a-z0-9_]*)$", re.MULTILINE)
_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)$", re.MULTILINE)


def load_queries(module: str) -> Mapping[str, LiteralString]:
    """Return the statements of `sql/<module>.sql` by name.

    Raises ValueError for text without a name of its own, and for a block that is included and stands nowhere above.
    """
    head, *rest = _NAME.split((SQL_FOLDER / f"{module}.sql").read_text(encoding="utf-8"))
    if head.strip():
        raise ValueError(f"{module}.sql: the file must begin with a '-- name:' line")
    names, bodies = rest[::2], rest[1::2]
    if len(set(names)) < len(names):
        raise ValueError(f"{module}.sql: two statements have the same name")
    statements: dict[str, LiteralString] = {}
    for name, body in zip(names, bodies, strict=True):
        if missing := set(_INCLUDE.findall(body)) - set(statements):
            raise ValueError(f"{module}.sql: {name} includes {min(missing)}, which stands nowhere above it")
        whole = _INCLUDE.sub(lambda found: statements[found[1]], body)
        # What comes out of a file of this package is as literal as what stands in its code.
        statements[name] = whole.strip()
    return MappingProxyType(statements)
