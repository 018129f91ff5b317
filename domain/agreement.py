"""Whether the assistant would have done what the operator did: arithmetic over records and words, no opinion.

An operator's deeds are seen in the system of record: what of the customer's records differs between the turn that was
withheld and the moment the ticket was solved. So whoever works in the back office need not tell us what they did.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from domain.action import ProposedAction
from domain.autonomy import Would
from domain.customer import CustomerContext, Order, Refund
from domain.ids import Handle
from domain.model import Model
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, MoneyValue, PairsValue

ReplyFate = Literal["as_is", "edited", "thrown_away"]
Did = Literal["act", "ask", "answer", "nothing"]
#: A reply of which more words changed than stayed is another reply.
THROWN_AWAY_FROM = 0.5
#: States of an order or an item that somebody brought about; all others come by themselves.
_DONE = frozenset({"cancelled", "return_requested", "exchange_requested", "modified"})
#: Words of a reply that are compared one by one: the time grows with their square, and few replies have so many.
MOST_COMPARED = 1_000
_WORD = re.compile(r"\S+")


class Deed(Model):
    """A change of a customer's records: which of them it is about, and the money that moved."""

    records: frozenset[Handle]
    amount: Money | None = None


class Comparison(Model):
    """What an operator did where a turn was withheld; None: there was nothing to compare."""

    did: Did
    same_outcome: bool | None = None
    same_action: bool | None = None
    reply: ReplyFate | None = None
    edit_share: float | None = None


def deeds(before: CustomerContext, after: CustomerContext) -> tuple[Deed, ...]:
    """What somebody did to the records between two moments; parcels that move and refunds that arrive are no deeds."""
    return tuple(_deeds(before, after))


def same_action(proposed: Sequence[ProposedAction], done: Sequence[Deed]) -> bool | None:
    """Whether what was done is what was proposed, and all of it; None where neither is anything."""
    if not proposed and not done:
        return None
    is_all_done = all(any(_matches(action, deed) for deed in done) for action in proposed)
    return is_all_done and all(any(_matches(action, deed) for action in proposed) for deed in done)


def compare(
    would: Would,
    proposed: Sequence[ProposedAction],
    done: Sequence[Deed] | None,
    replies: Sequence[str],
    draft: str | None,
) -> Comparison:
    """Compare a withheld turn with an operator's deeds and replies; `done` None: nobody could look at the records."""
    did: Did = "act" if done else _kind_of(replies)
    same_outcome = None if would == "hand_off" else would == did or (would == "ask" and bool(proposed) and did == "act")
    share = edit_share(draft, replies[0]) if draft is not None and replies else None
    fate = None if draft is None else _fate(draft, replies, share)
    return Comparison(
        did=did,
        same_outcome=same_outcome,
        same_action=None if done is None or would == "hand_off" else same_action(proposed, done),
        reply=fate,
        edit_share=share,
    )


def edit_share(draft: str, sent: str) -> float:
    """The words that were put in, taken out or replaced, as a share (0 to 1) of the longer text's words.

    Of texts of more than `MOST_COMPARED` words the rest counts by its length alone, so theirs is at least this.
    """
    a, b = _WORD.findall(draft), _WORD.findall(sent)
    longest = max(len(a), len(b))
    rest = abs(max(len(a), MOST_COMPARED) - max(len(b), MOST_COMPARED))
    return (_distance(a[:MOST_COMPARED], b[:MOST_COMPARED]) + rest) / longest if longest else 0.0


def _fate(draft: str, replies: Sequence[str], share: float | None) -> ReplyFate:
    if not replies or share is None or share > THROWN_AWAY_FROM:
        return "thrown_away"
    return "as_is" if draft.split() == replies[0].split() else "edited"


def _kind_of(replies: Sequence[str]) -> Did:
    """A reply that asks something is a question; several make an answer, whatever the first was."""
    if not replies:
        return "nothing"
    return "ask" if "?" in replies[0] else "answer"


def _distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Levenshtein's distance over words; what both begin and end with costs nothing to look at."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    row = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def _deeds(before: CustomerContext, after: CustomerContext) -> Iterator[Deed]:
    known = {refund.handle: refund for refund, _ in _refunds(before)}
    for refund, where in _refunds(after):
        old = known.get(refund.handle)
        about = frozenset(it for it in (refund.handle, refund.payment, refund.line, where) if it is not None)
        if old is None:
            yield Deed(records=about, amount=refund.amount)
        elif old.reissued_as != refund.reissued_as:
            yield Deed(records=about)
    orders = {order.handle: order for order in before.orders}
    for order in after.orders:
        if (was := orders.get(order.handle)) is not None:
            yield from _order_deeds(was, order)
    subscriptions = {it.handle: it for it in before.subscriptions}
    for subscription in after.subscriptions:
        was_subscribed = subscriptions.get(subscription.handle)
        if was_subscribed is not None and was_subscribed.changes != subscription.changes:
            yield Deed(records=frozenset({subscription.handle}))
    if before.address is not None and after.address is not None and before.address != after.address:
        yield Deed(records=frozenset({before.address.handle, after.address.handle}))


def _order_deeds(was: Order, order: Order) -> Iterator[Deed]:
    if was.status != order.status and order.status in _DONE:
        yield Deed(records=frozenset({order.handle, *(line.handle for line in order.lines)}))
        return
    lines = {line.handle: line.status for line in was.lines}
    changed = {it.handle for it in order.lines if lines.get(it.handle) != it.status and it.status in _DONE}
    if changed:
        yield Deed(records=frozenset({order.handle, *changed}))
    if was.address.handle != order.address.handle:
        yield Deed(records=frozenset({order.handle, was.address.handle, order.address.handle}))


def _refunds(context: CustomerContext) -> Iterator[tuple[Refund, Handle | None]]:
    for order in context.orders:
        yield from ((refund, order.handle) for refund in order.refunds)
    for subscription in context.subscriptions:
        for invoice in subscription.invoices:
            yield from ((refund, invoice.handle) for refund in invoice.refunds)
    yield from ((refund, None) for refund in context.refunds)


def _matches(action: ProposedAction, deed: Deed) -> bool:
    amounts = [value.money for value in action.args.values() if isinstance(value, MoneyValue)]
    is_paid = not amounts or deed.amount is None or deed.amount in amounts
    return is_paid and bool(deed.records & frozenset(_handles(action)))


def _handles(action: ProposedAction) -> Iterable[Handle]:
    for value in action.args.values():
        match value:
            case HandleValue(handle=handle):
                yield handle
            case HandlesValue(handles=handles):
                yield from handles
            case PairsValue(pairs=pairs):
                yield from (handle for pair in pairs for handle in pair)
            case _:
                pass
