"""Wilson's interval against values from the literature, and its ends."""

import pytest

from domain.interval import wilson


def test_published_values() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for successes, tries, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)):
        assert wilson(successes, tries) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_of_nothing_nothing_is_known() -> None:
    """No tries have no interval; more successes than tries is a mistake."""
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="among the tries"):
        wilson(2, 1)


@pytest.mark.parametrize("tries", [1, 7, 500])
def test_it_lies_around_the_share(tries: int) -> None:
    """Within 0 and 1 at every count, and never without the share itself."""
    for successes in range(tries + 1):
        found = wilson(successes, tries)
        assert found is not None
        assert 0 <= found[0] <= successes / tries <= found[1] <= 1
