"""How well we know who writes: what a channel proves by itself, what raises it, and when a proof lapses.

A level rises by a key that may assert it, by a signed token or by a one-time code, and by nothing that anybody says.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.model import Model
from domain.ticket import Channel, IdentityLevel

#: What changed a ticket's level. `lapse` alone lowers it.
RaisedBy = Literal["assertion", "token", "code", "lapse"]

_ORDER = {IdentityLevel.anonymous: 0, IdentityLevel.claimed: 1, IdentityLevel.proven: 2}

#: Digits of a one-time code. Five codes a day with five tries each: a year of guessing finds one with 1 in 11,000.
CODE_DIGITS = 8
CODE_LIFETIME = timedelta(minutes=10)
TRIES_PER_CODE = 5
#: How many codes may be asked for within a day for one customer, and so on one ticket.
CODES_PER_DAY = 5


def highest(*levels: IdentityLevel) -> IdentityLevel:
    """The best of several levels."""
    return max(levels, key=_ORDER.__getitem__)


def lowest(*levels: IdentityLevel) -> IdentityLevel:
    """The worst of several levels."""
    return min(levels, key=_ORDER.__getitem__)


def is_above(level: IdentityLevel, other: IdentityLevel) -> bool:
    """Whether a level says more than another."""
    return _ORDER[level] > _ORDER[other]


class ChannelIdentity(Model):
    """What a channel says of its writers by itself, and the most that anything may make of it."""

    default: IdentityLevel = IdentityLevel.anonymous
    highest: IdentityLevel = IdentityLevel.proven

    @model_validator(mode="after")
    def _proves_nothing_by_itself(self) -> "ChannelIdentity":
        if self.default is IdentityLevel.proven:
            raise ValueError("default: no channel proves who writes; only a key, a token or a code does")
        if is_above(self.default, self.highest):
            raise ValueError("highest: must not be below default")
        return self


class ChannelRules(Model):
    """The rules of every channel; what is left out keeps its default.

    An email's sender can be forged, so it is a claim. A web form knows nothing. Over the API the tenant's own system
    writes, and says by its key what it knows.
    """

    api: ChannelIdentity = ChannelIdentity()
    web: ChannelIdentity = ChannelIdentity()
    email: ChannelIdentity = ChannelIdentity(default=IdentityLevel.claimed)

    def of(self, channel: Channel) -> ChannelIdentity:
        """The rules of one channel."""
        rules: Mapping[Channel, ChannelIdentity] = {"api": self.api, "web": self.web, "email": self.email}
        return rules[channel]


class IdentityRules(Model):
    """A tenant's rules of who is believed."""

    channels: ChannelRules = ChannelRules()
    proof_days: Annotated[int, Field(ge=1, le=365)] = 7  # a proof older than that does not survive a reopening


class Standing(Model):
    """How well a ticket's writer is known, and since when."""

    level: IdentityLevel
    since: datetime


def standing_at_opening(rules: IdentityRules, channel: Channel, shown: IdentityLevel) -> IdentityLevel:
    """The level of a new ticket whose writer showed `shown`: at least the channel's own, at most its highest."""
    channel_rules = rules.channels.of(channel)
    return lowest(highest(channel_rules.default, shown), channel_rules.highest)


def next_level(
    rules: IdentityRules,
    channel: Channel,
    before: Standing,
    shown: IdentityLevel,
    *,
    is_reopened: bool,
    now: datetime,
) -> IdentityLevel:
    """The level of a ticket with a message whose writer showed `shown`.

    It stays for the ticket's life, but a solved ticket that is reopened longer than `proof_days` after the proof falls
    back to what the channel says by itself, unless the message brings a proof of its own.
    """
    kept = before.level
    if is_reopened and now - before.since > timedelta(days=rules.proof_days):
        kept = lowest(kept, rules.channels.of(channel).default)
    return lowest(highest(kept, shown), rules.channels.of(channel).highest)
