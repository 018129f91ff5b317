"""End states are compared record by record: all or nothing, and every effect is expected or wrong."""

from copy import deepcopy

from evals.tau.dataset import Json
from evals.tau.grade import changed, grade

BEFORE: Json = {
    "users": {"ada": {"address": {"zip": "1"}, "payment_methods": {"gift_card_1": {"balance": 50.0}}}},
    "orders": {
        "#W1": {
            "status": "pending",
            "cancel_reason": None,
            "address": {"zip": "1"},
            "items": [{"item_id": "101"}],
            "payment_history": [{"amount": 10.0, "transaction_type": "payment"}],
        },
        "#W2": {
            "status": "delivered",
            "return_items": None,
            "return_payment_method_id": None,
            "items": [{"item_id": "102"}],
            "payment_history": [],
        },
    },
}


def cancelled(state: Json, reason: str = "no longer needed") -> Json:
    """The state with order #W1 cancelled and refunded."""
    after = deepcopy(state)
    after["orders"]["#W1"] |= {"status": "cancelled", "cancel_reason": reason}
    after["orders"]["#W1"]["payment_history"].append({"amount": 10.0, "transaction_type": "refund"})
    return after


def returned(state: Json, items: list[str]) -> Json:
    """The state with items of order #W2 on their way back."""
    after = deepcopy(state)
    after["orders"]["#W2"] |= {
        "status": "return requested",
        "return_items": items,
        "return_payment_method_id": "gift_card_1",
    }
    return after


BOTH = changed(BEFORE, returned(cancelled(BEFORE), ["102"]))


def test_the_exact_end_state_is_resolved() -> None:
    """Every expected record, exactly so, and nothing else."""
    graded = grade(BEFORE, returned(cancelled(BEFORE), ["102"]), BOTH, writes=2)
    assert graded.outcome == "resolved"
    assert set(graded.expected) == {"cancel #W1", "return #W2"}


def test_nothing_done_where_nothing_was_due_is_resolved() -> None:
    """A task may expect that the store stays as it is."""
    assert grade(BEFORE, deepcopy(BEFORE), {}, writes=0).outcome == "resolved"


def test_some_of_what_was_due_is_partial() -> None:
    """What is missing is named."""
    graded = grade(BEFORE, cancelled(BEFORE), BOTH, writes=1)
    assert (graded.outcome, graded.missing) == ("partial", ("return #W2",))


def test_nothing_of_what_was_due_is_nothing() -> None:
    """A person has it all still to do."""
    assert grade(BEFORE, deepcopy(BEFORE), BOTH, writes=0).outcome == "nothing"


def test_an_effect_that_differs_is_wrong() -> None:
    """The right action with another reason, or on other items, is a wrong write."""
    graded = grade(BEFORE, cancelled(BEFORE, "ordered by mistake"), BOTH, writes=1)
    assert (graded.outcome, graded.wrong) == ("wrong", ("cancel #W1",))
    assert grade(BEFORE, returned(BEFORE, ["102", "103"]), BOTH, writes=1).wrong == ("return #W2",)


def test_an_effect_beside_the_expected_ones_is_wrong() -> None:
    """Also when all that was due is done."""
    after = returned(cancelled(BEFORE), ["102"])
    after["users"]["ada"]["address"] = {"zip": "2"}
    graded = grade(BEFORE, after, BOTH, writes=3)
    assert (graded.outcome, graded.wrong) == ("wrong", ("address ada",))


def test_a_write_that_was_undone_is_wrong_though_no_state_shows_it() -> None:
    """The ledger counts it."""
    assert grade(BEFORE, deepcopy(BEFORE), {}, writes=2).wrong == ("undone write 1", "undone write 2")


def test_amounts_are_compared_in_cents() -> None:
    """Tau's own sums carry the noise of binary fractions."""
    after = cancelled(BEFORE)
    after["orders"]["#W1"]["payment_history"][1]["amount"] = 9.999999999999998
    assert grade(BEFORE, after, changed(BEFORE, cancelled(BEFORE)), writes=1).outcome == "resolved"
