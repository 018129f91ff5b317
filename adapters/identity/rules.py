"""What tenant.yaml says of customer tokens: who signs them, how, and for how long."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from domain.model import Model

#: `HS256` signs with the secret that `setright token secret` prints; the others with a key that stays at the tenant's.
Algorithm = Literal["HS256", "RS256", "ES256", "EdDSA"]
KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
PublicKey = Annotated[str, StringConstraints(pattern=r"^\s*-----BEGIN PUBLIC KEY-----", max_length=10_000)]


class TokenRules(Model):
    """How a tenant's customer tokens are signed; `public_keys` is key id -> PEM, several while keys are changed."""

    algorithm: Algorithm = "HS256"
    issuer: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None  # None: the tenant's id
    public_keys: dict[KeyId, PublicKey] = {}
    max_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60  # the longest life of a token

    @model_validator(mode="after")
    def _keys_fit_the_algorithm(self) -> "TokenRules":
        if self.algorithm == "HS256" and self.public_keys:
            raise ValueError("public_keys: HS256 uses Setright's own secret; choose RS256, ES256 or EdDSA for these")
        if self.algorithm != "HS256" and not self.public_keys:
            raise ValueError(f"public_keys: {self.algorithm} needs at least one")
        return self
