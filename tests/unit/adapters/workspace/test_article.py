"""Splitting articles into the sections that become passages."""

from adapters.workspace.article import split_sections


def test_an_article_is_split_at_its_headings() -> None:
    """Each heading begins a section; its words lose nothing but the blank lines around them."""
    sections = split_sections("## One\n\nFirst.\n\nMore.\n\n### Two ##x\nSecond.", "Title")
    assert [(section.heading, section.text) for section in sections] == [
        ("One", "First.\n\nMore."),
        ("Two ##x", "Second."),
    ]


def test_words_before_the_first_heading_stand_under_the_title() -> None:
    """An introduction is a section of its own."""
    sections = split_sections("Hello.\n\n# One\nFirst.", "Title")
    assert [(section.heading, section.text) for section in sections] == [("Title", "Hello."), ("One", "First.")]


def test_a_hash_in_a_code_fence_is_no_heading() -> None:
    """Code may hold lines that look like headings."""
    [section] = split_sections("# One\n```\n# not a heading\n```", "Title")
    assert section.text == "```\n# not a heading\n```"
