"""Composition of who is believed: the keys and secrets derived for it, the token readers, the sender of codes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from adapters.backends.port import Scope
from adapters.backends.shop.contacts import ShopContacts
from adapters.channels.folder import LetterFolder
from adapters.channels.port import AccountBook, AddressBook, LetterBox
from adapters.channels.smtp import SmtpLetterBox
from adapters.identity.tokens import CustomerTokens
from adapters.workspace.tenant import Workspace
from api.deps import FindAccount
from domain.ids import CustomerId, TenantId
from domain.ticket import TicketRef
from runtime.backends import open_pool
from runtime.database import database_of, dsn_as
from runtime.identity_codes import CodeSender
from runtime.keys import derived_key
from runtime.settings import Settings
from store.pools import Pools

#: Addresses are looked up one after the other.
_CONNECTIONS = 2


def code_key(settings: Settings) -> bytes:
    """What the digests of one-time codes are made with; raises SettingsError."""
    return derived_key(database_of(settings)[1], "setright identity codes")


def visitor_key(settings: Settings) -> bytes:
    """What the secrets of anonymous visitors are signed with; raises SettingsError."""
    return derived_key(database_of(settings)[1], "setright widget visitors")


def customer_tokens(workspace: Workspace, secret: SecretStr) -> dict[TenantId, CustomerTokens]:
    """Each tenant's customer tokens; raises WorkspaceError for a public key that is none."""
    return {
        tenant: CustomerTokens(
            tenant, config.customer_tokens, derived_key(secret, f"setright customer tokens {tenant}").hex()
        )
        for tenant, config in workspace.tenants.items()
    }


def letter_folder(settings: Settings) -> LetterFolder:
    """Where letters go while no mail server is set up; `setright codes` reads it."""
    return LetterFolder(settings.data_dir / "letters")


def letter_box(settings: Settings) -> LetterBox:
    """Where one-time codes leave; raises InvalidInput for a mail server that is none."""
    if settings.smtp_url is None:
        return letter_folder(settings)
    return SmtpLetterBox(settings.smtp_url.get_secret_value(), settings.mail_from or "")


@asynccontextmanager
async def open_contacts(settings: Settings) -> AsyncIterator[ShopContacts]:
    """Open the addresses and accounts in the tenants' records; raises Unavailable, SettingsError."""
    async with open_pool(dsn_as(settings, "customer_scope"), _CONNECTIONS) as shop:
        yield ShopContacts(shop)


def code_sender(settings: Settings, pools: Pools, workspace: Workspace, addresses: AddressBook) -> CodeSender:
    """What makes and sends one-time codes; raises SettingsError."""
    return CodeSender(pools, code_key(settings), workspace.tenants, addresses, letter_box(settings))


def account_finder(accounts: AccountBook) -> FindAccount:
    """What finds whose account a stranger names, in the scope of the stranger's own ticket."""

    async def find(ticket: TicketRef, name: str) -> CustomerId | None:
        scope = Scope(
            tenant=ticket.tenant,
            customer_id=ticket.customer_id,
            ticket_id=ticket.ticket_id,
            identity=ticket.identity,
        )
        return await accounts.account(scope, name)

    return find
