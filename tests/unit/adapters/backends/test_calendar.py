"""When money arrives, and what is left of a period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.backends.shop.context import unused_part
from adapters.backends.shop.provider.calendar import arrival, business_days_after

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 23), 7, date(2026, 12, 2)),
    ],
)
def test_weekends_do_not_count(day: date, days: int, expected: date) -> None:
    """From a Monday, a Friday and a Saturday."""
    assert business_days_after(day, days) == expected


@given(day=DAYS, days=st.integers(1, 30))
def test_it_is_a_working_day_with_that_many_before_it(day: date, days: int) -> None:
    """Counting the working days up to it gives the number again."""
    end = business_days_after(day, days)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(one.weekday() < 5 for one in between) == days
    assert end.weekday() < 5


def test_cards_take_the_longest_of_what_banks_say() -> None:
    """Seven business days for cards and bank accounts, five for PayPal."""
    monday = date(2026, 11, 23)
    assert [arrival(monday, kind) for kind in ("card", "bank", "paypal")] == [
        date(2026, 12, 2),
        date(2026, 12, 2),
        date(2026, 11, 30),
    ]


@given(price=st.integers(0, 10**9), start=DAYS, length=st.integers(1, 366), offset=st.integers(-30, 400))
def test_the_unused_part_is_never_more_than_the_price_and_never_grows(
    price: int, start: date, length: int, offset: int
) -> None:
    """All of it before the period, none after, and each day not more than the day before."""
    end, today = start + timedelta(days=length), start + timedelta(days=offset)
    unused = unused_part(price, start, end, today)
    assert 0 <= unused_part(price, start, end, today + timedelta(days=1)) <= unused <= price
    if offset <= 0:
        assert unused == price
    if offset >= length:
        assert unused == 0
