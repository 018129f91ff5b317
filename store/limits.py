"""What actions may cost together: never more than was paid for one thing, and within the budgets of the policy.

Both are sums over the ledger's live rows, taken in the transaction that claims, one claim after another; so two claims
at once cannot both have what is left. What failed, at once or days later, is counted no more.
"""

from datetime import UTC, timedelta

from domain.action import Cap
from domain.errors import OverBudget, OverPaid
from domain.money import Money
from domain.ticket import TicketRef
from store.ledger import Intent
from store.queries import load_queries
from store.rows import Connection, Row, fetch_one, fetch_value

_SQL = load_queries("limits")


class _Spent(Row):
    per_ticket: int
    per_customer_day: int
    per_tenant_day: int


async def check_limits(conn: Connection, ref: TicketRef, intent: Intent) -> None:
    """Raise unless the intent's amount fits; the locks that make the answer last are held until the transaction ends.

    Raises:
        OverPaid: with what was given back before, it exceeds what was paid, or it is in another currency.
        OverBudget: `facts["budget"]` does not allow it, or names no amount in its currency.
    """
    if intent.amount is None or intent.amount.amount == 0:
        return
    if intent.cap is not None:
        await _check_cap(conn, ref, intent.cap, intent.amount)
    limits = intent.budgets.limits(intent.amount.currency)
    if not limits:
        return
    spent = await _spent(conn, ref, intent, intent.amount)
    for budget, limit in limits.items():
        if getattr(spent, budget) + intent.amount.amount > limit:
            raise OverBudget("A budget of the policy does not allow this amount.", budget=budget, limit=limit)


async def _check_cap(conn: Connection, ref: TicketRef, cap: Cap, amount: Money) -> None:
    if cap.limit.currency != amount.currency:
        raise OverPaid("What was paid was paid in another currency.", left=0)
    about = {"tenant": ref.tenant, "subject": cap.subject, "currency": amount.currency}
    await conn.execute(_SQL["lock_subject"], about)
    left = cap.limit.amount - int(await fetch_value(conn, _SQL["given_back"], about))
    if amount.amount > left:
        raise OverPaid("More would be given back than was paid.", left=max(left, 0))


async def _spent(conn: Connection, ref: TicketRef, intent: Intent, amount: Money) -> _Spent:
    day = intent.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    await conn.execute(_SQL["lock_budgets"], {"tenant": ref.tenant})
    when = {"day": day, "next_day": day + timedelta(days=1), "currency": amount.currency}
    spent = await fetch_one(conn, _Spent, _SQL["spent"], {**ref.model_dump(), **when})
    if spent is None:
        raise RuntimeError("a sum without a row")
    return spent
