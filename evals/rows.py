"""Reading data sets: JSON lines, with an error that names the file, the line and what is wrong with it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domain.errors import InvalidInput
from evals.report import NothingToMeasure

Row = dict[str, Any]


def read_rows(path: Path, fields: Sequence[str] = ()) -> list[Row]:
    """Return the objects of a JSON-lines file, each of which has `fields`.

    Raises NothingToMeasure if there is no such file, and InvalidInput for a line of another form.
    """
    if not path.is_file():
        raise NothingToMeasure(
            f"There is no file {path}. Point --data, or SETRIGHT_DATA, at the folder of public data sets (the README "
            "says where they come from), or name files by --train and --test."
        )
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InvalidInput(f"{path}, line {number}: this is no JSON object.") from error
        missing = [name for name in fields if not isinstance(row, dict) or name not in row]
        if missing:
            raise InvalidInput(f"{path}, line {number}: the object lacks {', '.join(missing)}.")
        rows.append(row)
    if not rows:
        raise InvalidInput(f"{path} holds no lines.")
    return rows
