"""One file of a workspace: its data, the line of every value, and its digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.workspace.problems import FieldPath, Problem, shown
from adapters.workspace.yaml_reader import YamlFault, read_yaml

MAX_BYTES = 256 * 1024  # ten times the longest procedure


@dataclass(frozen=True)
class Source:
    """A file that was read; `value` is its plain data."""

    file: Path
    value: object
    sha256: str
    lines: Mapping[FieldPath, int] = field(repr=False)
    text: str = field(default="", repr=False)

    def problem(self, path: FieldPath, text: str) -> Problem:
        """Say what is wrong with a field, at its line or at that of the nearest value around it."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known, 1), shown(path), text)


def read_text(file: Path) -> str | Problem:
    """Return a file's text, or why it cannot be read."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return Problem(file, 1, "", f"larger than {MAX_BYTES // 1024} KiB")
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        return Problem(file, 1, "", f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return Problem(file, 1 + error.object[: error.start].count(b"\n"), "", "not UTF-8 text")


def read_source(file: Path) -> Source | Problem:
    """Return a YAML file's data with its lines, or why it cannot be read."""
    text = read_text(file)
    return text if isinstance(text, Problem) else parse_source(file, text)


def parse_source(file: Path, text: str, *, yaml_part: str | None = None, first_line: int = 1) -> Source | Problem:
    """Return the data of `yaml_part` (by default of the whole `text`); the digest is that of the whole."""
    try:
        value, lines = read_yaml(text if yaml_part is None else yaml_part, first_line)
    except YamlFault as fault:
        return Problem(file, fault.line, "", fault.text)
    return Source(file, value, hashlib.sha256(text.encode()).hexdigest(), lines, text)
