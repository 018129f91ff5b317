"""Word files: paragraphs by their styles. Hidden text is left out, and an archive that swells is never unpacked."""

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from lxml import etree

from adapters.knowledge.front_matter import front_of
from adapters.knowledge.markdown import Part, blocks_of, own_title, titled
from adapters.knowledge.parsed import MAX_TITLE_CHARS, Defaults, Parsed, ParsedArticle, RawItem, Unreadable
from adapters.knowledge.text import one_line, storable

MAX_UNPACKED_BYTES = 100_000_000
MAX_MEMBERS = 5_000
_HEADING = re.compile(r"Heading ([1-9])")
_DAMAGED = "is a damaged or no Word file; save it as .docx again"


def parse_docx(item: RawItem, defaults: Defaults) -> Parsed:
    """Read a Word file; raises Unreadable."""
    _refuse_bomb(item.body)
    try:
        document = docx.Document(BytesIO(item.body))
        parts = list(_parts(document))
        properties = document.core_properties
        title, language = one_line(properties.title or ""), properties.language
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError):
        raise Unreadable(_DAMAGED) from None
    title = (own_title(parts) or title or titled(item.slug))[:MAX_TITLE_CHARS]
    try:
        front = front_of({"language": language} if language else {})
    except Unreadable:  # an odd word for its language is no reason to refuse it
        front = front_of({})
    article = ParsedArticle(slug=item.slug, title=title, blocks=blocks_of(parts, title), **front.described(defaults))
    return Parsed(articles=(article,))


def _refuse_bomb(body: bytes) -> None:
    try:
        with ZipFile(BytesIO(body)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            is_encrypted = any(member.flag_bits & 1 for member in members)
    except BadZipFile:
        raise Unreadable(f"{_DAMAGED} (a protected one: without its password)") from None
    if is_encrypted:
        raise Unreadable("is encrypted; save it without a password")
    # zipfile never unpacks more than a member declares, so the declared sizes are a bound.
    if unpacked > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        raise Unreadable(f"unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB; remove its pictures")


def _parts(document: Document) -> Iterator[Part]:
    part = Part("", 0, 1)
    items: list[str] = []
    for number, content in enumerate(document.iter_inner_content(), 1):
        style = (content.style.name or "") if isinstance(content, Paragraph) and content.style else ""
        text = _table(content) if isinstance(content, Table) else storable(_visible(content))
        is_item = style.startswith("List")
        if items and not is_item:
            part.blocks.append("\n".join(items))
            items.clear()
        level = 1 if style == "Title" else int(match[1]) if (match := _HEADING.fullmatch(style)) else None
        if not text:
            continue
        if level is not None:
            yield part
            part = Part(one_line(text), level, number)
        elif is_item:
            items.append(f"- {text}")
        else:
            part.blocks.append(text)
    if items:
        part.blocks.append("\n".join(items))
    yield part


def _visible(paragraph: Paragraph) -> str:
    runs = (
        run
        for content in paragraph.iter_inner_content()
        for run in (content.runs if isinstance(content, Hyperlink) else (content,))
    )
    return "".join(run.text for run in runs if not run.font.hidden)


def _table(table: Table) -> str:
    rows = (
        " | ".join(one_line(" ".join(_visible(one) for one in cell.paragraphs)) for cell in row.cells)
        for row in table.rows
    )
    return "\n".join(f"| {row} |" for row in rows)
