"""What a workspace says of one tenant, read and checked: the types that the rest of Setright is handed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from adapters.backends.port import Prepare
from adapters.identity.rules import TokenRules
from adapters.workspace.backends import DeclaredBackendFile, prepares_of, specs_of
from adapters.workspace.source import Source
from adapters.workspace.thresholds import ThresholdsFile
from adapters.workspace.widget import WidgetRules
from domain.action import ActionSpec
from domain.identity import ChannelRules, IdentityRules
from domain.ids import Label, Sha256, TenantId
from domain.links import Host
from domain.metrics import CountingTerms
from domain.model import Model
from domain.model_call import ModelBudget
from domain.money import Currency, MinorUnits, Money
from domain.period import TimeZone
from domain.policy import Policy
from domain.procedure import Procedure
from domain.promotion import PromotionRules

Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
#: Every locale falls back to this one.
FALLBACK = "en"


class Section(Model):
    """A heading of an article and the text under it."""

    heading: str
    text: str


class Article(Model):
    """A knowledge article; `version` is the digest of its file, validity includes both days."""

    slug: str
    title: str
    language: Locale
    updated: date
    valid_from: date | None = None
    valid_until: date | None = None
    reviewed: date | None = None
    fresh_for: int | None = None  # days after the last review; after them it counts as stale
    audience: tuple[Label, ...] | None = None
    products: tuple[Label, ...] | None = None
    version: Sha256
    body: str
    sections: tuple[Section, ...]


class Windows(Model):
    """How long a ticket waits for whom."""

    reopen_days: Annotated[int, Field(ge=1, le=365)]  # a reply to a solved ticket reopens it; after that it is closed
    reminder_hours: Annotated[int, Field(ge=1, le=24 * 90)]  # silence of the customer until we ask again
    close_hours: Annotated[int, Field(ge=1, le=24 * 90)]  # silence until we close
    approval_reminder_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 12  # before an approval expires

    @model_validator(mode="after")
    def _closing_comes_last(self) -> "Windows":
        if self.close_hours <= self.reminder_hours:
            raise ValueError("close_hours: must be more than reminder_hours")
        return self

    @property
    def reopen(self) -> timedelta:
        """How long a solved ticket may be reopened by a reply."""
        return timedelta(days=self.reopen_days)

    @property
    def reminder(self) -> timedelta:
        """How long after our question a silent customer is reminded."""
        return timedelta(hours=self.reminder_hours)

    @property
    def approval_reminder(self) -> timedelta:
        """How long before an approval expires its approvers are reminded."""
        return timedelta(hours=self.approval_reminder_hours)

    @property
    def close(self) -> timedelta:
        """How long after our question a silent customer's ticket is closed."""
        return timedelta(hours=self.close_hours)


class TenantFile(Model):
    """What stands in tenant.yaml; `queues` and `roles` are name -> how people read it."""

    tenant: TenantId
    name: str
    currency: Currency
    language: Locale
    time_zone: TimeZone = "UTC"  # whose midnight ends a day of the figures
    backend: Label | None = None  # `shop`, or the name of a file in backends/
    backends: tuple[Label, ...] = ()  # where it is more than one
    queues: Annotated[dict[Label, str], Field(min_length=1)]
    roles: Annotated[dict[Label, str], Field(min_length=1)]
    windows: Windows
    #: Hosts that replies may link to, besides those in the team's own templates: "meridian.example".
    links: tuple[Host, ...] = ()
    channels: ChannelRules = ChannelRules()
    proof_days: Annotated[int, Field(ge=1, le=365)] = 7  # an older proof of identity does not survive a reopening
    customer_tokens: TokenRules = TokenRules()
    widget: WidgetRules = WidgetRules()
    model_budget: ModelBudget = ModelBudget()  # what one ticket may cost in calls of a chat model
    autonomy: PromotionRules = PromotionRules()  # when a procedure is worth promoting or demoting
    #: An answer that rests on a stale article goes out and is marked for review, or a person gets it first.
    stale_answers: Literal["marked", "held"] = "marked"
    operator_hour: MinorUnits | None = None  # what an hour of an operator's costs, in minor units of `currency`

    @property
    def hourly(self) -> Money | None:
        """What an hour of an operator's costs, where the file says it."""
        return Money(amount=self.operator_hour, currency=self.currency) if self.operator_hour is not None else None

    @property
    def identity(self) -> IdentityRules:
        """Who is believed."""
        return IdentityRules(channels=self.channels, proof_days=self.proof_days)

    @property
    def counting(self) -> CountingTerms:
        """How figures are counted."""
        return CountingTerms(time_zone=self.time_zone, reopen_window=self.windows.reopen)

    @model_validator(mode="after")
    def _backends_are_named_once(self) -> "TenantFile":
        if (self.backend is None) == (not self.backends):
            raise ValueError("name one back end in `backend`, or several in `backends`")
        if len(set(self.backends)) != len(self.backends):
            raise ValueError("backends: one of them stands there twice")
        return self

    @property
    def backend_names(self) -> tuple[Label, ...]:
        """The back ends it uses, one or more."""
        return self.backends or ((self.backend,) if self.backend else ())


class TenantConfig(TenantFile):
    """Everything the workspace says of a tenant; `sources` knows where each part stands, for telling what is wrong."""

    procedures: Mapping[Label, Procedure]
    policy: Policy
    replies: Mapping[Locale, Mapping[Label, str]]
    articles: tuple[Article, ...]
    thresholds: ThresholdsFile | None = None
    declared: Mapping[Label, DeclaredBackendFile] = Field(default={}, exclude=True, repr=False)
    sources: Mapping[str, Source] = Field(exclude=True, repr=False)

    @property
    def clear_from(self) -> dict[Label, int]:
        """Thousandths of confidence from which a reading is acted on, for the intents that have a threshold."""
        return dict(self.thresholds.clear_from) if self.thresholds is not None else {}

    @property
    def specs(self) -> dict[Label, ActionSpec]:
        """The actions that its back ends offer."""
        return specs_of(self.backend_names, self.declared)

    @property
    def prepares(self) -> dict[Label, Prepare]:
        """How each of these actions is prepared, by what the records say; nothing is opened or asked for it."""
        return prepares_of(self.backend_names, self.declared)

    @property
    def choice_words(self) -> dict[Label, frozenset[str]]:
        """How each choice that a question may name reads: labels of slots, and procedures by their titles."""
        words: dict[Label, set[str]] = {name: {known.title} for name, known in self.procedures.items()}
        for procedure in self.procedures.values():
            for choice in (choice for slot in procedure.slots.values() for choice in slot.choices):
                words.setdefault(choice.label, set()).add(choice.shown)
        return {label: frozenset(shown) for label, shown in words.items()}

    def source_of(self, procedure: Label) -> Source:
        """The file a procedure was read from."""
        return self.sources[f"procedures/{procedure}"]

    def reply(self, locale: str, name: Label) -> str | None:
        """The common reply of that name in the locale, in English where the locale lacks it, or None."""
        return self.replies.get(locale, {}).get(name) or self.replies[FALLBACK].get(name)

    def common(self, locale: str) -> dict[Label, str]:
        """All common replies in the locale, in English where the locale lacks one."""
        return {**self.replies[FALLBACK], **self.replies.get(locale, {})}


class Workspace(Model):
    """All tenants of a folder."""

    tenants: Mapping[TenantId, TenantConfig]
