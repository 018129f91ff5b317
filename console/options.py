"""What the console is told by whoever installs it; nothing here reads an environment."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from domain.operator import ProviderSignIn


class IdentityProvider(Protocol):
    """An OpenID Connect provider."""

    @property
    def name(self) -> str:
        """What the button says: "Sign in with …"."""
        ...

    async def begin(self, redirect_uri: str) -> ProviderSignIn:
        """Begin a sign-in that comes back to `redirect_uri`; raises Unavailable."""
        ...

    async def finish(self, code: str, started: ProviderSignIn, redirect_uri: str) -> str:
        """Exchange the code and return the verified e-mail address; raises SignInRefused, Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """How operators reach the console and sign in besides by password.

    `trusted_header` names the header in which a proxy tells who is signed in there (an operator's id or e-mail); it is
    read only from connections that come from `trusted_proxies`.
    """

    public_url: str | None = None  # where browsers find this host, without a path: https://support.example.com
    trusted_header: str | None = None
    trusted_proxies: Sequence[IPv4Network | IPv6Network] = ()
    provider: IdentityProvider | None = None
