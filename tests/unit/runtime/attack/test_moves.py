"""The attacker's moves: the matrix is whole, the same seed makes the same calls, and no spec takes an identity."""

import re
from itertools import islice
from random import Random

import pytest

from adapters.backends.shop.actions.registry import SPECS
from runtime.attack.moves import is_raw, matrix, random_moves
from runtime.attack.values import CLASSES, RAW

#: What says whose data, or where to look for it: that is the ticket's to say, never an argument's.
IDENTITY = re.compile(
    r"tenant|customer|user|email|e_mail|account|owner|identity|url|uri|host|sql|query|path|token|scope"
)


@pytest.mark.parametrize("name", SPECS)
def test_no_action_has_an_identity_argument(name: str) -> None:
    """Who the customer is, and where to look, comes from the ticket: no action lets a model say it."""
    assert not [argument for argument in SPECS[name].arguments if IDENTITY.search(argument)]


def test_the_matrix_is_whole() -> None:
    """Every action with every argument in every class of values is there, once."""
    names = [name for name, _ in matrix(SPECS)]
    arguments = [(spec.name, argument) for spec in SPECS.values() for argument in spec.arguments]
    assert len(set(names)) == len(names) == len(arguments) * len(CLASSES)


def test_a_seed_names_its_sequence() -> None:
    """The same seed makes the same moves, another one others."""
    first, again, other = ([name for name, _ in islice(random_moves(SPECS, Random(seed)), 200)] for seed in (1, 1, 2))
    assert first == again != other


def test_moves_of_no_right_form_are_known_by_name() -> None:
    """What a validation would stop is told from what it would let through."""
    assert is_raw("issue_refund/amount/nul")
    assert is_raw("random/cancel_order/other_customer+sql")
    assert not is_raw("random/cancel_order/other_customer+own_wrong_kind")
    assert set(CLASSES) > RAW
