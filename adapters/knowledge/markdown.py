"""Markdown: cut at its headings and paragraphs by a real parser, so that code, quotes and lists stay whole.

What a reader of the rendered page cannot see (comments) is no knowledge, for it may be an instruction to a machine.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.knowledge.front_matter import read_front, split_front
from adapters.knowledge.parsed import Block, Defaults, Parsed, ParsedArticle, RawItem, Unreadable
from adapters.knowledge.text import decoded, one_line, storable

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = frozenset({"fence", "code_block"})
_UNTITLED = 0  # the level of what stands before the first heading


@dataclass
class Part:
    """A heading with the blocks right under it; `level` 1 is the outermost, 0 what stands before any heading."""

    heading: str
    level: int
    line: int  # from 1, within the body
    blocks: list[str] = field(default_factory=list)


def parse_markdown(item: RawItem, defaults: Defaults) -> Parsed:
    """Read a Markdown or text file; raises Unreadable."""
    yaml_text, body, _ = split_front(decoded(item.body))
    front, problems = read_front(item.name, yaml_text)
    parts = outline(storable(body))
    title = front.title or own_title(parts) or titled(item.slug)
    article = ParsedArticle(
        slug=front.slug or item.slug, title=title, blocks=blocks_of(parts, title), **front.described(defaults)
    )
    return Parsed(articles=(article,), problems=tuple(problems))


def outline(body: str) -> list[Part]:
    """Cut Markdown at its headings (those of code, lists and quotes are none), and what is between into blocks."""
    lines = body.split("\n")
    parts = [Part("", _UNTITLED, 1)]
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    for position, token in enumerate(tokens):
        if token.level or token.map is None or token.nesting < 0:
            continue
        if token.type == "heading_open":
            parts.append(Part(_plain(tokens[position + 1]), int(token.tag[1:]), token.map[0] + 1))
        elif text := _block(token, lines):
            parts[-1].blocks.append(text)
    return parts


def blocks_of(parts: Sequence[Part], title: str) -> tuple[Block, ...]:
    """The blocks with their heading paths; raises Unreadable when there are none.

    A first heading that repeats the title is the title, not a part of the path; words before any heading stand under
    the title too.
    """
    found = tuple(Block(path=path or (title,), text=text) for path, text in _with_paths(parts, title))
    if not found:
        raise Unreadable("the article has no text")
    return found


def own_title(parts: Sequence[Part]) -> str | None:
    """The first heading of the first level."""
    return next((part.heading for part in parts if part.level == 1 and part.heading), None)


def titled(slug: str) -> str:
    """A title for what has none: `how-to-return` is `How to return`."""
    return slug.replace("-", " ").capitalize()


def _with_paths(parts: Sequence[Part], title: str) -> Iterator[tuple[tuple[str, ...], str]]:
    above: list[Part] = []
    for part in parts:
        while above and above[-1].level >= part.level:
            above.pop()
        above.append(part)
        path = tuple(one.heading for one in above if one.heading)
        if path and above[0].level <= 1 and path[0] == title:
            path = path[1:]
        for text in part.blocks:
            yield path, text


def _block(token: Token, lines: Sequence[str]) -> str:
    if token.type == "hr" or token.map is None:
        return ""
    text = "\n".join(lines[token.map[0] : token.map[1]]).rstrip()
    return text if token.type in _CODE else _COMMENT.sub("", text).strip()


def _plain(inline: Token) -> str:
    words = (child.content or " " for child in inline.children or () if child.type != "html_inline")
    return one_line("".join(words))
