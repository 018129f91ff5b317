"""The kinds of back end that a file may declare: how its file is checked, what it offers, and how it is opened.

A new kind is one more row. The example shop is none of them: it needs the database, and belongs to the runtime.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.backends.declared.backend import DeclaredBackend
from adapters.backends.declared.caller import Answer
from adapters.backends.declared.declaration import Call, Declaration
from adapters.backends.declared.expression import Variables
from adapters.backends.declared.secrets import SecretsOf, filled
from adapters.backends.http.declaration import HttpDeclaration
from adapters.backends.mcp.declaration import McpDeclaration
from adapters.backends.mcp.opening import open_mcp
from adapters.backends.port import Backend, Prepare
from adapters.backends.stripe.actions import SPECS as STRIPE_SPECS
from adapters.backends.stripe.actions import prepare as stripe_prepare
from adapters.backends.stripe.declaration import StripeDeclaration
from domain.action import ActionSpec
from domain.errors import ExtraMissing
from domain.ids import Label
from domain.model import Model
from domain.provider_news import ProviderNews


@dataclass(frozen=True)
class BackendKind:
    """One kind: `declaration` is the type of its file, which the others are given."""

    declaration: type[Model]
    specs: Callable[[Any], Mapping[Label, ActionSpec]]
    has_records: Callable[[Any], bool]
    #: Its `prepare` without opening it.
    prepare: Callable[[Any], Prepare]
    #: Opens it for as long as the block lasts; raises UnknownSecret, and whatever opening may raise.
    open: Callable[[Any, SecretsOf], AbstractAsyncContextManager[Backend]]


def _specs(declaration: Declaration[Any]) -> Mapping[Label, ActionSpec]:
    return {name: action.spec(name) for name, action in declaration.actions.items()}


class _Unasked:
    """A caller that is never called: whether the request can be made is looked at again before it is."""

    def check(self, call: Call, variables: Variables) -> None:
        """Take any."""

    async def ask(self, call: Call, variables: Variables, key: str | None = None) -> Answer:
        """Never asked."""
        raise NotImplementedError


def _prepare(declaration: Declaration[Any]) -> Prepare:
    return DeclaredBackend(declaration, _Unasked()).prepare


def _has_records(declaration: Declaration[Any]) -> bool:
    return declaration.records is not None


@asynccontextmanager
async def _http(declaration: HttpDeclaration, secret_of: SecretsOf) -> AsyncIterator[Backend]:
    # Imported when one is used: a workspace is also read by commands that never ask a back end anything.
    from adapters.backends.http.caller import HttpCaller  # noqa: PLC0415

    caller = HttpCaller(declaration, filled(declaration.headers, "headers", secret_of))
    try:
        yield DeclaredBackend(declaration, caller)
    finally:
        await caller.aclose()


_NO_STRIPE = "Stripe needs the library `stripe`: install the extras (`make extras`)."


def _stripe(declaration: StripeDeclaration, secret_of: SecretsOf) -> AbstractAsyncContextManager[Backend]:
    try:
        from adapters.backends.stripe.backend import open_stripe  # noqa: PLC0415 - an extra: only who uses it needs it
    except ModuleNotFoundError:
        raise ExtraMissing(_NO_STRIPE) from None
    return open_stripe(declaration.account(secret_of))


def open_webhooks(
    declaration: StripeDeclaration, secret_of: SecretsOf
) -> Callable[[bytes, str | None], ProviderNews | None]:
    """How webhooks of this account are read; raises UnknownSecret, or ExtraMissing without the SDK."""
    try:
        from adapters.backends.stripe.webhook import read_webhook  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        raise ExtraMissing(_NO_STRIPE) from None
    return partial(read_webhook, secrets=declaration.signers(secret_of))


KINDS: Mapping[str, BackendKind] = {
    "http": BackendKind(HttpDeclaration, _specs, _has_records, _prepare, _http),
    "mcp": BackendKind(McpDeclaration, _specs, _has_records, _prepare, open_mcp),
    "stripe": BackendKind(
        StripeDeclaration,
        lambda _: STRIPE_SPECS,
        lambda declaration: declaration.records,
        lambda _: lambda context, action, _spans: stripe_prepare(context, action),
        _stripe,
    ),
}
