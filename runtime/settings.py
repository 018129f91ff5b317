"""Every setting of Setright, read from the environment once; no other module reads it.

A variable is named SETRIGHT_ and the field in capitals. Temporal's own variables and profiles (TEMPORAL_*) belong to
Temporal's SDK: see temporal_config.py.
"""

import difflib
import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from adapters.assistants.chat_model.opening import CALL_SECONDS
from adapters.assistants.chat_model.prices import OwnPrices
from domain.errors import SetrightError
from runtime.embedded.account import account_for_postgres

PREFIX = "SETRIGHT_"
_MIN_SECRET = 32  # characters: 128 bits where they are hexadecimal digits
SHIPPED_WORKSPACE = Path(__file__).resolve().parent.parent / "examples" / "shop"


class SettingsError(SetrightError):
    """A setting is wrong; the text names the variable and says what it takes."""

    code = "settings_invalid"


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Where state is kept unless told otherwise; raises `SettingsError` for a user without a home.

    The place is that of the XDG base directory specification, except for root: Postgres does not run as root, and the
    account it runs as cannot pass a closed home folder.
    """
    chosen = environment.get("XDG_DATA_HOME", "")
    if Path(chosen).is_absolute():  # the specification: a relative path is to be ignored
        return Path(chosen) / "setright"
    try:
        home = Path.home()
    except RuntimeError:
        raise SettingsError(f"This user has no home folder. Set {PREFIX}DATA_DIR to where state may be kept.") from None
    account = account_for_postgres()
    if account and account.blocked_by(home / ".local"):
        return Path("/var/lib/setright")
    return home / ".local" / "share" / "setright"


def default_cache_dir(environment: Mapping[str, str]) -> Path:
    """Where what can be made again is kept (XDG base directory specification); the data folder's neighbour for root."""
    chosen = environment.get("XDG_CACHE_HOME", "")
    if Path(chosen).is_absolute():
        return Path(chosen) / "setright"
    try:
        return Path.home() / ".cache" / "setright"
    except RuntimeError:
        return default_data_dir(environment) / "cache"


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, validate_by_name=True
    )

    data_dir: Path = Field(default_factory=lambda: default_data_dir(os.environ))
    """State of the embedded stack, and its logs."""
    vector_cache: Path = Field(default_factory=lambda: default_cache_dir(os.environ) / "vectors")
    """Where the embeddings of a workspace's texts are kept, for demo and stack alike; deleting it costs time."""
    knowledge_folders: tuple[Path, ...] = ()
    """Folders (a JSON list) in which files and repositories may lie that a source of knowledge names. Unset: none; of a
    stack that runs on one machine, all that it can read."""
    knowledge_private: bool = False
    """Whether pages and repositories on this machine's own network may be read, and by http."""
    data: Path | None = None
    """The folder of public data sets that `setright eval` measures on."""
    workspace: Path = SHIPPED_WORKSPACE
    """The folder with procedures, policy and knowledge."""

    secrets_dir: Path | None = None
    """Secrets of back ends, a file each: TENANT/NAME in this folder; unset: the folder `secrets` in the data folder."""

    database_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices(f"{PREFIX}DATABASE_URL", "DATABASE_URL")
    )
    """Your own Postgres, as its superuser or owner (the migrations make the roles); unset: the embedded one."""
    role_secret: SecretStr | None = None
    """What the database roles' passwords are made of, the same for every process; unset: made by the embedded stack."""
    task_queue: str = Field(default="setright", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
    """The Temporal task queue that workers poll and the API starts tickets on."""

    audit_heads: Path | None = None
    """Where the audit chain's newest links are kept, outside the database; better on another disk or host. Unset: in
    the data folder."""
    audit_key: SecretStr | None = None
    """What the kept heads are signed with; unset: made of the role secret."""
    smtp_url: SecretStr | None = None
    """The mail server that one-time codes leave by; unset: the folder `letters` in the data folder."""
    mail_from: str | None = None
    """The address they come from."""

    reranker: Literal["none", "sentences"] = "none"
    """Who puts the passages that a search found into another order (docs/knowledge.md); none: the search's own."""

    model: str | None = None
    """A chat model, `openai:MODEL` or `anthropic:MODEL`; unset: the embedded assistant alone (docs/models.md)."""
    model_base_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """Where it is asked, if not at its maker's: any server that speaks the OpenAI protocol (`openai:any`)."""
    model_key: SecretStr | None = None
    """The key; unset: the provider's own variable (OPENAI_API_KEY, ANTHROPIC_API_KEY)."""
    model_prices: OwnPrices | None = None
    """Your own prices, US dollars per million tokens, as JSON: {"input": 0.1, "output": 0.4, "cached_read": 0.05}."""
    model_seconds: float = Field(default=CALL_SECONDS, gt=0, le=CALL_SECONDS)
    """How long one call may take; an activity makes two at most and has sixty seconds."""

    api_host: str = "127.0.0.1"
    api_port: int = Field(default=0, ge=0, le=65535)
    """0 takes the port of last time, or any free one; the same holds for the three below."""
    postgres_port: int = Field(default=0, ge=0, le=65535)
    temporal_port: int = Field(default=0, ge=0, le=65535)
    temporal_ui_port: int = Field(default=0, ge=0, le=65535)

    console_url: str | None = Field(default=None, pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$")
    """Where browsers find the console's host: https://support.example.com, without a path. Unset: where they come."""
    console_trusted_header: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")
    """The header in which your proxy tells who is signed in there: X-Forwarded-User. It must drop anybody else's."""
    console_trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """Where your proxy's connections come from: 10.0.0.5,10.0.1.0/24. Its X-Forwarded-For and -Proto count, too."""
    oidc_issuer: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """An OpenID Connect provider: https://login.example.com/realms/shop. Needs SETRIGHT_CONSOLE_URL as well."""
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = Field(default="single sign-on", max_length=60)
    """What the sign-in page calls it."""

    rate_per_key: int = Field(default=100, ge=1, le=100_000)
    """Requests a second that one API key may send to one API process, for ever; twenty seconds' worth at once."""
    rate_per_tenant: int = Field(default=400, ge=1, le=100_000)
    """The same for all keys of one tenant together."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"

    max_cached_workflows: int = Field(default=200, ge=1)
    """Tickets a worker keeps in memory: up to 1 MB each while they wait for approval (measured); any other is replayed
    when it goes on."""
    max_concurrent_activities: int = Field(default=32, ge=1)
    """Activities a worker runs at once; each may hold a database connection."""
    crash_at: str | None = Field(default=None, pattern=r"^[a-z_]+\.[a-z_]+:[1-9][0-9]{0,5}$")
    """For tests of recovery: this process kills itself the n-th time it reaches a point (`domain/points.py`)."""
    sandboxed: bool = True
    """Run workflows in Temporal's sandbox. Off saves about a quarter of a worker's time (measured)."""

    @classmethod
    def load(cls, **overrides: Any) -> Self:  # noqa: ANN401 - whatever the fields take
        """Read the environment; what is passed by name wins. Raises `SettingsError`."""
        _refuse_unknown(os.environ)
        try:
            return cls(**overrides)
        except ValidationError as error:
            raise SettingsError("\n".join(_explain(problem) for problem in error.errors(include_input=False))) from None

    @property
    def is_example(self) -> bool:
        """Whether the shipped example is served, whose customers and orders are made up and may be loaded."""
        return self.workspace == SHIPPED_WORKSPACE

    @property
    def heads_file(self) -> Path:
        """The file of kept heads."""
        return self.audit_heads or self.data_dir / "audit-heads.jsonl"

    @property
    def secrets_folder(self) -> Path:
        """Where the secrets of back ends are."""
        return self.secrets_dir or self.data_dir / "secrets"

    @property
    def demo_data_dir(self) -> Path:
        """The demo's own state, beside and never inside the real one."""
        return self.data_dir.with_name(f"{self.data_dir.name}-demo")

    @field_validator("data_dir", "workspace", "audit_heads", "secrets_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path is not None else None

    @field_validator("console_trusted_proxies", mode="before")
    @classmethod
    def _list(cls, told: object) -> object:
        return tuple(part.strip() for part in told.split(",") if part.strip()) if isinstance(told, str) else told

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.console_trusted_header is not None and not self.console_trusted_proxies:
            raise SettingsError(
                f"With {PREFIX}CONSOLE_TRUSTED_HEADER, set {PREFIX}CONSOLE_TRUSTED_PROXIES:"
                " a header is believed from nobody else."
            )
        if self.oidc_issuer is not None and None in {self.oidc_client_id, self.console_url}:
            raise SettingsError(f"With {PREFIX}OIDC_ISSUER, set {PREFIX}OIDC_CLIENT_ID and {PREFIX}CONSOLE_URL too.")
        return self

    @field_validator("role_secret", "audit_key")
    @classmethod
    def _is_long(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret) < _MIN_SECRET:
            raise ValueError(f"it must have at least {_MIN_SECRET} characters, such as `openssl rand -hex 32` prints")
        return secret

    @field_validator("database_url")
    @classmethod
    def _is_address(cls, url: SecretStr | None) -> SecretStr | None:
        try:
            conninfo_to_dict(url.get_secret_value() if url else "")
        except psycopg.ProgrammingError:  # its message quotes the address, and so the password
            raise ValueError(
                "it is no Postgres address such as postgresql://user:password@host:5432/database"
            ) from None
        return url


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
            hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(known)}."
            raise SettingsError(f"{name} is not a setting of Setright; {hint}")


def _explain(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0]).upper().removeprefix(PREFIX)
    # An address may come from the variable that every Postgres host hands out; name the one that was read.
    variable = name if name in os.environ else PREFIX + name
    return f"{variable} is wrong: {problem['msg'].removeprefix('Value error, ')}."
