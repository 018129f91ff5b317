"""Names that must be the same for ever: idempotency keys and the links of the tenant's chain."""

from hypothesis import given
from hypothesis import strategies as st

from store.heads import Link
from store.ledger import idempotency_key

WORDS = st.text(min_size=1, max_size=20)


def test_an_idempotency_key_never_changes() -> None:
    """A provider remembers the key of an effect for days: a release that names it otherwise would send it twice."""
    assert idempotency_key("meridian", "issue_refund", "refund:pay-1:-:damaged", 1) == (
        "sr_373afb3c5f7a696a55c3a8735abd4a9ed71a8c34af1ad6ad5f09536e01d6c7fa"
    )


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.integers(1, 9)), min_size=2, max_size=2, unique=True))
def test_two_intents_never_share_a_key(intents: list[tuple[str, str, str, int]]) -> None:
    """However the parts are cut, other parts make another key."""
    first, second = (idempotency_key(*parts) for parts in intents)
    assert first != second


def test_parts_cannot_be_shifted_into_each_other() -> None:
    """A colon or a space more in one part is not the same as in the next."""
    assert idempotency_key("a", "b", "c:d", 1) != idempotency_key("a", "b:c", "d", 1)


@given(st.sampled_from(["tenant", "number", "ticket_id", "ticket_seq", "ticket_hash"]))
def test_a_link_depends_on_everything_it_says(field: str) -> None:
    """Changing any part of a link, or its predecessor, changes its digest."""
    link = Link(tenant="meridian", number=7, ticket_id="T-00000001", ticket_seq=3, ticket_hash="a" * 64)
    others = {"tenant": "tidewater", "number": 8, "ticket_id": "T-00000002", "ticket_seq": 4, "ticket_hash": "b" * 64}
    assert link.digest("0" * 64) != link.model_copy(update={field: others[field]}).digest("0" * 64)
    assert link.digest("0" * 64) != link.digest("1" * 64)
