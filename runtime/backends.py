"""Opening every tenant's back ends, with their secrets: the only place where a secret's name becomes a secret."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from adapters.backends.combined import Combined
from adapters.backends.declared.secrets import SecretsOf, UnknownSecret
from adapters.backends.port import Backend
from adapters.backends.registry import open_webhooks
from adapters.backends.shop.backend import ShopBackend
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.stripe.declaration import StripeDeclaration
from adapters.workspace.actions import check_actions
from adapters.workspace.backends import SHOP, DeclaredBackendFile
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.tenant import TenantConfig, Workspace
from api.deps import ReadWebhook
from domain.errors import Unavailable
from domain.ids import TenantId
from runtime.database import PROVIDER_ROLE, dsn_as
from runtime.settings import Settings

SHOP_CONNECTIONS = 6
#: What these libraries log at lower levels holds whole addresses, and answers: customers' data, in a log.
_TALKATIVE = {"httpx2": logging.WARNING, "mcp": logging.CRITICAL}
CONNECT_SECONDS = 5.0


@asynccontextmanager
async def open_backends(settings: Settings, workspace: Workspace) -> AsyncIterator[Mapping[TenantId, Backend]]:
    """Open the back end of every tenant, several of one tenant as one, for as long as the block lasts.

    Raises:
        WorkspaceErrors: an action that a tenant's files name is not offered, or a secret is missing.
        Unavailable: the example shop's database does not answer.
    """
    for config in workspace.tenants.values():
        check_actions(config, config.specs)
    for library, level in _TALKATIVE.items():
        logging.getLogger(library).setLevel(level)
    async with AsyncExitStack() as stack:
        shop = None
        if any(SHOP in config.backend_names for config in workspace.tenants.values()):
            shop = await stack.enter_async_context(_open_shop(settings))
        yield {
            tenant: await _open(config, shop, secrets_in(settings.secrets_folder, tenant), stack)
            for tenant, config in workspace.tenants.items()
        }


def secrets_in(folder: Path, tenant: TenantId) -> SecretsOf:
    """A tenant's secrets: files of its own subfolder, so that no tenant's file can name another's."""

    def secret_of(name: str) -> str | None:
        try:
            return (folder / tenant / name).read_text("utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    return secret_of


def stripe_webhooks(settings: Settings, workspace: Workspace) -> Mapping[TenantId, ReadWebhook]:
    """How the webhooks of each tenant that has Stripe are read, with the secrets that sign them.

    Raises:
        WorkspaceErrors: such a secret is missing.
        ExtraMissing: the SDK is not installed.
    """
    found: dict[TenantId, ReadWebhook] = {}
    for tenant, config in workspace.tenants.items():
        for declared in config.declared.values():
            if isinstance(declared.declaration, StripeDeclaration):
                secret_of = secrets_in(settings.secrets_folder, tenant)
                with telling_of_secrets(declared, tenant):
                    found[tenant] = open_webhooks(declared.declaration, secret_of)
    return found


async def _open(config: TenantConfig, shop: Backend | None, secret_of: SecretsOf, stack: AsyncExitStack) -> Backend:
    """One tenant's back end; it is closed with the stack."""
    records: Backend | None = shop if SHOP in config.backend_names else None
    others: list[Backend] = []
    for declared in config.declared.values():
        backend = await _open_declared(declared, config.tenant, secret_of, stack)
        if declared.has_records:
            records = backend
        else:
            others.append(backend)
    if records is None:
        raise RuntimeError("the loader lets no tenant through without records")
    return Combined(records, others) if others else records


async def _open_declared(
    declared: DeclaredBackendFile, tenant: TenantId, secret_of: SecretsOf, stack: AsyncExitStack
) -> Backend:
    with telling_of_secrets(declared, tenant):
        return await stack.enter_async_context(declared.how.open(declared.declaration, secret_of))


@contextmanager
def telling_of_secrets(declared: DeclaredBackendFile, tenant: TenantId) -> Iterator[None]:
    """Say where a missing secret belongs; raises WorkspaceErrors."""
    try:
        yield
    except UnknownSecret as error:
        text = f"there is no secret '{error.name}'; put it into the file {tenant}/{error.name} of SETRIGHT_SECRETS_DIR"
        raise WorkspaceErrors([declared.source.problem(error.field, text)]) from None


@asynccontextmanager
async def _open_shop(settings: Settings) -> AsyncIterator[Backend]:
    async with AsyncExitStack() as stack:
        rows = await stack.enter_async_context(open_pool(dsn_as(settings, "customer_scope"), SHOP_CONNECTIONS))
        books = await stack.enter_async_context(open_pool(dsn_as(settings, PROVIDER_ROLE), SHOP_CONNECTIONS))
        provider = PaymentProvider(books)
        stack.push_async_callback(provider.aclose)
        yield ShopBackend(rows, provider)


@asynccontextmanager
async def open_pool(dsn: str, most: int) -> AsyncIterator[AsyncConnectionPool[AsyncConnection[TupleRow]]]:
    """A pool for a system of record of its own; raises Unavailable."""
    pool = AsyncConnectionPool[AsyncConnection[TupleRow]](
        dsn, min_size=1, max_size=most, open=False, check=AsyncConnectionPool.check_connection
    )
    try:
        await pool.open(wait=True, timeout=CONNECT_SECONDS)
        yield pool
    except PoolTimeout as error:
        raise Unavailable("The system of record's database does not answer.") from error
    finally:
        await pool.close()
