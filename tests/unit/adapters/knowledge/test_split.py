"""Passages are as long as the embedder reads, and lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.knowledge.parsed import Block
from adapters.knowledge.slugs import slug_of, slug_of_path, slug_of_url
from adapters.knowledge.split import passages_of

words = st.text(alphabet="abc .\n", min_size=1, max_size=300).filter(lambda text: bool(text.strip()))


@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), words), max_size=8))
def test_no_passage_is_too_long_and_no_letter_is_lost(given_blocks: list[tuple[str, str]]) -> None:
    """Whatever the text; only space may change."""
    blocks = [Block(path=(path,), text=text) for path, text in given_blocks]
    passages = passages_of(blocks, most=40)
    assert all(len(passage.text) <= 40 for passage in passages)
    for path in ("one", "two"):
        before = "".join("".join(block.text.split()) for block in blocks if block.path == (path,))
        after = "".join("".join(passage.text.split()) for passage in passages if passage.path == (path,))
        assert after == before


def test_neighbours_are_joined_and_long_ones_cut_at_sentences() -> None:
    """Borders lie between paragraphs where they can, else between sentences."""
    blocks = [Block(path=("a",), text=text) for text in ("One.", "Two.", "Three is long. Four is too.")]
    assert [passage.text for passage in passages_of(blocks, most=20)] == [
        "One.\n\nTwo.",
        "Three is long.",
        "Four is too.",
    ]


def test_slugs_are_stable_short_and_never_empty() -> None:
    """The same text gives the same slug."""
    assert slug_of_path("guides/Rückgabe & Refunds.md") == "guides-ruckgabe-refunds"
    assert slug_of_url("https://help.example/en/returns.html?id=3") == "en-returns-id-3"
    assert slug_of_url("https://help.example/") == "help-example"
    assert slug_of("返品") == slug_of("返品") != slug_of("返金")
    assert len(slug_of("long " * 100)) <= 100
