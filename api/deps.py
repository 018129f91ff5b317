"""What the API is made of besides itself; runtime/ hands it over, nothing here reads an environment."""

import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from temporalio.client import Client

from api.rates import RateLimits
from api.widget.site import WidgetSite
from domain.action import ActionSpec, ProposedAction
from domain.autonomy import Autonomy
from domain.conflict import Contradiction
from domain.correction import Example, LessonsEffect, Wording, WordingsEffect
from domain.customer import CustomerContext
from domain.gap import Gap, OpenQuestion
from domain.identity import IdentityRules
from domain.ids import CustomerId, Label, Sha256, TenantId
from domain.metrics import CountingTerms
from domain.money import Money
from domain.promotion import PromotionRules
from domain.provider_news import ProviderNews
from domain.rulebook import Checked, FileText, Part
from domain.ticket import TicketRef
from store.conflicts import Compared
from store.pools import Pools

#: Reads a delivery of a payment provider's, by its body and signature; None for one that cannot be believed.
ReadWebhook = Callable[[bytes, str], ProviderNews | None]

#: Gathers questions that nothing answers into articles to write, redacted.
GatherGaps = Callable[[Sequence[OpenQuestion]], tuple[Gap, ...]]

#: What two passages say against each other; None: nothing.
Contradicts = Callable[[Compared, Compared], Contradiction | None]


#: Makes an article current, by tenant, slug, fields and time; says whether it is a new version.
KeepArticle = Callable[[TenantId, str, Mapping[str, Any], datetime], Awaitable[bool]]


#: Whose account a stranger names, by the stranger's ticket and an email address or order number; None: nobody's.
FindAccount = Callable[[TicketRef, str], Awaitable[CustomerId | None]]


class TokenReader(Protocol):
    """Reads a tenant's customer tokens."""

    def read(self, token: str, now: datetime) -> CustomerId:
        """Return whose token it is; raises BadCustomerToken."""
        ...


class PreparedAction(Protocol):
    """An action whose preconditions hold."""

    @property
    def amount(self) -> Money | None:
        """What it costs the business."""
        ...

    @property
    def shown(self) -> Mapping[str, str]:
        """How a person reads each argument."""
        ...


#: Checks an action's preconditions against records; `spans` are the words behind arguments. Raises ActionRefused.
PrepareAction = Callable[[CustomerContext, ProposedAction, Mapping[str, str]], PreparedAction]


class RulebookTexts(Protocol):
    """Reads a tenant's policy and procedures: the workspace's files, with published texts in their place."""

    @property
    def files(self) -> Mapping[Part, FileText]:
        """The parts that have a file."""
        ...

    def version_of(self, text: str) -> Sha256:
        """The digest of a text."""
        ...

    def check(self, texts: Mapping[Part, str]) -> Checked:
        """Read texts in the place of files, together with all that they name and are named by: takes a core."""
        ...

    def check_rule(self, texts: Mapping[Part, str], rule: Label, text: str | None) -> Checked:
        """The same, with one rule of the policy edited, added or (None) left out."""
        ...


class Wordings(Protocol):
    """A tenant's wordings by nearness (`adapters/assistants/wordings.py`); up to a second of CPU a call."""

    def nearest(self, wordings: Sequence[Wording], intent: Label, question: str, most: int) -> tuple[Wording, ...]:
        """The intent's, of the questions nearest to this one."""
        ...

    def effect(self, known: Sequence[Wording], new: Sequence[Wording], held_out: Sequence[Wording]) -> WordingsEffect:
        """What new ones would do beside those that were accepted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is known of one tenant for trusting and teaching its procedures."""

    levels: Mapping[Label, Autonomy]  # of each procedure, as its file says
    rules: PromotionRules = field(default_factory=PromotionRules)
    hourly: Money | None = None  # what an hour of an operator's costs
    #: Puts a mark in place of whatever is personal in a text, by its form or by what is known of the customer.
    mask: Callable[[str, CustomerContext | None], str]
    #: What new examples would do beside those that were accepted: seconds of CPU, so not for the event loop.
    effect: Callable[[Sequence[Example], Sequence[Example]], LessonsEffect]
    wordings: Wordings  # replies as operators edited them, by nearness of their questions


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDeps:
    """The parts of one API process.

    The client needs the pydantic data converter; `events_dsn` is the address of any of our roles, used to LISTEN only.
    """

    pools: Pools  # of `operator_scope`, `customer_scope` and `auth`
    events_dsn: str = field(repr=False)
    temporal: Client
    task_queue: str
    clock: Callable[[], datetime]
    tenants: Mapping[TenantId, str]  # the tenants served here, with the names they are shown by
    backend_specs: Mapping[TenantId, Mapping[Label, ActionSpec]]
    prepares: Mapping[TenantId, Mapping[Label, PrepareAction]] = field(default_factory=dict)  # none: not checked
    stripe_webhooks: Mapping[TenantId, ReadWebhook] = field(default_factory=dict)  # of the tenants that have Stripe
    hook_key: bytes = field(repr=False)  # what the secrets of hooks are derived from
    may_call_loopback: bool = False  # whether an outbound hook may point to this machine
    counting: Mapping[TenantId, CountingTerms] = field(default_factory=dict)  # the defaults where a tenant has none
    gather_gaps: GatherGaps = field(default=lambda _: ())  # unanswered questions as articles to write
    contradicts: Contradicts = field(default=lambda *_: None)  # what two passages say against each other, if anything
    monotonic: Callable[[], float] = time.monotonic  # what rates are measured with
    limits: RateLimits = field(default_factory=RateLimits)
    queues: Mapping[TenantId, Collection[Label]] = field(default_factory=dict)  # none: any name is taken
    roles: Mapping[TenantId, Collection[Label]] = field(default_factory=dict)  # that approvals may be asked of
    temporal_ui: str | None = None  # the address of Temporal's web UI, if people can reach one
    identity: Mapping[TenantId, IdentityRules] = field(default_factory=dict)  # the defaults where a tenant has none
    customer_tokens: Mapping[TenantId, TokenReader] = field(default_factory=dict)  # none: no token is taken
    keep_article: KeepArticle | None = None  # takes a sent article into the knowledge base
    rulebooks: Mapping[TenantId, RulebookTexts] = field(default_factory=dict)  # none: nothing to show or publish
    may_read_private: bool = False  # whether a source may lie on this machine's own network
    widgets: Mapping[TenantId, WidgetSite] = field(default_factory=dict)  # the defaults where a tenant has none
    visitor_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)  # of visitors' secrets
    find_account: FindAccount | None = None  # none: visitors can name no account
    trust: Mapping[TenantId, Trust] = field(default_factory=dict)
    code_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)  # of one-time codes' digests
