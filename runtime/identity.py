"""Composition of who is believed: the keys and secrets derived for it, the token readers, the sender of codes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from adapters.backends.shop.contacts import ShopContacts
from adapters.channels.folder import LetterFolder
from adapters.channels.port import LetterBox
from adapters.channels.smtp import SmtpLetterBox
from adapters.identity.tokens import CustomerTokens
from adapters.workspace.tenant import Workspace
from domain.ids import TenantId
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
async def open_code_sender(settings: Settings, pools: Pools, workspace: Workspace) -> AsyncIterator[CodeSender]:
    """Open what makes and sends one-time codes, and close it again; raises Unavailable, SettingsError."""
    async with open_pool(dsn_as(settings, "customer_scope"), _CONNECTIONS) as shop:
        yield CodeSender(pools, code_key(settings), workspace.tenants, ShopContacts(shop), letter_box(settings))
