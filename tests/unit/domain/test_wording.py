"""What is left of a reply without its facts, and how two replies differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.wording import MOST_CHARS, differences, is_edited, wording_of


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Order #W2378156 and A-1001/2 cost €54.00.", "Order [number] and [number] cost [amount]."),
        ("54 EUR, USD 1,299.50 or 20 %", "[amount], [amount] or [number]"),
        ("On 2026-05-03 or 3.5.2026 at 14:30", "On [date] or [date] at [number]"),
        ("See https://pay.example/x?a=1 or www.shop.example", "See [link] or [link]"),
        ("Dear Zoë Öztürk,\nhello there", "Dear [name],\nhello there"),
        ("[name], we are sorry.", "[name], we are sorry."),
        ("Model 0.0a0, part 1,2b3:4", "Model [number], part [number]"),
    ],
)
def test_facts_give_way_to_marks(text: str, left: str) -> None:
    """Amounts, dates, numbers, links, and who is greeted; a mark stays what it is."""
    assert wording_of(text) == left


@given(st.text(alphabet="aZ 0129€.,:/#-%\n[]@", max_size=200))
def test_no_digit_is_left(text: str) -> None:
    """Whatever is around it; and a wording of a wording is itself."""
    left = wording_of(text)
    assert not any(sign.isdecimal() for sign in left)
    assert wording_of("x" * MOST_CHARS + text) == "x" * MOST_CHARS


@given(st.lists(st.sampled_from(["a", "b", "c\n", " d"])), st.lists(st.sampled_from(["a", "b", "c\n", " d"])))
def test_a_difference_leads_from_one_text_to_the_other(old: list[str], new: list[str]) -> None:
    """What stayed and went is the words before, what stayed and came is the words after."""
    before, after = " ".join(old), " ".join(new)
    stretches = differences(before, after)
    assert "".join(it.text for it in stretches if it.kind != "new").split() == before.split()
    assert "".join(it.text for it in stretches if it.kind != "gone").split() == after.split()
    assert is_edited(before, after) == any(it.kind != "same" for it in stretches)


def test_texts_too_long_to_compare_are_replaced() -> None:
    """Quadratic time is for short texts."""
    [gone, new] = differences("a " * 2_000, "b " * 2_000)
    assert (gone.kind, new.kind) == ("gone", "new")
