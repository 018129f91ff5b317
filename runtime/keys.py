"""Keys of an installation, each for one purpose, all made of its one secret."""

import hmac

from pydantic import SecretStr


def derived_key(secret: SecretStr, purpose: str) -> bytes:
    """A key of 32 bytes: HMAC-SHA256 of the purpose under the installation's secret.

    Two purposes never share a key, and none of them leads back to the secret.
    """
    return hmac.digest(secret.get_secret_value().encode(), purpose.encode(), "sha256")
