"""What the API is made of besides itself; runtime/ hands it over, nothing here reads an environment."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from temporalio.client import Client

from api.rates import RateLimits
from domain.action import ActionSpec
from domain.ids import Label, TenantId
from domain.provider_news import ProviderNews
from store.pools import Pools
from store.rows import Connection

#: Notes, in the transaction of a delivery, that the effect which a system of record calls `ref` has changed; what it
#: returns is false where no effect is called so.
EffectChanged = Callable[[Connection, TenantId, str, datetime], Awaitable[object]]
#: Reads a delivery of a payment provider's, by its body and signature; None for one that cannot be believed.
ReadWebhook = Callable[[bytes, str], ProviderNews | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDeps:
    """The parts of one API process.

    The client needs the pydantic data converter; `events_dsn` is the address of any of our roles, used to LISTEN only.
    """

    pools: Pools  # of `operator_scope` and `auth`
    events_dsn: str = field(repr=False)
    temporal: Client
    task_queue: str
    clock: Callable[[], datetime]
    tenants: Mapping[TenantId, str]  # the tenants served here, with the names they are shown by
    backend_specs: Mapping[TenantId, Mapping[Label, ActionSpec]]
    effect_changed: EffectChanged | None = None  # None: nobody watches effects
    stripe_webhooks: Mapping[TenantId, ReadWebhook] = field(default_factory=dict)  # of the tenants that have Stripe
    hook_key: bytes = field(repr=False)  # what the secrets of hooks are derived from
    may_call_loopback: bool = False  # whether an outbound hook may point to this machine
    monotonic: Callable[[], float] = time.monotonic  # what rates are measured with
    limits: RateLimits = field(default_factory=RateLimits)
    temporal_ui: str | None = None  # the address of Temporal's web UI, if people can reach one
