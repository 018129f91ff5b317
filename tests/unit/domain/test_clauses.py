"""A figure is used for what its source says it of."""

import pytest

from domain.claims import Evidence, Ground
from domain.clauses import is_lent
from domain.figures import figures_in
from domain.grounding import check_reply
from domain.verification import Finding, explain

TIMES = (
    "A refund starts as soon as we have checked your return, or at once if nothing needs to come back.\nFrom then on it"
    " takes 5 to 7 business days to a card, 3 to 5 business days to PayPal, and 2 to 3\nbusiness days by bank transfer."
    " Gift cards are topped up immediately."
)
RETURNS = (
    "You can return an item within 30 days of delivery. The day on which the parcel reaches you is day zero; what"
    " counts is the day you register the return. Plus and VIP members have 60 days."
)
EXCHANGES = "The same time as a return: within 30 days of delivery, or 60 days for Plus and VIP members."
SHIPPING = (
    "Standard shipping costs €4.90 per order. It is free for orders of €50 and more. Express costs €12.90; orders"
    " placed before 14:00 arrive on the next business day. Standard delivery takes 1 to 3 business days in Germany,"
    " Austria and the Netherlands, and 3 to 5 business days in the rest of the European Union."
)
TABLE = "| Way | Time |\n| --- | --- |\n| Card | 5 to 7 business days |\n| PayPal | 3 to 5 business days |"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A refund takes 2 to 3 business days to a card.", TIMES),
        ("PayPal takes 5 to 7 business days.", TIMES),
        ("Refunds by bank transfer take 5 to 7 business days.", TIMES),
        ("It takes 3 to 5 business days.", TIMES),  # not said of what
        ("You can return an item within 60 days.", EXCHANGES),
        ("PayPal takes 3 to 7 business days.", TIMES),  # a range put together from two
        ("You can return an item within 60 days of delivery.", RETURNS),
        ("Plus members have 30 days.", RETURNS),
        ("Standard shipping costs €12.90.", SHIPPING),
        ("Express costs €4.90.", SHIPPING),
        ("Delivery takes 3 to 5 business days in Germany.", SHIPPING),
        ("PayPal takes 5 to 7 business days.", TABLE),
        ("Refunds to a card take 5 to 7 business days, to PayPal 2 to 3.", TIMES),
    ],
)
def test_a_figure_of_another_clause_is_found(text: str, source: str) -> None:
    """Of one source, swapped: every figure stands in it, and none where the sentence puts it."""
    assert is_lent(text, [source])
    passage = [Evidence(text=source, passage_id=1)]
    ground = Ground(quotable=passage, cited=passage, has_names=False)
    found = check_reply(text, sources=[source], ground=ground).findings
    assert Finding(check="ungrounded_number", detail="of_something_else") in found


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A refund to a card takes 5 to 7 business days.", TIMES),
        ("A refund takes 5 to 7 business days to a card and 3 to 5 business days to PayPal.", TIMES),
        ("PayPal takes 3 to 5 business days.", TIMES),
        ("With PayPal it takes up to 5 business days.", TIMES),
        ("By bank transfer the refund takes 2 to 3 business days.", TIMES),
        ("You can return your item for 30 days after delivery.", RETURNS),
        ("As a Plus member you can return an item within 60 days.", RETURNS),
        ("You have 30 days to return an item, or 60 days as a VIP member.", RETURNS),
        ("Standard shipping is €4.90, express €12.90.", SHIPPING),
        ("Shipping is free from €50.", SHIPPING),
        ("Delivery takes 1 to 3 business days in Austria.", SHIPPING),
        ("For PayPal it is 3 to 5 business days.", TABLE),
        ("It opens in 9 days.", TIMES),  # in no source: another check's business
    ],
)
def test_a_figure_in_its_place_is_none(text: str, source: str) -> None:
    """In other words and another order, with what the source says it of."""
    assert not is_lent(text, [source])


def test_records_carry_ids_and_amounts_but_no_durations() -> None:
    """What a record holds may be said of anything of this customer's; how long something takes is no record."""
    records = figures_in("10042, €12.90, 5, 7")
    assert not is_lent("Your order 10042 was €12.90.", [SHIPPING], (), records)
    assert is_lent("PayPal takes 5 to 7 business days.", [TIMES], (), records)


def test_only_what_is_cited_carries_a_figure() -> None:
    """A passage that was shown and not cited makes a figure known, and says it of nothing in this reply."""
    assert is_lent("Returns take up to 60 days.", [TIMES], [RETURNS])
    assert not is_lent("Returns take up to 61 days.", [TIMES], [RETURNS])


def test_the_teams_and_quoted_sentences_are_not_asked() -> None:
    """Only sentences in other words are: a quotation has its figures where they stand."""
    passage = [Evidence(text=TIMES, passage_id=1)]
    ground = Ground(written=["PayPal takes 5 to 7 business days."], quotable=passage, cited=passage, has_names=False)
    assert check_reply("PayPal takes 5 to 7 business days.", sources=[TIMES], ground=ground).is_safe
    assert (
        explain("ungrounded_number", "of_something_else")
        == "it names a figure that its sources give for something else"
    )
