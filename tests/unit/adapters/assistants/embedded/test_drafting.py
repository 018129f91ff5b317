"""Replies are the team's templates and the articles' own sentences."""

from collections.abc import Sequence

import pytest

from adapters.assistants.embedded.drafting import draft
from adapters.assistants.embedded.extract import Extractor, sentences_of
from adapters.assistants.port import Cited, Draft, DraftBrief, PartFacts, Passage
from adapters.embeddings.hashing import HashingEmbedder
from adapters.embeddings.port import Vectors
from domain.errors import ReplyInvalid
from domain.memory import ReplyPart

COMMON = {"greeting": "Hello, an assistant answers.", "no_knowledge": "I found nothing about that."}
RETURNS = Passage(
    passage_id=7,
    title="Returning something",
    section="How long do I have to return something?",
    text="You can return an item within 30 days of delivery. Plus members have 60.\n\nThe day counts from the scan.",
)
GIFTS = Passage(
    passage_id=9,
    title="Gifts",
    section="Can I return a gift without a receipt?",
    text="Yes. Whoever has the order number can return a gift.\n- It takes a week.\n- Nr. 5 is the counter.",
)


class CountingEmbedder(HashingEmbedder):
    """Keeps what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed and remember."""
        self.seen += texts
        return super().embed(texts)


def written(*parts: PartFacts, introduce: bool = False, language: str = "en", name: str | None = "Mara") -> Draft:
    """The draft of these parts."""
    brief = DraftBrief(parts=parts, language=language, common=COMMON, introduce=introduce, first_name=name)
    return draft(brief, Extractor(HashingEmbedder()))


def part(template: str | None, **facts: object) -> PartFacts:
    """A template part with its facts."""
    return PartFacts(part=ReplyPart(kind="reply", reply="told"), template=template, facts=facts)


def knowledge(question: str, *passages: Passage) -> PartFacts:
    """A part to be answered from passages."""
    return PartFacts(
        part=ReplyPart(kind="knowledge", reply="knowledge"),
        template=None,
        facts={},
        passages=passages,
        question=question,
    )


def test_one_paragraph_for_each_part() -> None:
    """Parts stand in order, the same sentence once, and the first reply introduces the assistant."""
    got = written(part("Order {number}.", number="10042"), part("Bye."), part("Bye."), introduce=True)
    assert got == Draft(text="Hello, an assistant answers.\n\nOrder 10042.\n\nBye.")


def test_a_missing_template_or_fact_is_an_error() -> None:
    """Nothing is sent in place of a sentence that is not there."""
    with pytest.raises(ReplyInvalid, match="told"):
        written(part(None))
    with pytest.raises(ReplyInvalid, match="number"):
        written(part("Order {number}."))


def test_short_choices_stand_in_the_sentence() -> None:
    """Labels are listed where the template names them."""
    assert (
        written(part("Is it {choices}?", choices=["a late refund", "a return"])).text
        == "Is it a late refund or a return?"
    )
    assert written(part("Oder {choices}?", choices=["a", "b", "c"]), language="de").text == "Oder a, b oder c?"


def test_records_to_choose_from_are_lines() -> None:
    """Choices with parts of their own are numbered below the question."""
    text = written(part("Which order: {choices}?", choices=["10042: Lamp, delivered", "10050: Shoes, pending"])).text
    assert text == "Which order?\n1. 10042: Lamp, delivered\n2. 10050: Shoes, pending"


def test_a_single_choice_stands_in_the_sentence() -> None:
    """One record needs no list."""
    assert (
        written(part("Which: {choices}?", choices=["10042: Lamp, delivered"])).text == "Which: 10042: Lamp, delivered?"
    )


def test_knowledge_is_quoted_with_its_source() -> None:
    """The answer is the passage's own sentence, cited; nothing else stands in the paragraph."""
    got = written(knowledge("How long do I have to return an item?", RETURNS, GIFTS))
    quoted = ("You can return an item within 30 days of delivery.", "Plus members have 60.")
    assert got.text == f"{' '.join(quoted)} (Source: Returning something)"
    assert got.citations == tuple(Cited(sentence, 7) for sentence in quoted)


def test_nothing_close_is_nothing_known() -> None:
    """Without a fitting sentence the reply says so, in the workspace's words."""
    assert written(knowledge("What is the capital of France?", RETURNS)) == Draft(text="I found nothing about that.")
    assert written(knowledge("How long?")) == Draft(text="I found nothing about that.")


def test_a_yes_is_quoted_only_to_the_same_question() -> None:
    """A yes answers the heading; another question must not get it."""
    same = Extractor(HashingEmbedder()).answer("Can I return a gift without a receipt?", [GIFTS])
    assert same[0].sentence == "Yes."
    other = Extractor(HashingEmbedder()).answer("Who can return a gift, the buyer?", [GIFTS])
    assert [it.sentence for it in other] == ["Whoever has the order number can return a gift."]


def answers(question: str, text: str, section: str) -> list[str]:
    """What is quoted of one passage."""
    passage = Passage(passage_id=1, title="Help", section=section, text=text)
    return [it.sentence for it in Extractor(HashingEmbedder()).answer(question, [passage])]


def test_what_leans_on_a_yes_to_something_else_is_left_out_with_it() -> None:
    """In "Yes. They cost EUR 5." it is the heading that says who they are."""
    text, section = "Yes. They cost EUR 5.", "Do lamps cost extra?"
    assert answers("What is the cost of lamps?", text, section) == []
    assert answers(section, text, section) == ["Yes.", "They cost EUR 5."]


def test_what_bounds_a_sentence_is_quoted_with_it() -> None:
    """A price that holds in two countries is never told without them."""
    text = "Yes, in Germany and Austria. Express costs EUR 12.90."
    both = ["Yes, in Germany and Austria.", "Express costs EUR 12.90."]
    assert answers("How much does express delivery cost?", text, "Is there an express delivery?") == both


def test_sentences_are_cut_where_they_end() -> None:
    """Paragraphs, list items and abbreviations are told apart; headings are no sentences."""
    assert sentences_of("## Title\n\nOne is 3.5 kg. Two, e.g. this.\n- Three\n2) Four at nr. 5") == [
        "One is 3.5 kg.",
        "Two, e.g. this.",
        "Three",
        "Four at nr. 5",
    ]


def test_sentences_are_embedded_once_and_questions_never_kept() -> None:
    """The second question costs its own vector and those of its words; what a customer asked is not remembered."""
    embedder = CountingEmbedder()
    extractor = Extractor(embedder)
    extractor.answer("How long do I have?", [RETURNS])
    first = len(embedder.seen)
    extractor.answer("How long do I have?", [RETURNS])
    assert embedder.seen[first:] == ["How long do I have?", "long"]
