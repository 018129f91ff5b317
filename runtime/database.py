"""From one database address to a pool per role: who connects as whom.

The superuser's (or owner's) address is used by `prepare_database` and by nobody else. Every process derives the roles'
passwords from one secret, so that no second place has to keep them.
"""

import os
import secrets
from pathlib import Path

from psycopg import AsyncConnection
from pydantic import SecretStr

from adapters.backends.shop.install import install as install_shop
from runtime.keys import derived_key
from runtime.settings import Settings, SettingsError
from store.migrate import Applied, migrate
from store.pools import SIZES, Pools
from store.roles import role_dsn, set_passwords

#: The payment provider of the example is another system: it connects as itself (adapters/backends/shop/sql).
PROVIDER_ROLE = "payment_provider"


def role_password(secret: SecretStr, role: str) -> str:
    """The password of a database role: HMAC-SHA256 of its name under the installation's secret."""
    return derived_key(secret, role).hex()


def embedded_secret(data_dir: Path) -> SecretStr:
    """The secret of an embedded installation, made at its first start and readable by its owner only."""
    path = data_dir / "role-secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return SecretStr(path.read_text())
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return SecretStr(path.read_text())


def hook_key(settings: Settings) -> bytes:
    """What the secrets of hooks are derived from; another installation's secret makes others. Raises SettingsError."""
    return derived_key(database_of(settings)[1], "hooks")


async def prepare_database(superuser_url: str, secret: SecretStr) -> list[Applied]:
    """Migrate, set up the example's schemas, and give every role its password; raises MigrationError, Unavailable."""
    applied = await migrate(superuser_url)
    async with await AsyncConnection.connect(superuser_url, autocommit=True) as conn:
        await install_shop(conn)
    await set_passwords(superuser_url, {role: role_password(secret, role) for role in (*SIZES, PROVIDER_ROLE)})
    return applied


def database_of(settings: Settings) -> tuple[str, SecretStr]:
    """The database address and the role secret that this process was given.

    Raises:
        SettingsError: one of them is missing.
    """
    if settings.database_url is None or settings.role_secret is None:
        raise SettingsError(
            "This process needs DATABASE_URL and SETRIGHT_ROLE_SECRET (the same secret for every process); "
            "`setright up` sets both for its own processes."
        )
    return settings.database_url.get_secret_value(), settings.role_secret


def dsn_as(settings: Settings, role: str) -> str:
    """The database address as one role."""
    url, secret = database_of(settings)
    return role_dsn(url, role, role_password(secret, role))


async def open_pools(settings: Settings) -> Pools:
    """Open a pool per role; raises SettingsError, Unavailable."""
    return await Pools.open({role: dsn_as(settings, role) for role in SIZES})
