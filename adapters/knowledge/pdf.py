"""PDF: the text of its pages, under the headings of its outline where it has one.

What a PDF holds is drawing instructions, so lines are joined to paragraphs by their lengths and ends, and lines that
stand on top or at the bottom of most pages are left out.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import Destination

from adapters.knowledge.front_matter import front_of
from adapters.knowledge.markdown import Part, blocks_of, titled
from adapters.knowledge.parsed import MAX_TITLE_CHARS, Defaults, Parsed, ParsedArticle, RawItem, Unreadable
from adapters.knowledge.text import one_line, storable

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd it quotes, and logs hold no words
MAX_PAGES = 1_000
_MOST_DEPTH = 6
_DIGITS = re.compile(r"\d+")
_LEAST_PAGES = 3  # fewer say nothing of what repeats
_SHORT = 0.75  # of the page's longest line: a shorter one that ends a sentence ends a paragraph
_ENDS = (".", "!", "?", ":", ";", "\u201d", ")")


def parse_pdf(item: RawItem, defaults: Defaults) -> Parsed:
    """Read a PDF; raises Unreadable."""
    try:
        reader = PdfReader(BytesIO(item.body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("is encrypted; save it without a password")
        if len(reader.pages) > MAX_PAGES:
            raise Unreadable(f"has more than {MAX_PAGES} pages; split it")
        pages = [_lines(page.extract_text()) for page in reader.pages]
        headings = dict(_outline(reader))
        title = one_line(str(reader.metadata.title or "")) if reader.metadata else ""
        language = str(reader.root_object.get("/Lang") or "") if reader.root_object else ""
    except PyPdfError:
        raise Unreadable("is a damaged PDF; save or print it to PDF again") from None
    title = (title or titled(item.slug))[:MAX_TITLE_CHARS]
    if not any(map(any, pages)):
        raise Unreadable("holds no text, perhaps pictures of it; run text recognition (OCR) over it first")
    parts = list(_parts(_without_repeats(pages), headings))
    try:
        front = front_of({"language": language} if language else {})
    except Unreadable:  # an odd word for its language is no reason to refuse it
        front = front_of({})
    article = ParsedArticle(slug=item.slug, title=title, blocks=blocks_of(parts, title), **front.described(defaults))
    return Parsed(articles=(article,))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in storable(text).split("\n")]


def _outline(reader: PdfReader) -> Iterator[tuple[tuple[int, str], int]]:
    """Each heading of the outline as (page, words), with its depth from 1."""
    level: list[tuple[object, int]] = [(entry, 1) for entry in reversed(reader.outline)]
    while level:
        entry, depth = level.pop()
        if isinstance(entry, list):
            level += [(inner, depth + 1) for inner in reversed(entry)]
        elif isinstance(entry, Destination) and depth <= _MOST_DEPTH:
            page = reader.get_destination_page_number(entry)
            if page is not None:
                yield (page, _same(str(entry.title))), depth


def _parts(pages: Sequence[Sequence[str]], headings: dict[tuple[int, str], int]) -> Iterator[Part]:
    part = Part("", 0, 1)
    paragraph: list[str] = []
    for number, lines in enumerate(pages):
        longest = max(map(len, lines), default=0)
        for line in lines:
            depth = headings.get((number, _same(line)))
            if depth is not None:
                _end(part, paragraph)
                yield part
                part = Part(one_line(line), depth, number + 1)
            elif not line:
                _end(part, paragraph)
            else:
                paragraph.append(line)
                if line.endswith(_ENDS) and len(line) < _SHORT * longest:
                    _end(part, paragraph)
    _end(part, paragraph)
    yield part


def _end(part: Part, paragraph: list[str]) -> None:
    if paragraph:
        part.blocks.append(_joined(paragraph))
        paragraph.clear()


def _joined(lines: Sequence[str]) -> str:
    """Lines as one paragraph; a word that a hyphen cut between two small letters is made whole."""
    text = " ".join(lines)
    return re.sub(r"(?<=[a-z])- (?=[a-z])", "", text)


def _without_repeats(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Leave out running heads and page numbers: first or last lines that, but for digits, most pages have."""
    edges = Counter(_bare(line) for lines in pages if lines for line in {lines[0], lines[-1]})
    if len(pages) < _LEAST_PAGES:
        return [list(lines) for lines in pages]
    running = {line for line, count in edges.items() if count > len(pages) / 2}
    return [
        [line for at, line in enumerate(lines) if at not in {0, len(lines) - 1} or _bare(line) not in running]
        for lines in pages
    ]


def _bare(line: str) -> str:
    return _DIGITS.sub("0", line)


def _same(heading: str) -> str:
    """A heading as it is compared: an outline and a page space and number the same words differently."""
    return "".join(character for character in heading.lower() if character.isalnum())
