"""Idempotency keys as Stripe's v1 documents them (docs.stripe.com/api/idempotent_requests, /error-low-level).

The first answer is saved once the endpoint has begun to execute, whatever it is, 500s included. Nothing is saved of a
request that fails validation, is rate limited, or meets another one with the same key. A key may be pruned after 24
hours: from then on it is a new key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.canonical import sha256_of
from tests.support.stripe_server.shapes import Answer, error

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Saved:
    """What a key stands for."""

    digest: str
    answer: Answer
    at: int


@dataclass
class Keys:
    """The keys of one account."""

    saved: dict[str, Saved] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def earlier(self, key: str, path: str, params: Mapping[str, Any], now: int) -> Answer | None:
        """The answer that this key already has, or an error; None for a key that is new, or new again."""
        if key in self.busy:
            return error(
                409, "idempotency_error", "Another request with this key is in progress.", "idempotency_key_in_use"
            )
        self.prune(now - KEPT_SECONDS)
        saved = self.saved.get(key)
        if saved is None:
            return None
        if saved.digest != _digest(path, params):
            return error(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            )
        return saved.answer

    def save(self, key: str, path: str, params: Mapping[str, Any], answer: Answer, now: int) -> None:
        """Keep the first answer of a request that has begun to execute."""
        self.saved.setdefault(key, Saved(_digest(path, params), answer, now))

    def prune(self, before: int) -> None:
        """Forget every key first used before this moment."""
        for key in [key for key, saved in self.saved.items() if saved.at < before]:
            del self.saved[key]


def _digest(path: str, params: Mapping[str, Any]) -> str:
    return sha256_of([path, dict(params)])
