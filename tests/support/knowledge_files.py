"""Small files of every kind that is read as knowledge, made by code."""

import io
import zipfile
from collections.abc import Sequence

import docx


def pdf_of(pages: Sequence[Sequence[str]], outline: Sequence[tuple[int, str]] = ()) -> bytes:
    """A PDF with lines of text on its pages, and an outline of (page from 0, heading)."""
    count = len(pages)
    objects: dict[int, bytes] = {}
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(count))
    root = f"<< /Type /Catalog /Pages 2 0 R {'/Outlines 4 0 R' if outline else ''} >>"
    objects[1] = root.encode()
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode()
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    for number, lines in enumerate(pages):
        drawn = "BT /F1 12 Tf 72 720 Td 14 TL " + " ".join(f"({_escaped(line)}) Tj T*" for line in lines) + " ET"
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {11 + 2 * number} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        objects[11 + 2 * number] = f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream".encode()
    first = 10 + 2 * count
    for at, (page, heading) in enumerate(outline):
        following = f"/Next {first + at + 1} 0 R" if at + 1 < len(outline) else ""
        objects[first + at] = (
            f"<< /Title ({_escaped(heading)}) /Parent 4 0 R /Dest [{10 + 2 * page} 0 R /Fit] {following} >>"
        ).encode()
    if outline:
        last = first + len(outline) - 1
        objects[4] = f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R /Count {len(outline)} >>".encode()
    return _file(objects)


def docx_of(*paragraphs: tuple[str, str], rows: Sequence[Sequence[str]] = (), hidden: str = "") -> bytes:
    """A Word file of (style, text) paragraphs, perhaps with a table and with hidden text behind it."""
    document = docx.Document()
    document.core_properties.language = "en-GB"
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    if hidden:
        document.add_paragraph().add_run(hidden).font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def zip_bomb() -> bytes:
    """A Word file of 200 kB that would unpack to 200 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
    return stream.getvalue()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{places[number]:010d} 00000 n \n".encode() if number in places else b"0000000000 65535 f \n"
    out += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
