"""Web pages: the main text by trafilatura, as Markdown, so that headings, lists and tables survive.

What a page hides from its readers is taken out first: it is no knowledge, and may be an instruction to a machine.
"""

import logging
from copy import deepcopy
from typing import Any

import lxml.html
import trafilatura
from lxml import etree
from trafilatura.settings import DEFAULT_CONFIG

from adapters.knowledge.front_matter import FrontMatter, front_of, slips
from adapters.knowledge.markdown import blocks_of, outline, own_title, titled
from adapters.knowledge.parsed import MAX_TITLE_CHARS, Defaults, Parsed, ParsedArticle, RawItem, Unreadable
from adapters.knowledge.text import decoded_html, one_line, storable

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it quotes what it cannot read; logs hold no words
#: A help page may be two sentences; below its usual size, trafilatura takes the whole page, menus and all.
_SETTINGS = deepcopy(DEFAULT_CONFIG)
_SETTINGS["DEFAULT"].update({"MIN_EXTRACTED_SIZE": "20", "MIN_OUTPUT_SIZE": "1"})
_META = "setright:"
_HIDDEN = (
    "//*[@hidden or @aria-hidden='true' or self::template or self::noscript or"
    " contains(translate(@style, ' ', ''), 'display:none') or"
    " contains(translate(@style, ' ', ''), 'visibility:hidden') or"
    " contains(translate(@style, ' ', ''), 'font-size:0')]"
)
_NO_TEXT = "no main text was found; pages that are drawn by a script cannot be read, give their Markdown or PDF instead"


def parse_html(item: RawItem, defaults: Defaults) -> Parsed:
    """Read a page; raises Unreadable."""
    text = decoded_html(item.body, item.charset)
    if not text.strip():
        raise Unreadable("the page is empty")
    try:
        # From bytes: lxml refuses text that declares an encoding. A tree too deep or too large is refused by lxml.
        page: Any = lxml.html.document_fromstring(text.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError):
        raise Unreadable("is no HTML that can be read") from None
    front, problems = _front(item, page)
    heading = _first_heading(page)
    for hidden in page.xpath(_HIDDEN):
        if hidden.getparent() is not None:
            hidden.drop_tree()
    found = trafilatura.extract(
        page,
        output_format="markdown",
        include_formatting=True,
        include_comments=False,
        favor_recall=True,
        config=_SETTINGS,
    )
    parts = outline(storable(found or ""))
    title = (front.title or heading or own_title(parts) or _title(page) or titled(item.slug))[:MAX_TITLE_CHARS]
    if not any(part.blocks for part in parts):
        raise Unreadable(_NO_TEXT)
    fields = front.described(defaults)
    article = ParsedArticle(slug=front.slug or item.slug, title=title, blocks=blocks_of(parts, title), **fields)
    return Parsed(articles=(article,), problems=tuple(problems))


def _front(item: RawItem, page: Any) -> tuple[FrontMatter, list[Any]]:  # noqa: ANN401 - lxml has no types
    fields: dict[str, Any] = {}
    for meta in page.iter("meta"):
        name = str(meta.get("name") or "").lower()
        if name.startswith(_META):
            fields[name.removeprefix(_META)] = str(meta.get("content") or "")
    problems = slips(item.name, fields, {})
    language = page.get("lang")
    if language and "language" not in fields:
        try:
            return front_of({**fields, "language": language}), problems
        except Unreadable:
            pass  # the page's own word for its language is none that we know: the source's default holds
    return front_of(fields), problems


def _first_heading(page: Any) -> str | None:  # noqa: ANN401 - as above
    headings = [one_line(str(heading.text_content())) for heading in page.iter("h1")]
    return headings[0] if len(headings) == 1 and headings[0] else None


def _title(page: Any) -> str | None:  # noqa: ANN401 - as above
    return one_line(page.findtext(".//title") or "") or None
