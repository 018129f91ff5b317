"""Knowledge articles: Markdown files with a little front matter, split at their headings.

A section is what the knowledge base stores as a passage, so each must answer a question by itself.
"""

import re
from datetime import date
from pathlib import Path

from pydantic import model_validator

from adapters.workspace.problems import Problem
from adapters.workspace.source import Source, parse_source, read_text
from adapters.workspace.tenant import Article, Locale, Section
from adapters.workspace.typed import build
from domain.model import Model
from domain.text import strip_invisible

_FENCE = "---"
_HEADING = re.compile(r"#{1,6}\s+(?P<heading>.*\S)\s*")


class _FrontMatter(Model):
    title: str
    language: Locale
    updated: date
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _validity_is_a_span(self) -> "_FrontMatter":
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until: lies before valid_from")
        return self


def read_article(file: Path) -> Article | list[Problem]:
    """Return the article of a Markdown file, or everything wrong with it."""
    text = read_text(file)
    parts = text if isinstance(text, Problem) else _parts(file, text)
    if isinstance(parts, Problem):
        return [parts]
    source, body, line = parts
    body = strip_invisible(body)  # what its readers cannot see is no knowledge
    front = build(_FrontMatter, source)
    if isinstance(front, list):
        return front
    sections = split_sections(body, front.title)
    problems = [] if sections else [Problem(file, line, "", "the article has no text")]
    problems += [
        Problem(file, line, "", f"there is no text under the heading '{section.heading}'")
        for section in sections
        if not section.text
    ]
    return problems or Article(
        slug=file.stem, version=source.sha256, body=body, sections=sections, **front.model_dump()
    )


def _parts(file: Path, text: str) -> tuple[Source, str, int] | Problem:
    """The front matter, the body, and the line where the body begins."""
    first, *rest = text.splitlines() or [""]
    stripped = [line.strip() for line in rest]
    if first.strip() != _FENCE or _FENCE not in stripped:
        missing = "the front matter is missing: title, language and updated between two lines of ---"
        return Problem(file, 1, "", missing)
    end = stripped.index(_FENCE)
    source = parse_source(file, text, yaml_part="\n".join(rest[:end]), first_line=2)
    if isinstance(source, Problem):
        return source
    return source, "\n".join(rest[end + 1 :]).strip(), end + 3


def split_sections(body: str, title: str) -> tuple[Section, ...]:
    """Split Markdown at its headings (not inside code fences); words before the first one stand under the title."""
    found: list[tuple[str, list[str]]] = [(title, [])]
    is_code = False
    for line in body.splitlines():
        is_code ^= line.lstrip().startswith("```")
        heading = None if is_code else _HEADING.fullmatch(line)
        if heading:
            found.append((heading["heading"], []))
        else:
            found[-1][1].append(line)
    sections = [Section(heading=heading, text="\n".join(lines).strip()) for heading, lines in found]
    return tuple(sections if sections[0].text else sections[1:])
