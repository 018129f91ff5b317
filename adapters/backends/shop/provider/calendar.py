"""When money sent back reaches the customer."""

from datetime import date, timedelta

#: What issuers and banks say: five to seven business days. The longest of the range, where money goes through a bank.
BUSINESS_DAYS = {"card": 7, "bank": 7, "paypal": 5}


def business_days_after(day: date, days: int) -> date:
    """The `days`-th working day (Monday to Friday) after `day`; holidays are not known here."""
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:  # noqa: PLR2004 - Saturday is 5
            days -= 1
    return day


def arrival(day: date, kind: str) -> date:
    """The day by which a refund sent on `day` should be with the customer, by the kind of payment method."""
    return business_days_after(day, BUSINESS_DAYS[kind])
