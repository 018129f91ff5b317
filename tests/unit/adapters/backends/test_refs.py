"""Refs and handles: a handle leads back to its ref, and to nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.backends.shop.refs import MOST, nth, parent_of, ref_behind
from domain.errors import ActionRefused
from domain.ids import handle_for

TICKET = "T-0000TEST"


@given(parent=st.text("0123456789#W_", min_size=1, max_size=12), n=st.integers(1, MOST))
def test_a_handle_leads_back_to_its_ref(parent: str, n: int) -> None:
    """Whatever the parent is called and however many there are."""
    ref = nth(parent, n)
    assert ref_behind(handle_for("line", TICKET, ref), "line", TICKET, parent) == ref
    assert parent_of(ref) == parent


@pytest.mark.parametrize(
    ("kind", "ticket", "parent"),
    [("payment", TICKET, "10042"), ("line", "T-0000REST", "10042"), ("line", TICKET, "10043")],
)
def test_another_kind_ticket_or_parent_leads_nowhere(kind: str, ticket: str, parent: str) -> None:
    """A handle is good for one record of one ticket."""
    handle = handle_for("line", TICKET, "10042/1")
    with pytest.raises(ActionRefused) as refused:
        ref_behind(handle, kind, ticket, parent)
    assert refused.value.facts["code"] == "unknown_record"
