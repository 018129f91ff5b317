"""Customer tokens: JWTs (RFC 7519) by which a tenant's own system says who is signed in.

What is pinned (RFC 8725): one algorithm a tenant, the keys that belong to it, issuer, audience, a short life. The
header of a token chooses nothing but one of the tenant's key ids. A refusal never says which check failed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import jwt
from jwt.algorithms import AllowedPublicKeys, get_default_algorithms
from jwt.exceptions import InvalidKeyError, PyJWTError
from pydantic import Field, StringConstraints, ValidationError

from adapters.identity.rules import KeyId, TokenRules
from domain.errors import BadCustomerToken, WorkspaceError
from domain.ids import CustomerId, TenantId
from domain.model import Model

#: Clocks of two systems differ.
LEEWAY = timedelta(seconds=60)
#: A token with all its claims has about 400; what is far longer is not looked at.
MAX_CHARS = 4_096
#: The id of the one key that HS256 has.
OWN_KEY: KeyId = "setright"
_MAX_TIME = 253_402_300_799  # the end of the year 9999


class _Claims(Model):
    """What a token must say; times are whole seconds since 1970. Other claims are nobody's business here."""

    iss: str
    aud: str
    sub: CustomerId
    iat: Annotated[int, Field(strict=True, ge=0, le=_MAX_TIME)]
    exp: Annotated[int, Field(strict=True, ge=0, le=_MAX_TIME)]
    nbf: Annotated[int, Field(strict=True, ge=0, le=_MAX_TIME)] | None = None
    jti: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]


def audience(tenant: TenantId) -> str:
    """Whom a tenant's tokens are for: a token of one tenant is worth nothing at another."""
    return f"setright:{tenant}"


class CustomerTokens:
    """Reads the tokens of one tenant, and writes them where the tenant signs with Setright's own secret."""

    def __init__(self, tenant: TenantId, rules: TokenRules, secret: str) -> None:
        self._tenant = tenant
        self._rules = rules
        self._issuer = rules.issuer or tenant
        self._secret = secret
        self._keys = _keys(tenant, rules, secret)

    @property
    def secret(self) -> str | None:
        """What the tenant's system signs with; None where it has a key of its own."""
        return self._secret if self._rules.algorithm == "HS256" else None

    def read(self, token: str, now: datetime) -> CustomerId:
        """Return whose token it is.

        Raises:
            BadCustomerToken: it is not one that this tenant takes now.
        """
        if len(token) > MAX_CHARS:
            raise _bad()
        try:
            # The times are judged below by the clock that is handed in, never by the library's own.
            found = jwt.decode(
                token,
                self._key_of(token),
                algorithms=[self._rules.algorithm],
                audience=audience(self._tenant),
                issuer=self._issuer,
                options={
                    "require": ["iss", "aud", "sub", "iat", "exp", "jti"],
                    "strict_aud": True,
                    "enforce_minimum_key_length": True,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            claims = _Claims.model_validate({name: found[name] for name in _Claims.model_fields if name in found})
        except (PyJWTError, ValidationError, ValueError, TypeError, RecursionError):
            raise _bad() from None
        if not self._is_in_time(claims, now):
            raise _bad()
        return claims.sub

    def write(self, customer: CustomerId, now: datetime, life: timedelta, token_id: str) -> str:
        """Sign a token for a customer, for trying things out.

        Raises:
            WorkspaceError: the tenant signs with a key of its own, or takes no token of so long a life.
        """
        if self._rules.algorithm != "HS256":
            raise WorkspaceError(
                f"{self._tenant} signs its customer tokens with a key of its own; Setright has it not."
            )
        if not timedelta(0) < life <= timedelta(minutes=self._rules.max_minutes):
            raise WorkspaceError(f"A customer token of {self._tenant} lives at most {self._rules.max_minutes} minutes.")
        issued = int(now.timestamp())
        claims = _Claims(
            iss=self._issuer,
            aud=audience(self._tenant),
            sub=customer,
            iat=issued,
            exp=issued + int(life.total_seconds()),
            jti=token_id,
        )
        return jwt.encode(
            claims.model_dump(exclude_none=True), self._secret, algorithm="HS256", headers={"kid": OWN_KEY}
        )

    def _key_of(self, token: str) -> AllowedPublicKeys | str:
        """The key that the token names; the only one, if it names none."""
        named = jwt.get_unverified_header(token).get("kid")
        if named is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if not isinstance(named, str) or named not in self._keys:
            raise _bad()
        return self._keys[named]

    def _is_in_time(self, claims: _Claims, now: datetime) -> bool:
        seconds, leeway = now.timestamp(), LEEWAY.total_seconds()
        return (
            claims.iat - leeway <= seconds < claims.exp + leeway
            and (claims.nbf is None or claims.nbf - leeway <= seconds)
            and 0 < claims.exp - claims.iat <= self._rules.max_minutes * 60
        )


def _keys(tenant: TenantId, rules: TokenRules, secret: str) -> Mapping[KeyId, AllowedPublicKeys | str]:
    if rules.algorithm == "HS256":
        return {OWN_KEY: secret}
    algorithm = get_default_algorithms().get(rules.algorithm)
    if algorithm is None:
        raise WorkspaceError(f"{tenant} signs with {rules.algorithm}, which needs the package 'cryptography'.")
    try:
        return {name: algorithm.prepare_key(pem) for name, pem in rules.public_keys.items()}
    except (InvalidKeyError, ValueError, TypeError):
        raise WorkspaceError(f"{tenant}: a public key of customer_tokens is none for {rules.algorithm}.") from None


def _bad() -> BadCustomerToken:
    return BadCustomerToken("The customer token is not valid here, or not any more; get a new one and send it again.")
