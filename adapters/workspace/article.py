"""Knowledge articles: Markdown files with a little front matter, split at their headings.

A section is what the knowledge base stores as a passage, so each must answer a question by itself.
"""

from datetime import date
from pathlib import Path

from pydantic import ConfigDict

from adapters.knowledge.front_matter import FrontMatter, split_front
from adapters.knowledge.markdown import outline
from adapters.workspace.problems import Problem
from adapters.workspace.source import Source, parse_source, read_text
from adapters.workspace.tenant import Article, Locale, Section
from adapters.workspace.typed import build
from domain.text import strip_invisible


class _FrontMatter(FrontMatter):
    """A workspace's articles are the team's own: they say more, and a field that is unknown is a slip."""

    model_config = ConfigDict(extra="forbid")

    title: str
    language: Locale
    updated: date


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
        slug=front.slug or file.stem,
        version=source.sha256,
        body=body,
        sections=sections,
        **front.model_dump(exclude={"slug"}),
    )


def _parts(file: Path, text: str) -> tuple[Source, str, int] | Problem:
    """The front matter, the body, and the line where the body begins."""
    yaml_text, body, line = split_front(text)
    if yaml_text is None:
        missing = "the front matter is missing: title, language and updated between two lines of ---"
        return Problem(file, 1, "", missing)
    source = parse_source(file, text, yaml_part=yaml_text, first_line=2)
    if isinstance(source, Problem):
        return source
    return source, body.strip(), line


def split_sections(body: str, title: str) -> tuple[Section, ...]:
    """Split Markdown at its headings; words before the first one stand under the title."""
    parts = outline(body)
    sections = [Section(heading=part.heading or title, text="\n\n".join(part.blocks)) for part in parts]
    return tuple(sections if sections[0].text else sections[1:])
