"""Token buckets: how often somebody may ask, with room for a burst.

They live in one process and are empty after a restart: several API processes allow as many times the rate. That keeps
every request free of a round trip; a limit that must hold over all processes belongs to the proxy before them.
"""

import math
from collections.abc import Hashable

from domain.model import Model

#: Buckets kept at once, beyond which those that are full again are forgotten: an attacker has many addresses.
MOST_KEPT = 10_000


class Rate(Model):
    """So many requests a second for ever, and `burst` at once after a rest."""

    per_second: float
    burst: int


class Taken(Model):
    """What came of asking: whether it is allowed, what is left, and in how many whole seconds there is more."""

    is_allowed: bool
    left: int
    retry_after: int  # until one more is allowed
    full_after: int  # until the whole burst is there again


def taken_of(rate: Rate, tokens: float) -> Taken:
    """What is said of a bucket with so many tokens left."""
    return Taken(
        is_allowed=tokens >= 1,
        left=math.floor(tokens),
        retry_after=max(1, math.ceil((1 - tokens) / rate.per_second)),
        full_after=math.ceil((rate.burst - tokens) / rate.per_second),
    )


class Buckets:
    """One bucket of the same rate for each of many."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._levels: dict[Hashable, tuple[float, float]] = {}  # tokens, and the time at which there were so many

    def look(self, who: Hashable, now: float) -> Taken:
        """Say whether `who` could ask at `now`, in seconds of any clock that never goes back, and take nothing."""
        return taken_of(self.rate, self._tokens(who, now))

    def take(self, who: Hashable, now: float) -> Taken:
        """Let `who` ask once at `now`, if there is a token left."""
        tokens = self._tokens(who, now)
        is_allowed = tokens >= 1
        if len(self._levels) >= MOST_KEPT:
            self._levels = {name: level for name, level in self._levels.items() if not self._is_full(level, now)}
        self._levels[who] = (tokens - is_allowed, now)
        return taken_of(self.rate, tokens - is_allowed).model_copy(update={"is_allowed": is_allowed})

    def _tokens(self, who: Hashable, now: float) -> float:
        tokens, then = self._levels.get(who, (float(self.rate.burst), now))
        return min(float(self.rate.burst), tokens + (now - then) * self.rate.per_second)

    def _is_full(self, level: tuple[float, float], now: float) -> bool:
        tokens, then = level
        return tokens + (now - then) * self.rate.per_second >= self.rate.burst
