"""I1: the ledger, the provider's own log and the histories tell of the same effects and the same money."""

from collections import Counter
from collections.abc import Iterator, Sequence

from runtime.verify.evidence import LIVE, Evidence, Performed, Row
from runtime.verify.violation import Violation

#: Actions whose ledger amount is exactly what leaves; others cost something else than they move (an exchange).
PAYS = ("issue_refund", "reissue_refund")

_LEDGER = """
select tenant, action_id, ticket_id, action, idempotency_key, status, amount, currency,
       coalesce((outcome -> 'amount' ->> 'amount')::bigint, amount) as paid,
       exists (
           select from setright.events as event
           where event.ticket_id = ledger.ticket_id and event.kind = 'effect_failed'
             and event.body ->> 'action_id' = ledger.action_id
       ) as failed_later
from setright.action_ledger as ledger
where idempotency_key is not null
"""
#: What the provider really did: the ref of a refund or charge, under the key of the effect it was part of.
_PROVIDER = """
select call.tenant, split_part(call.key, ':', 1) as key, call.operation, call.effect,
       coalesce(refund.amount, charge.amount) as amount, coalesce(refund.currency, charge.currency) as currency,
       coalesce(refund.status, charge.status) as status
from provider.calls as call
left join provider.refunds as refund
    on call.operation = 'create_refund' and (refund.tenant, refund.ref) = (call.tenant, call.effect)
left join provider.charges as charge
    on call.operation = 'create_charge' and (charge.tenant, charge.ref) = (call.tenant, call.effect)
where call.result = 'executed'
"""
#: Gift cards are the shop's own: no provider knows of what goes back to one.
_OWN = """
select refund.tenant, refund.effect_key as key, sum(refund.amount)::bigint as amount
from shop.refunds as refund
join shop.payment_methods as method on (method.tenant, method.ref) = (refund.tenant, refund.method_ref)
where refund.effect_key is not null and method.kind = 'gift_card' and refund.status = 'succeeded'
group by refund.tenant, refund.effect_key
"""
_SHOP = "select tenant, idempotency_key as key, action, outcome ->> 'status' as status from shop.effects"


async def check(evidence: Evidence) -> list[Violation]:
    """Compare the three, by key and in sum."""
    ledger = await evidence.database.rows(_LEDGER)
    performed = [done for run in evidence.runs for done in run.performed]
    found = list(_against_histories(ledger, performed))
    if await evidence.database.has("provider.calls"):
        moves, own = await evidence.database.rows(_PROVIDER), await evidence.database.rows(_OWN)
        found += _against_provider(ledger, moves, own)
        found += _sums(ledger, moves, own, performed)
        found += _against_shop(ledger, await evidence.database.rows(_SHOP))
    return found


def _against_histories(ledger: Sequence[Row], performed: Sequence[Performed]) -> Iterator[Violation]:
    rows = {row["action_id"]: row for row in ledger}
    done = {result.action_id for result in performed if result.status == "succeeded"}
    told = {result.action_id for result in performed}
    for action_id, row in rows.items():
        if row["status"] in LIVE and action_id not in told:
            yield _violation("effect_missing_in_history", row, "no history tells of this effect")
        elif row["status"] == "succeeded" and action_id not in done:
            yield _violation("effect_told_otherwise", row, "the history says that it did not succeed")
        elif row["status"] == "failed" and action_id in done and not row["failed_later"]:
            yield _violation("effect_told_otherwise", row, "the history says that it succeeded")


def _against_provider(ledger: Sequence[Row], moves: Sequence[Row], own: Sequence[Row]) -> Iterator[Violation]:
    rows = {(row["tenant"], row["idempotency_key"]): row for row in ledger}
    paid: Counter[tuple[str, str]] = Counter({(row["tenant"], row["key"]): row["amount"] for row in own})
    for move in moves:
        key = (move["tenant"], move["key"])
        owner = rows.get(key)
        ids = (move["tenant"], move["key"], str(move["effect"]))
        if owner is None:
            yield Violation(invariant="I1", what="effect_without_row", ids=ids, detail="no ledger row has this key")
        elif owner["status"] == "failed" and move["status"] in {"pending", "succeeded"}:
            yield Violation(invariant="I1", what="effect_of_failed_row", ids=(*ids, owner["action_id"]))
        if move["operation"] == "create_refund":
            paid[key] += move["amount"] or 0
    for key, row in rows.items():
        if row["status"] in LIVE and row["action"] in PAYS and paid[key] != row["paid"]:
            detail = f"the ledger says {row['paid']}, the provider {paid[key]} {row['currency']} minor units"
            what = "row_without_effect" if paid[key] == 0 else "amounts_differ"
            yield _violation(what, row, detail)


def _against_shop(ledger: Sequence[Row], effects: Sequence[Row]) -> Iterator[Violation]:
    """The shop's own log of effects, for actions that move no money."""
    known = {(row["tenant"], row["key"]): row for row in effects}
    rows = {(row["tenant"], row["idempotency_key"]): row for row in ledger}
    for key, row in rows.items():
        if row["status"] in LIVE and (key not in known or known[key]["status"] != "succeeded"):
            yield _violation("row_without_effect", row, "the shop does not know of it")
    for key, effect in known.items():
        if key not in rows or (
            effect["status"] == "succeeded" and rows[key]["status"] == "failed" and not rows[key]["failed_later"]
        ):
            ids = (*key, effect["action"])
            yield Violation(
                invariant="I1", what="effect_without_row", ids=ids, detail="the shop did it, the ledger did not"
            )


def _sums(
    ledger: Sequence[Row], moves: Sequence[Row], own: Sequence[Row], performed: Sequence[Performed]
) -> Iterator[Violation]:
    """By tenant and currency, what refunds come to by each of the three."""
    paying = {
        (row["tenant"], row["idempotency_key"]): row
        for row in ledger
        if row["status"] in LIVE and row["action"] in PAYS
    }
    tenant_of = {row["action_id"]: row["tenant"] for row in ledger}
    by_ledger: Counter[tuple[str, str]] = Counter()
    by_provider: Counter[tuple[str, str]] = Counter()
    by_history: Counter[tuple[str, str]] = Counter()
    for key, row in paying.items():
        by_ledger[key[0], row["currency"]] += row["paid"]
    for move in [*(m for m in moves if m["operation"] == "create_refund"), *own]:
        if (payer := paying.get((move["tenant"], move["key"]))) is not None:
            by_provider[move["tenant"], payer["currency"]] += move["amount"] or 0
    told = {done.action_id: done for done in performed if done.name in PAYS and done.amount is not None}
    for row in paying.values():
        if (done := told.get(row["action_id"])) is not None:
            by_history[tenant_of[done.action_id], done.currency or ""] += done.amount or 0
    for where in sorted({*by_ledger, *by_provider, *by_history}):
        sums = (by_ledger[where], by_provider[where], by_history[where])
        if len(set(sums)) > 1:
            detail = "ledger {}, provider {}, histories {}".format(*sums)
            yield Violation(invariant="I1", what="sums_differ", ids=where, detail=detail)


def _violation(what: str, row: Row, detail: str) -> Violation:
    ids = (row["action_id"], str(row["idempotency_key"]))
    return Violation(invariant="I1", what=what, ids=ids, detail=detail)
