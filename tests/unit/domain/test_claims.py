"""Every sentence of a draft rests on a passage, an action or a template, or is found."""

import pytest

from domain.claims import Evidence, Ground, read_claims
from domain.grounding import check_reply
from domain.verification import Check, Claim, explain

PASSAGE = (
    "Refunds reach the card within\n5 to 7 business days. Gift cards cannot be returned.\n"
    "- Unused items\n- Items in their original packaging"
)
WRITTEN = "Hello Ada, I am the shop's assistant.\n\nYour refund of €54.00 for order 10042 was sent again."
GROUND = Ground(
    written=WRITTEN.split("\n\n"),
    quotable=[Evidence(text=PASSAGE, passage_id=7)],
    cited=[Evidence(text=PASSAGE, passage_id=7)],
    actions=[Evidence(text="cancel order Cancel an order", action_id="T-00000001/a1")],
)


def found(text: str, ground: Ground = GROUND, **about: object) -> set[str]:
    """The names of the checks that a draft fails."""
    checked = check_reply(text, sources=[PASSAGE], performed={"cancel_order"}, ground=ground, **about)  # type: ignore[arg-type]
    return {finding.check for finding in checked.findings}


def claims(text: str) -> list[Claim]:
    """The claims of a draft, in order."""
    return [sentence.claim for sentence in read_claims(text, GROUND) if sentence.claim is not None]


def test_what_the_team_wrote_is_its_own_support() -> None:
    """Templates as they are filled, quoted sentences and lists of a passage pass word for word."""
    text = f"{WRITTEN}\n\nGift cards cannot be returned. Unused items Items in their original packaging"
    assert found(text) == set()
    supports = [(claim.supported_by, claim.passage_id, claim.score) for claim in claims(text)]
    assert supports == [("template", None, 1000)] * 2 + [("passage", 7, 1000)] * 2


def test_a_claim_is_told_by_its_place() -> None:
    """Offsets lead to the words, in the draft as it is stored; numbers count from one."""
    text = "Thank you!\nGift cards cannot be returned. We deliver to the moon."
    first, second = claims(text)
    assert text[first.start : first.end] == "Gift cards cannot be returned."
    assert text[second.start : second.end] == "We deliver to the moon."
    assert (first.number, second.number, second.supported_by) == (1, 2, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Refunds reach your card within 5 to 7 business days.", "passage"),
        ("Your refund for order 10042 was sent again.", "template"),
        ("I have cancelled your order.", "action"),
    ],
)
def test_other_words_are_enough_where_they_say_the_same(text: str, kind: str) -> None:
    """A sentence in the writer's own words is supported by what it cites, by this reply's templates, by the ledger."""
    assert found(text) == set()
    assert [claim.supported_by for claim in claims(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "We will send a courier to your home tomorrow.",
        "Gift cards can be returned.",  # the passage says the opposite
        "Hello Ada, your parcel was lost by the carrier.",  # a greeting hides nothing
        "Sorry, the warehouse burnt down.",
        "I have cancelled your order and sent flowers to your office.",
    ],
)
def test_a_sentence_without_support_is_found(text: str) -> None:
    """Whatever nobody said before is not sent."""
    assert "ungrounded_claim" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello Eve,",
        "Thank you for your message.",
        "I'm sorry to hear that your parcel has not arrived.",
        "Which of the two do you mean?",
        "Let me know if there is anything else.",
        "Kind regards",
        "Guten Tag,",
        "Es tut mir leid.",
    ],
)
def test_courtesy_claims_nothing(text: str) -> None:
    """Greetings, thanks, sympathy, offers and questions need no evidence."""
    assert claims(text) == []
    assert found(text) <= {"ungrounded_name"}


def test_only_cited_passages_support_other_words() -> None:
    """What was found but not cited may be quoted, and no more."""
    uncited = Ground(quotable=GROUND.quotable)
    assert found("Gift cards cannot be returned.", uncited) == set()
    assert found("Refunds reach your card within 5 to 7 business days.", uncited) == {"ungrounded_claim"}


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("Refunds reach the card of Mr Miller within 5 to 7 business days.", "ungrounded_name"),
        ("Refunds reach your card within 5 to 7 business days, I guarantee it.", "tone"),
        ("Refunds reach your card within 5 to 7 business days!!", "tone"),
        ("You should have read this: refunds reach the card within 5 to 7 business days.", "tone"),
        ("Dude, refunds reach the card within 5 to 7 business days.", "tone"),
        ("Refunds reach your card within 5 to 9 business days.", "ungrounded_number"),
    ],
)
def test_names_tone_and_figures_of_the_writers_own_words(text: str, check: str) -> None:
    """What no source names, and what no support team would write, is found."""
    assert check in found(text)


def test_the_teams_own_words_are_not_judged_for_tone() -> None:
    """A template may guarantee what a writer may not, and a passage's guarantee may be told."""
    assert found("We guarantee it.", Ground(written=["We guarantee it."])) == set()
    passage = "We guarantee that refunds reach the card within 5 days."
    ground = Ground(cited=[Evidence(text=passage, passage_id=1)])
    assert "tone" not in found("We guarantee that refunds reach your card within 5 days.", ground)


def test_the_customers_language_is_kept() -> None:
    """Only the writer's own sentences are asked for their language; a quoted passage may be in another."""
    ground = Ground(quotable=GROUND.quotable, cited=GROUND.cited, is_spoken=lambda text: "the card" not in text)
    assert "wrong_language" in found("Refunds reach the card in 5 to 7 days.", ground)
    assert found("Refunds reach the card within 5 to 7 business days.", ground) == set()


def test_facts_are_read_only_when_they_are_needed() -> None:
    """A templated reply never costs the reading of a thousand facts."""

    def unread() -> list[str]:
        raise AssertionError

    assert found(WRITTEN, facts_text=unread) == set()
    assert found("Gift cards cannot be returned. 99", facts_text=lambda: ["99"]) == {"ungrounded_claim"}


def test_every_finding_reads_as_a_sentence() -> None:
    """People read words, not codes; a code of another version is shown as it is."""
    for check in Check.__args__:  # type: ignore[attr-defined]
        assert explain(check) != check.replace("_", " ")
    assert explain("tone", "blame") == "it blames the customer"
    assert explain("a_later_check") == "a later check"
