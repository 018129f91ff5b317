"""An address is written out, or one we know is named by whose it is or where."""

import hashlib

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled
from domain.slot import SpanValue
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, handles, spec
from tests.unit.domain.customers import HOME, SHIPPED

ADDRESS = spec("address")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("send order 10050 to 12 Mill Lane, 4020 Linz please", "12 Mill Lane, 4020 Linz"),
        (
            "For order 10050, please change the address to St. Mary's Road 12, 4020 Linz. Thanks!",
            "St. Mary's Road 12, 4020 Linz",
        ),
        ("My new address is 1234 Elm St, Springfield, IL, 62701. You know", "1234 Elm St, Springfield, IL, 62701"),
        ("101 Highway, New York, 10001", "101 Highway, New York, 10001"),
        ("Please use:\n12 Mill Lane\n4020 Linz\nAustria", "12 Mill Lane\n4020 Linz\nAustria"),
        ("deliver it to Mühlgasse 7/3, 1040 Wien, Austria instead", "Mühlgasse 7/3, 1040 Wien, Austria"),
        ("new address: 31 Quay Street, Flat 2, Bristol BS1 4XE", "31 Quay Street, Flat 2, Bristol BS1 4XE"),
    ],
)
def test_an_address_written_out(words: str, written: str) -> None:
    """The slot holds exactly the words of the address, by place and digest."""
    outcome = filled_by(ADDRESS, words)
    assert isinstance(outcome, Filled)
    assert isinstance(outcome.value, SpanValue)
    assert words[outcome.value.start : outcome.value.end] == written
    assert outcome.value.sha256 == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize(
    ("words", "handle"),
    [
        ("send it to my default address", HOME.handle),
        ("to the address in my profile", HOME.handle),
        ("the same address as order 10061", SHIPPED.address.handle),
        ("for order 10050 use the same address as for order 10061", SHIPPED.address.handle),
        ("to my Linz address", SHIPPED.address.handle),
        ("to Mill Lane", SHIPPED.address.handle),
    ],
)
def test_an_address_we_know(words: str, handle: str) -> None:
    """An address on file is named by its owner, its order or its place."""
    assert handles(filled_by(ADDRESS, words)) == (handle,)


@pytest.mark.parametrize("words", ["change my address", "I moved, order 10050, 2 items", "send it elsewhere, please"])
def test_no_address_is_a_question(words: str) -> None:
    """Numbers and commas make no address."""
    assert filled_by(ADDRESS, words) == Ask()


def test_a_long_text_is_read_quickly() -> None:
    """Twenty thousand characters of near-addresses take well under a second."""
    assert filled_by(ADDRESS, "12 a, b, " * 2_200) == Ask()
