"""Who is believed: what a channel says by itself, what raises it, and when a proof lapses."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from pydantic import ValidationError

from domain.identity import ChannelIdentity, ChannelRules, IdentityRules, Standing, next_level, standing_at_opening
from domain.ticket import IdentityLevel

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANONYMOUS, CLAIMED, PROVEN = IdentityLevel
RULES = IdentityRules()
STRICT = IdentityRules(channels=ChannelRules(web=ChannelIdentity(highest=CLAIMED)))


@pytest.mark.parametrize(
    ("channel", "shown", "expected"),
    [
        ("api", ANONYMOUS, ANONYMOUS),
        ("api", PROVEN, PROVEN),
        ("web", ANONYMOUS, ANONYMOUS),
        ("web", PROVEN, PROVEN),
        ("email", ANONYMOUS, CLAIMED),
        ("email", CLAIMED, CLAIMED),
        ("email", PROVEN, PROVEN),
    ],
)
def test_a_new_ticket(channel: str, shown: IdentityLevel, expected: IdentityLevel) -> None:
    """It has at least what its channel says, and what its writer showed."""
    assert standing_at_opening(RULES, channel, shown) is expected  # type: ignore[arg-type]


def test_nothing_goes_beyond_the_channel() -> None:
    """What a channel may reach bounds assertions, tokens and codes alike."""
    assert standing_at_opening(STRICT, "web", PROVEN) is CLAIMED
    before = Standing(level=ANONYMOUS, since=NOW)
    assert next_level(STRICT, "web", before, PROVEN, is_reopened=False, now=NOW) is CLAIMED


@pytest.mark.parametrize(("before", "shown"), list(product(IdentityLevel, IdentityLevel)))
def test_a_message_never_lowers_a_level(before: IdentityLevel, shown: IdentityLevel) -> None:
    """However long ago the proof was: while the ticket lives, it holds."""
    level = next_level(
        RULES, "api", Standing(level=before, since=NOW - timedelta(days=300)), shown, is_reopened=False, now=NOW
    )
    assert level is max(before, shown, key=list(IdentityLevel).index)


@pytest.mark.parametrize(
    ("channel", "days", "shown", "expected"),
    [
        ("api", 7, ANONYMOUS, PROVEN),
        ("api", 8, ANONYMOUS, ANONYMOUS),
        ("api", 8, PROVEN, PROVEN),
        ("email", 8, ANONYMOUS, CLAIMED),
        ("web", 8, CLAIMED, CLAIMED),
    ],
)
def test_an_old_proof_does_not_survive_a_reopening(
    channel: str, days: int, shown: IdentityLevel, expected: IdentityLevel
) -> None:
    """Longer than `proof_days` after it, the reopening message counts for what it shows itself."""
    before = Standing(level=PROVEN, since=NOW - timedelta(days=days))
    assert next_level(RULES, channel, before, shown, is_reopened=True, now=NOW) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [{"default": "proven"}, {"default": "claimed", "highest": "anonymous"}, {"default": "sure"}, {"least": "claimed"}],
)
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    """No channel proves anything by itself, and the most is never below the least."""
    with pytest.raises(ValidationError):
        ChannelIdentity.model_validate(wrong)
