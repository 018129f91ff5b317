"""Token buckets: a burst, then a rate, for each of many."""

from api.buckets import MOST_KEPT, Buckets, Rate


def test_a_burst_and_then_the_rate() -> None:
    """Ten may ask at once; after that two a second, and never more than a burst after a rest."""
    buckets = Buckets(Rate(per_second=2, burst=10))

    assert [buckets.take("a", 0.0).is_allowed for _ in range(11)] == [True] * 10 + [False]
    assert [buckets.take("a", 0.5).is_allowed for _ in range(2)] == [True, False]
    assert sum(buckets.take("a", 1_000.0).is_allowed for _ in range(20)) == 10


def test_each_has_a_bucket_of_its_own() -> None:
    """One who has asked too often takes nothing from another."""
    buckets = Buckets(Rate(per_second=1, burst=1))

    assert buckets.take("a", 0.0).is_allowed
    assert not buckets.take("a", 0.0).is_allowed
    assert buckets.take("b", 0.0).is_allowed


def test_who_is_refused_is_told_when_to_come_back() -> None:
    """Waiting for as long as was said is enough, and a second less is not."""
    buckets = Buckets(Rate(per_second=0.1, burst=1))
    buckets.take("a", 0.0)

    refused = buckets.take("a", 0.0)

    assert (refused.is_allowed, refused.left, refused.retry_after, refused.full_after) == (False, 0, 10, 10)
    assert not buckets.take("a", 9.0).is_allowed
    assert buckets.take("a", 10.0).is_allowed


def test_looking_takes_nothing() -> None:
    """What is only looked at stays as it is."""
    buckets = Buckets(Rate(per_second=1, burst=1))

    assert all(buckets.look("a", 0.0).is_allowed for _ in range(5))
    buckets.take("a", 0.0)
    assert not buckets.look("a", 0.5).is_allowed


def test_many_addresses_fill_no_memory() -> None:
    """Buckets that are full again are forgotten; one that is not keeps its level."""
    buckets = Buckets(Rate(per_second=1, burst=1))
    for number in range(MOST_KEPT):
        buckets.take(number, 0.0)
    buckets.take("late", 1.5)

    buckets.take("one more", 2.0)

    assert len(buckets._levels) == 2
    assert not buckets.look("late", 2.0).is_allowed
