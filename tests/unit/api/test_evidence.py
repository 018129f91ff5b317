"""Evidence as it is shown: citations grouped by the reply that makes them."""

from datetime import UTC, datetime

from api.schemas.evidence import answers_of
from domain.evidence import Standing
from store.evidence import CitedRow

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def cited(seq: int, place: int, standing: Standing = Standing.holds) -> CitedRow:
    """A citation of a reply."""
    return CitedRow(
        ticket_id="T-7H3K9QWZ",
        seq=seq,
        answered_at=NOW,
        place=place,
        passage_id=10 * seq + place,
        slug="returns",
        version=1,
        title="Returns",
        section="How long",
        path=("Returns", "How long"),
        text="Fourteen days.",
        url=None,
        known_from=NOW,
        known_until=None,
        current_version=1,
        standing=standing,
    )


def test_one_doubtful_passage_is_enough() -> None:
    """Each reply holds its own citations in order, and is marked if one of them does not hold."""
    first, second = answers_of([cited(2, 1), cited(2, 2, Standing.stale), cited(4, 1)])
    assert [(it.passage_id, it.article) for it in first.evidence] == [(21, "returns"), (22, "returns")]
    assert (first.needs_review, second.needs_review) == (True, False)
    assert answers_of([]) == ()
