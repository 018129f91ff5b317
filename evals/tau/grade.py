"""Grading: what a run left in the store, beside what the task expects.

All or nothing for `resolved`; below that, each *effect* (one kind of write on one record) is either one that the task
expects, exactly so, or wrong. An effect is told by the fields it leaves, so a write that a later one undid shows in
the count of writes alone; whoever grades a run compares that count too.
"""

from dataclasses import dataclass
from typing import Literal

from evals.tau.dataset import Json, rounded

Outcome = Literal["resolved", "partial", "nothing", "wrong"]
#: Fields of a record, by the kind of write that sets them.
_FIELDS: dict[str, str] = {
    "cancel_reason": "cancel",
    "return_items": "return",
    "return_payment_method_id": "return",
    "exchange_items": "exchange",
    "exchange_new_items": "exchange",
    "exchange_payment_method_id": "exchange",
    "exchange_price_difference": "exchange",
    "items": "modify",
    "address": "address",
}
_PAYMENT = "payment"


@dataclass(frozen=True)
class Grade:
    """How a run ended: the outcome, and its effects that were expected, wrong, or are missing ("return #W1")."""

    outcome: Outcome
    expected: tuple[str, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]


def changed(before: Json, after: Json) -> Json:
    """The records that are not what they were, by kind and id, with amounts in cents."""
    found = {
        kind: {key: rounded(record) for key, record in after[kind].items() if record != before[kind][key]}
        for kind in ("users", "orders")
    }
    return {kind: records for kind, records in found.items() if records}


def grade(before: Json, after: Json, expected: Json, writes: int) -> Grade:
    """Compare a run's end state with the expected one; `writes` is how many the run made, undone ones too."""
    actual = changed(before, after)
    done, due = _effects(before, actual), _effects(before, expected)
    right = [name for name, left in done.items() if name in due and left == due[name]]
    wrong = [name for name in done if name not in right]
    wrong += [f"undone write {number}" for number in range(1, max(0, writes - len(done)) + 1)]
    missing = tuple(name for name in due if name not in right)
    outcome: Outcome
    if actual == expected and not wrong:
        outcome = "resolved"
    elif wrong:
        outcome = "wrong"
    else:
        outcome = "partial" if right else "nothing"
    return Grade(outcome, tuple(right), tuple(wrong), missing)


def _effects(before: Json, records: Json) -> dict[str, Json]:
    """The effects that some changed records show: name -> the fields it left."""
    effects: dict[str, Json] = {}
    for kind, found in records.items():
        for key, record in found.items():
            start = rounded(before[kind][key])
            fields = {name: value for name, value in record.items() if value != start[name]}
            own = {name: value for name, value in fields.items() if name in _FIELDS}
            for name, value in own.items():
                effects.setdefault(f"{_FIELDS[name]} {key}", {})[name] = value
            kinds = {_FIELDS[name] for name in own}
            if "payment_history" in fields:
                payments = fields["payment_history"][len(start["payment_history"]) :]
                _add_payments(effects, key, kinds, payments)
            elif kind == "orders" and not own:
                effects[f"status {key}"] = fields
    return effects


def _add_payments(effects: dict[str, Json], key: str, kinds: set[str], payments: list[Json]) -> None:
    """New payments belong to the cancelling or changing of items that they follow from; else they stand alone."""
    owner = next((kind for kind in ("cancel", "modify") if kind in kinds), None)
    if owner is None:
        effects[f"{_PAYMENT} {key}"] = {"payments": payments}
    else:
        effects[f"{owner} {key}"]["payments"] = payments
