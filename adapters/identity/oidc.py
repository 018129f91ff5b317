"""Sign-in at an OpenID Connect provider: authorization code with PKCE, state and nonce (OpenID Connect Core, RFC 9700).

The provider's word is taken for one thing: an e-mail address that it has verified. Everything else about an operator is
ours. A refusal never says which check failed; the log does, without quoting the token.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import jwt
import structlog
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import SignInRefused, Unavailable
from domain.operator import ProviderSignIn

#: Signatures that are taken; never `none`, and no algorithm whose key is a shared secret.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY = timedelta(seconds=60)
_SECONDS = 10.0
_MAX_BYTES = 200_000
_KNOWN_FOR = timedelta(hours=1)  # what the provider has told of itself
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_log = structlog.get_logger("sign_in")


class _Discovered(BaseModel):
    """What a provider tells of itself, as far as we need it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: Sequence[str] = ("client_secret_basic",)


class OidcProvider:
    """One provider, as its issuer address and our registration there name it; without a secret, a public client."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        *,
        name: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._name = name
        self._clock = clock
        self._known: tuple[_Discovered, Sequence[PyJWK], datetime] | None = None

    @property
    def name(self) -> str:
        """What the button on the sign-in page says."""
        return self._name

    async def begin(self, redirect_uri: str) -> ProviderSignIn:
        """Begin a sign-in that comes back to `redirect_uri`; raises Unavailable."""
        about, _ = await self._about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64url(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        join = "&" if urlsplit(about.authorization_endpoint).query else "?"
        url = f"{about.authorization_endpoint}{join}{urlencode(query)}"
        return ProviderSignIn(url=url, state=state, nonce=nonce, verifier=verifier)

    async def finish(self, code: str, started: ProviderSignIn, redirect_uri: str) -> str:
        """Exchange the code and return the verified e-mail address, in lower case.

        Raises:
            SignInRefused: the provider does not take the code, or its token is not one for this sign-in.
            Unavailable: it does not answer, or not as OpenID Connect says.
        """
        about, keys = await self._about()
        token = await self._exchange(about, code, started, redirect_uri)
        key = _key_of(token, keys)
        if key is None:  # they change keys now and then
            about, keys = await self._about(is_fresh=True)
            key = _key_of(token, keys)
        if key is None:
            raise _refused("unknown key")
        return self._email_of(token, key, started.nonce)

    def _email_of(self, token: str, key: PyJWK, nonce: str) -> str:
        try:
            # The times are judged below by the clock that is handed in, never by the library's own.
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._client_id,
                issuer=self._issuer,
                options={
                    "require": ["iss", "aud", "sub", "iat", "exp", "nonce"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except PyJWTError as error:
            raise _refused(type(error).__name__) from None
        now, leeway = self._clock().timestamp(), LEEWAY.total_seconds()
        audiences, times = claims["aud"], (claims["exp"], claims["iat"], claims.get("nbf", 0))
        if not all(isinstance(time, int | float) for time in times) or not (
            now - leeway < times[0] and max(times[1:]) <= now + leeway
        ):
            raise _refused("time")
        is_shared = isinstance(audiences, list) and len(audiences) > 1
        if claims.get("azp", None if is_shared else self._client_id) != self._client_id:
            raise _refused("authorized party")
        if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise _refused("nonce")
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email or claims.get("email_verified") is not True:
            raise SignInRefused("Your identity provider has not verified your e-mail address. Have it verified there.")
        return email.lower()

    async def _exchange(self, about: _Discovered, code: str, started: ProviderSignIn, redirect_uri: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": started.verifier,
            "client_id": self._client_id,
        }
        auth = None
        if self._client_secret is not None:
            if "client_secret_basic" in about.token_endpoint_auth_methods_supported:
                auth = httpx2.BasicAuth(self._client_id, self._client_secret)
            else:
                form["client_secret"] = self._client_secret
        answer = await _ask("POST", about.token_endpoint, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("no token")
        return token

    async def _about(self, *, is_fresh: bool = False) -> tuple[_Discovered, Sequence[PyJWK]]:
        now = self._clock()
        if self._known is not None and not is_fresh and now - self._known[2] < _KNOWN_FOR:
            return self._known[:2]
        try:
            told = await _ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            about = _Discovered.model_validate(told)
            if about.issuer != self._issuer:
                raise Unavailable("The identity provider is another than SETRIGHT_OIDC_ISSUER names.")
            for url in (about.authorization_endpoint, about.token_endpoint, about.jwks_uri):
                _check_address(url)
            keys = PyJWKSet.from_dict(dict(await _ask("GET", about.jwks_uri))).keys
        except (ValidationError, PyJWTError):
            raise Unavailable("The identity provider does not answer as OpenID Connect says.") from None
        self._known = (about, keys, now)
        return about, keys


def _key_of(token: str, keys: Sequence[PyJWK]) -> PyJWK | None:
    """The key that a token names; where it names none, the only one there is."""
    try:
        name = jwt.get_unverified_header(token).get("kid")
    except PyJWTError:
        return None
    signing = [key for key in keys if key.algorithm_name in ALGORITHMS and key.public_key_use in {None, "sig"}]
    fitting = [key for key in signing if name in {None, key.key_id}]
    return fitting[0] if len(fitting) == 1 else None


async def _ask(
    method: str, url: str, *, data: Mapping[str, str] | None = None, auth: httpx2.Auth | None = None
) -> Mapping[str, Any]:
    """Ask the provider for JSON; an error that OAuth describes (400, 401) is JSON as well."""
    try:
        async with httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False) as http:
            answer = await http.request(method, url, data=data, auth=auth, headers={"Accept": "application/json"})
        told = answer.json() if len(answer.content) <= _MAX_BYTES and answer.status_code in {200, 400, 401} else None
    except (httpx2.HTTPError, ValueError):
        told = None
    if not isinstance(told, dict):
        raise Unavailable("The identity provider does not answer; sign in otherwise, or try again.")
    return told


def _check_address(url: str) -> None:
    """Raise Unavailable for an address that is neither https nor on this machine: codes and keys go there."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Unavailable("The identity provider names an address without https.")


def _refused(why: str) -> SignInRefused:
    _log.warning("oidc_refused", why=why)
    return SignInRefused("The identity provider's answer does not belong to this sign-in. Start again.")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
