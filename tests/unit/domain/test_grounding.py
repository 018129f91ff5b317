"""A reply may say only what evidence, facts and done actions carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.figures import Figure, figures_in
from domain.grounding import check_reply, facts_text
from domain.money import Money
from tests.unit.domain.customers import DELIVERED

FACTS = facts_text({"refund": DELIVERED.refunds[0].model_dump(), "order": {"number": "10042"}})


def checks(text: str, **about: object) -> set[str]:
    """The names of the checks a reply fails."""
    return {finding.check for finding in check_reply(text, facts_text=FACTS, **about).findings}  # type: ignore[arg-type]


def test_a_reply_made_of_facts_is_safe() -> None:
    """Amounts, dates and ids that stand in the facts may be said, in any of their forms."""
    assert checks("Your refund of €54.00 for order #10042 should arrive by 3 December 2026.") == set()
    assert checks("54 EUR for 10042, on December 3.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Your refund of €54.50 is on its way.",
        "Your refund of $54.00 is on its way.",
        "Order 10043 is on its way.",
        "It should arrive by 4 December 2026.",
        "It should arrive by 3 December 2027.",
        "You have 14 days.",
        "The tracking number is 1Z999AA1.",
    ],
)
def test_a_figure_from_nowhere_is_found(text: str) -> None:
    """A number, date, amount or id that nobody gave is not sent."""
    assert checks(text) == {"ungrounded_number"}


def test_a_template_and_a_passage_carry_their_own_figures() -> None:
    """What the team wrote into a template, and what stands in a passage, may be said."""
    text = "It takes 5 to 7 business days; returns are open for 30 days."
    known = check_reply(text, sources=["Returns are open for 30 days."], facts_text=["It takes 5 to 7 business days"])
    assert known.is_safe


@pytest.mark.parametrize("link", ["https://evil.example/pay", "www.evil.example", "pay@evil.example"])
def test_a_foreign_link_is_found(link: str) -> None:
    """Links and addresses must be known or allowed."""
    assert "ungrounded_link" in checks(f"Please pay at {link}.")
    assert "ungrounded_link" not in checks(f"Please pay at {link}.", allowed_links=(link,))


def test_a_quotation_must_stand_in_a_passage() -> None:
    """A cited sentence counts as such only word for word, however it is set."""
    source = "## Returns\n\nYou can return an item\nwithin **30 days** of delivery."
    quote = "You can return an item within 30 days of delivery."
    assert check_reply(quote, sources=[source], quotes=[quote]).is_safe
    changed = "You can return an item within 30 days of purchase."
    assert {f.check for f in check_reply(changed, sources=[source], quotes=[changed]).findings} == {"ungrounded_claim"}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("I've refunded it.", "issue_refund"),
        ("We have now refunded the money.", "reissue_refund"),
        ("I have cancelled your order.", "cancel_order"),
        ("Your order has just been cancelled.", "cancel_order"),
        ("I changed the address.", "change_order_address"),
        ("We've sent you a replacement.", "send_replacement"),
    ],
)
def test_a_promise_needs_its_action(text: str, action: str) -> None:
    """What the assistant claims to have done must have been done on this ticket."""
    assert checks(text) == {"promise_not_done"}
    assert checks(text, performed={action}) == set()


def test_only_what_moves_money_proves_a_refund() -> None:
    """A cancellation does where it gave money back, in that amount; a return that is registered has paid nothing."""
    text = "I have refunded €54.00."
    given = [Money(amount=5400, currency="EUR")]
    assert checks(text, performed={"return_items"}) == {"promise_not_done"}
    assert checks(text, performed={"return_items"}, paid=given) == {"promise_not_done"}
    assert checks(text, performed={"cancel_order"}) == {"promise_not_done"}
    assert checks(text, performed={"cancel_order"}, paid=given) == set()
    assert checks(text, performed={"issue_refund"}, paid=[Money(amount=900, currency="EUR")]) == {"promise_not_done"}


@pytest.mark.parametrize(
    "text",
    [
        "Your order has been delivered.",
        "It was cancelled by you.",
        "Shall I cancel it?",
        "I can refund it if you like.",
    ],
)
def test_no_promise(text: str) -> None:
    """What others did, and what is only offered, is no claim of ours."""
    assert checks(text) == set()


def test_a_general_sentence_of_a_passage_is_no_promise() -> None:
    """The shop's own words about what it does stand in the passage."""
    text = "We refunded all orders of that day."
    assert check_reply(text, sources=["News. We refunded all orders of that day. More."]).is_safe


def test_empty_long_and_foreign() -> None:
    """An empty reply, an endless one and one with somebody else's data are stopped."""
    assert checks("  \n ") == {"empty"}
    assert checks("word " * 2_000) == {"too_long"}
    team = ["Write to help@shop.example."]
    assert checks("Write to Help@shop.example.", allowed_links=team) == set()
    assert checks("Write to mara@shop.example.", allowed_links=team) == {"foreign_data"}
    assert checks("Write to mara@shop.example.", allowed_links=team, sources=["mara@shop.example"]) == set()


def test_findings_hold_no_words() -> None:
    """A finding tells a kind or a count, never what was written."""
    found = check_reply("Pay €99.99 at https://evil.example, or ask mara@evil.example").findings
    assert {finding.detail for finding in found} == {"1", "2", "amount"}


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("€1,200.50", Figure("amount", "EUR 1200.5")),
        ("1200.50 EUR", Figure("amount", "EUR 1200.5")),
        ("1 March 2026", Figure("date", "2026-03-01")),
        ("March 1st, 2026", Figure("date", "2026-03-01")),
        ("1. März 2026", Figure("date", "2026-03-01")),
        ("2026-03-01T10:00:00Z", Figure("date", "2026-03-01")),
        ("#W2378156", Figure("id", "W2378156")),
        ("1,000", Figure("number", "1000")),
    ],
)
def test_figures_have_one_form(text: str, figure: Figure) -> None:
    """However it is written, a figure compares equal to itself."""
    assert figure in figures_in(text)


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["EUR", "USD", "JPY", "CHF", "KWD"]))
def test_money_as_we_write_it_grounds_itself(amount: int, currency: str) -> None:
    """An amount rendered from facts is always grounded by those facts."""
    money = Money(amount=amount, currency=currency)
    facts = facts_text({"amount": money.model_dump()})
    assert check_reply(f"We owe you {money}.", facts_text=facts).is_safe


def test_the_numbers_of_a_list_are_no_figures() -> None:
    """Four numbered choices are four lines, not the figures 1 to 4; a figure behind the mark still counts."""
    listed = "Which one?\n1. lamp\n2. desk\n3. chair\n4. sofa"
    assert check_reply(listed, facts_text=["Which one?", "lamp", "desk", "chair", "sofa"]).is_safe
    assert not check_reply("1. lamp 77", facts_text=["lamp"]).is_safe


@pytest.mark.parametrize(
    "text",
    [
        "See evil.example/login",
        "Go to evil.example.",
        "![x](//evil.example/p.png)",
        "See HTTPS://EVIL.EXAMPLE/x",
        "See https://evil\u3002example/x",
        "See h\u200bttps://evil.example",
        "See https://good.example@evil.example/",
    ],
)
def test_a_link_is_found_however_it_is_written(text: str) -> None:
    """Without a scheme, in markup, in capitals, in other dots, behind a good name: what a browser opens is a link."""
    assert "ungrounded_link" in checks(text, allowed_links=("https://good.example",))


def test_a_link_in_a_record_or_passage_is_not_allowed_by_standing_there() -> None:
    """Only hosts of the team's own sentences may be linked to: no customer's name or carrier's note gives leave."""
    text = "See https://evil.example/x"
    assert not check_reply(text, sources=[text], facts_text=[text]).is_safe
    assert check_reply("See https://good.example/help", allowed_links=["Help is at good.example."]).is_safe


def test_hidden_and_spelt_out_text_is_found() -> None:
    """Characters that nobody sees are no part of a reply, and letters set apart are read together."""
    assert checks("All is well.\u200b") == {"hidden_characters"}
    assert checks("The key is a b 1 7 x q.") == {"ungrounded_number"}


def test_a_text_without_end_is_not_read_to_its_end() -> None:
    """What is too long is only that; checking takes bounded time."""
    assert checks("word 77 " * 100_000) == {"too_long"}
