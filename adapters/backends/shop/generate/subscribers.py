"""Made-up subscribers of the SaaS tenant; the same for the same seed."""

from datetime import date, timedelta
from random import Random

from adapters.backends.shop.generate.builder import Builder
from adapters.backends.shop.generate.crowd import Crowd
from adapters.backends.shop.generate.files import NamesFile
from adapters.backends.shop.generate.people import PERIOD_DAYS, at
from adapters.backends.shop.records import InvoiceRow, SubscriptionRow
from adapters.backends.shop.refs import nth

FIRST_INVOICE = 3_001
_MOST_INVOICES = 6
_CANCELLED = 0.15


def add_subscribers(builder: Builder, crowd: Crowd, names: NamesFile, today: date, random: Random, number: int) -> None:
    """Add so many customers with one subscription each; some have cancelled, and some of those were charged since."""
    invoice_number = FIRST_INVOICE
    for n in range(1, number + 1):
        customer, _ = crowd.customer(f"cus_{n:04d}")
        method = crowd.method(customer.ref, [])
        plan, interval = random.choice(names.plans), random.choice(["month", "month", "month", "year"])
        price = plan.year if interval == "year" else plan.month
        length = PERIOD_DAYS[interval]
        started = random.randint(5, 700)
        into_period = started % length
        is_cancelled = random.random() < _CANCELLED
        cancelled = random.randint(into_period, into_period + length) if is_cancelled else None
        period_start = today - timedelta(days=into_period)
        row = builder.subscription(
            SubscriptionRow(
                customer=customer.ref,
                ref=nth(customer.ref, 1),
                plan=plan.name,
                interval="year" if interval == "year" else "month",
                price=price,
                currency=builder.currency,
                status="cancelled" if is_cancelled else "active",
                started_at=at(today, started),
                cancelled_at=None if cancelled is None else at(today, min(cancelled, started)),
                period_start=period_start,
                period_end=period_start + timedelta(days=length),
                seats=random.choice([1, 1, 2, 5, 12]),
            )
        )
        for ago in range(into_period, min(started, into_period + _MOST_INVOICES * length) + 1, length):
            issued_at = at(today, ago, 11)
            builder.invoice(
                InvoiceRow(
                    customer=customer.ref,
                    ref=f"TW-{invoice_number}",
                    subscription_ref=row.ref,
                    amount=price,
                    currency=builder.currency,
                    issued_at=issued_at,
                    period_start=issued_at.date(),
                    period_end=issued_at.date() + timedelta(days=length),
                ),
                method,
            )
            invoice_number += 1
