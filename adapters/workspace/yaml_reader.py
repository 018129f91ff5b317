"""YAML as a support team needs it: plain data, with the line of every value.

Built on PyYAML's event stream rather than on its loaders, because that gives lines, refuses what no workspace needs
(anchors, tags, several documents, deep nesting) before anything is built, and cannot be made to construct objects. Only
`true`, `false`, `null`, and whole numbers are more than text: no Norway that becomes False, no floats, no dates.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from adapters.workspace.problems import FieldPath

MAX_DEPTH = 12  # a procedure needs 6
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlFault(Exception):
    """The text is not the YAML that is read here; `line` counts from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def read_yaml(text: str, first_line: int = 1) -> tuple[object, dict[FieldPath, int]]:
    """Return the data of a YAML text, and the line of every value (in a mapping: of its key); raises `YamlFault`."""
    reader = _Reader(text, first_line)
    try:
        return reader.document(), reader.lines
    except yaml.MarkedYAMLError as error:
        mark, began = error.problem_mark, error.context_mark
        line = first_line + mark.line if mark else first_line
        since = f", {error.context} in line {first_line + began.line}" if began else ""
        raise YamlFault(line, f"not valid YAML: {error.problem}{since}") from None
    except yaml.YAMLError:
        raise YamlFault(first_line, "not valid YAML: it holds a character that YAML does not allow") from None


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.lines: dict[FieldPath, int] = {}
        self._first_line = first_line
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.CSafeLoader))

    def document(self) -> object:
        next(self._events)  # the stream starts
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise YamlFault(self._first_line, "the file is empty")
        value = self._value(next(self._events), ())
        next(self._events)  # the document ends
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise YamlFault(self._line(event), "a second document starts here; one file holds one")
        return value

    def _value(self, event: yaml.NodeEvent, path: FieldPath) -> object:
        line = self._line(event)
        self.lines.setdefault(path, line)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise YamlFault(line, "anchors and aliases (& and *) are not read here; write the value out")
        if getattr(event, "tag", None) is not None:
            raise YamlFault(line, "tags (!) are not read here; write the plain value")
        if len(path) > MAX_DEPTH:
            raise YamlFault(line, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - YAML has no other node
        return _scalar(event)

    def _mapping(self, path: FieldPath) -> dict[str, object]:
        values: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = self._line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise YamlFault(line, "a key must be a plain word")
            key = event.value
            if key in values:
                raise YamlFault(line, f"the key '{key}' stands here twice, first in line {self.lines[*path, key]}")
            self.lines[*path, key] = line
            values[key] = self._value(next(self._events), (*path, key))
        return values

    def _sequence(self, path: FieldPath) -> list[object]:
        values: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _line(self, event: yaml.Event) -> int:
        mark = event.start_mark
        return self._first_line + (mark.line if mark is not None else 0)


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    text = str(event.value)
    is_plain = event.implicit[0]
    if not is_plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
