"""I3: one effect for each key, and never more given back than was paid."""

from runtime.verify.evidence import Evidence
from runtime.verify.violation import Violation

_TWICE = """
select tenant, key, count(*) as effects
from provider.calls
where result = 'executed' and key is not null
group by tenant, key
having count(*) > 1
"""
#: A key of the provider's that was pruned and used again would count as one call each: so the books are asked too.
_TWICE_IN_BOOKS = """
select tenant, metadata ->> 'effect' as key, metadata ->> 'ref' as ref, count(*) as effects
from provider.refunds
where metadata ? 'effect' and status in ('pending', 'succeeded')
group by tenant, metadata ->> 'effect', metadata ->> 'ref'
having count(*) > 1
"""
_OVER_PAID = """
select charge.tenant, charge.ref, charge.amount, sum(refund.amount)::bigint as refunded
from provider.charges as charge
join provider.refunds as refund on (refund.tenant, refund.charge) = (charge.tenant, charge.ref)
where refund.status in ('pending', 'succeeded')
group by charge.tenant, charge.ref, charge.amount
having sum(refund.amount) > charge.amount
"""
_OVER_PAID_IN_SHOP = """
select payment.tenant, payment.ref, payment.amount, sum(refund.amount)::bigint as refunded
from shop.payments as payment
join shop.refunds as refund on (refund.tenant, refund.payment_ref) = (payment.tenant, payment.ref)
where refund.status not in ('failed', 'cancelled')
group by payment.tenant, payment.ref, payment.amount
having sum(refund.amount) > payment.amount
"""


async def check(evidence: Evidence) -> list[Violation]:
    """Count by key, add up by charge and by payment."""
    database = evidence.database
    if not await database.has("provider.calls"):
        return []
    found = [
        Violation(
            invariant="I3", what="effect_twice", ids=(row["tenant"], row["key"]), detail=f"{row['effects']} effects"
        )
        for query in (_TWICE, _TWICE_IN_BOOKS)
        for row in await database.rows(query)
    ]
    for query in (_OVER_PAID, _OVER_PAID_IN_SHOP):
        for row in await database.rows(query):
            detail = f"{row['refunded']} of {row['amount']} minor units given back"
            ids = (row["tenant"], row["ref"])
            found.append(Violation(invariant="I3", what="more_than_was_paid", ids=ids, detail=detail))
    return found
