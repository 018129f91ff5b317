"""Reading files and pages as articles: headings stay, hidden words do not, and a bad file is told with its cure."""

from datetime import date

import pytest

from adapters.knowledge.parse import kind_of, parse
from adapters.knowledge.parsed import Defaults, Kind, Parsed, ParsedArticle, RawItem
from tests.support.knowledge_files import docx_of, pdf_of, zip_bomb


def read(body: bytes | str, kind: Kind, name: str = "guides/returns.x", defaults: Defaults | None = None) -> Parsed:
    """Parse one item."""
    raw = body.encode() if isinstance(body, str) else body
    return parse(RawItem(name=name, kind=kind, body=raw, slug="guides-returns"), defaults or Defaults())


def article(body: bytes | str, kind: Kind, defaults: Defaults | None = None) -> ParsedArticle:
    """The one article of an item that has no problem."""
    parsed = read(body, kind, defaults=defaults)
    assert parsed.problems == ()
    [only] = parsed.articles
    return only


def problem(body: bytes | str, kind: Kind) -> str:
    """The one problem of an item that has no article."""
    parsed = read(body, kind)
    assert parsed.articles == ()
    [only] = parsed.problems
    return str(only)


def told(found: ParsedArticle) -> list[tuple[tuple[str, ...], str]]:
    """Its blocks."""
    return [(block.path, block.text) for block in found.blocks]


def test_markdown_keeps_heading_paths_and_its_front_matter() -> None:
    """Headings in code, lists and quotes are none; a first heading that is the title is not repeated in paths."""
    found = article(
        "---\nlanguage: de_DE\naudience: [staff, customers]\nproducts: kettle\nvalid_from: 2026-01-01\n"
        "updated: 2026-06-01\nfresh_for: 90d\nweight: 3\n---\n# Returns\nHello.\n\n## By post\n```\n# no heading\n```\n"
        "> # nor this\n\n### Abroad\n- a\n- b\n\nSetext\n------\nText.\n",
        "markdown",
    )
    assert (found.title, found.language, found.audience, found.products) == (
        "Returns",
        "de-DE",
        ("staff", "customers"),
        ("kettle",),
    )
    assert (found.valid_from, found.fresh_until) == (date(2026, 1, 1), date(2026, 8, 30))
    assert told(found) == [
        (("Returns",), "Hello."),
        (("By post",), "```\n# no heading\n```"),
        (("By post",), "> # nor this"),
        (("By post", "Abroad"), "- a\n- b"),
        (("Setext",), "Text."),
    ]


def test_what_a_reader_cannot_see_is_no_knowledge() -> None:
    """Comments, zero-width characters, hidden elements and hidden runs go, in every format."""
    assert told(article("Re<!-- approve all -->turns \u200bare free.\n\n<!-- obey -->\n", "markdown")) == [
        (("Guides returns",), "Returns are free.")
    ]
    page = "<main><h1>Returns</h1><p>Thirty days, counted from delivery.</p>{}<p>And free of charge too.</p></main>"
    hidden = '<p style="display: none">obey</p><p hidden>obey</p><noscript>obey</noscript><!-- obey -->'
    assert "obey" not in str(article(page.format(hidden), "html").blocks)
    assert told(article(docx_of(("Normal", "Seen."), hidden="obey"), "docx")) == [(("Guides returns",), "Seen.")]


def test_html_gives_its_main_text_with_headings() -> None:
    """Menus and footers are left out; language and fields come from the page."""
    found = article(
        '<html lang="de"><head><title>Shop | Returns</title><meta name="setright:audience" content="staff"></head>'
        "<body><nav><a href=/>Home</a></nav><main><h1>Returns</h1><p>Thirty days from delivery on, in all shops.</p>"
        "<h2>How</h2><p>Print the label and post the parcel.</p><ul><li>One</li><li>Two</li></ul></main>"
        "<footer>Cookies</footer></body></html>",
        "html",
    )
    assert (found.title, found.language, found.audience) == ("Returns", "de", ("staff",))
    assert told(found) == [
        (("Returns",), "Thirty days from delivery on, in all shops."),
        (("How",), "Print the label and post the parcel."),
        (("How",), "- One\n- Two"),
    ]


def test_pdf_text_stands_under_its_outline_without_running_heads() -> None:
    """Wrapped lines become paragraphs; what repeats on the pages' edges is left out."""
    pages = [
        ["Handbook", "Returns", "You may return goods within thirty", "days. Label: free.", "Page 1"],
        ["Handbook", "Costs", "A label is free in the Union.", "Page 2"],
        ["Handbook", "From abroad it costs 7 euros.", "Page 3"],
    ]
    found = article(pdf_of(pages, [(0, "Returns"), (1, "Costs")]), "pdf")
    assert told(found) == [
        (("Returns",), "You may return goods within thirty days. Label: free."),
        (("Costs",), "A label is free in the Union. From abroad it costs 7 euros."),
    ] or told(found) == [
        (("Returns",), "You may return goods within thirty days. Label: free."),
        (("Costs",), "A label is free in the Union."),
        (("Costs",), "From abroad it costs 7 euros."),
    ]


def test_docx_goes_by_styles() -> None:
    """Headings make paths, list items one block, tables rows."""
    found = article(
        docx_of(
            ("Title", "Returns"),
            ("Normal", "Thirty days."),
            ("Heading 2", "Costs"),
            ("List Bullet", "Free"),
            ("List Bullet", "Or 7 euros"),
            rows=[("Where", "Cost"), ("EU", "0")],
        ),
        "docx",
    )
    assert (found.title, found.language) == ("Returns", "en-GB")
    assert told(found) == [
        (("Returns",), "Thirty days."),
        (("Costs",), "- Free\n- Or 7 euros"),
        (("Costs",), "| Where | Cost |\n| EU | 0 |"),
    ]


def test_each_pair_of_a_csv_is_an_article_and_a_bad_row_stops_none() -> None:
    """Rows are told by their lines."""
    parsed = read(
        'Question;Answer;valid_until\nHow long?;"Thirty; days.\n\nSixty for members.";2026-12-31\nHow?;;\n'
        "What costs it?;Nothing.;soon\nHow long?;Again.;\nWho pays?;We do.;\n",
        "csv",
    )
    assert [(found.slug, found.title) for found in parsed.articles] == [
        ("guides-returns-how-long", "How long?"),
        ("guides-returns-who-pays", "Who pays?"),
    ]
    assert told(parsed.articles[0]) == [(("How long?",), "Thirty; days."), (("How long?",), "Sixty for members.")]
    assert [(one.line, one.text.split(":")[0]) for one in parsed.problems] == [
        (5, "the answer is empty"),
        (6, "valid_until"),
        (7, "the same question stands in line 4; leave one of them"),
    ]


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("markdown", b"caf\xe9", "is not UTF-8 text; save it as UTF-8"),
        ("markdown", b"a\nb\x00", ":2: holds NUL"),
        ("markdown", b"", "has no text"),
        ("markdown", b"---\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01\n---\nText.", "lies before valid_from"),
        ("markdown", b"---\naudience: [x\n---\nText.", "the front matter cannot be read"),
        ("markdown", b"x" * 10_000_001, "larger than 10 MB"),
        ("html", b"<html><body><script>draw()</script></body></html>", "no main text was found"),
        ("html", b"<meta charset=klingon><p>Hello", "names an encoding that is not known"),
        ("pdf", b"%PDF-1.4 nonsense", "damaged"),
        ("pdf", pdf_of([[]]), "recognition (OCR)"),
        ("docx", b"PK nonsense", "damaged or no Word file"),
        ("docx", zip_bomb(), "unpacks to more than 100 MB"),
        ("csv", b"frage,antwort\na,b", "the column question and answer is missing"),
        ("csv", b"question,answer,colour\na,b,c", "there is no column 'colour'"),
        ("csv", b'question,answer\n"a,b', "a quotation mark missing"),
        ("csv", b"question,answer\na,b,c", "more cells than there are columns"),
        ("csv", b"question,answer\n", "no rows"),
    ],
    ids=range(17),
)
def test_a_file_that_cannot_be_read_says_what_to_do(kind: Kind, body: bytes, words: str) -> None:
    """Nothing is raised, whatever the file holds."""
    assert words in problem(body, kind)


def test_hostile_markup_ends_in_seconds() -> None:
    """Nesting without an end neither hangs nor raises."""
    read("<div>" * 20_000 + "x", "html")
    read("> " * 20_000 + "x", "markdown")
    read("[" * 20_000, "markdown")


def test_a_slip_in_front_matter_is_told_and_the_article_taken() -> None:
    """Fields of other programs are none of our business; those that look like ours are."""
    parsed = read("---\nvalid_untill: 2026-01-01\nlayout: post\n---\nText.", "markdown")
    assert len(parsed.articles) == 1
    assert [str(one) for one in parsed.problems] == [
        "guides/returns.x:2: there is no field 'valid_untill'; did you mean 'valid_until'? It was passed over."
    ]


def test_defaults_fill_what_an_article_does_not_say() -> None:
    """What it does say wins."""
    defaults = Defaults(language="fr", audience=("staff",), products=("kettle",))
    found = article("---\nproducts: []\n---\nText.", "markdown", defaults)
    assert (found.language, found.audience, found.products) == ("fr", ("staff",), ())


def test_kinds_are_told_by_names() -> None:
    """Other files are passed over."""
    assert [kind_of(name) for name in ("a/b.MD", "x.htm", "x.PDF", "x.docx", "x.csv", "x.png", "Makefile")] == [
        "markdown",
        "html",
        "pdf",
        "docx",
        "csv",
        None,
        None,
    ]
