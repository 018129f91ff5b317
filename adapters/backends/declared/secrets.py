"""Secrets by reference: a file names one, whoever opens the back end looks it up, and nobody writes it down.

Authorization: Bearer ${secret:SHOP_TOKEN}
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator

_REFERENCE = re.compile(r"\$\{secret:([A-Za-z][A-Za-z0-9_]{0,62})\}")

#: Gives a secret of the tenant's by its name; None where there is none.
SecretsOf = Callable[[str], str | None]


def _well_formed(text: str) -> str:
    if "${" in _REFERENCE.sub("", text):
        raise ValueError("a reference is written ${secret:NAME}, of letters, digits and underscores")
    if not text.isprintable():
        raise ValueError("must be one line of printable text")
    return text


#: A text of a declaration that may refer to secrets.
SecretText = Annotated[str, AfterValidator(_well_formed)]


class UnknownSecret(Exception):
    """A text refers to a secret that is not there; `field` says where in the file."""

    def __init__(self, name: str, field: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.field = field


def filled(texts: Mapping[str, str], field: str, secret_of: SecretsOf) -> dict[str, str]:
    """The texts with every reference replaced by its secret.

    Raises:
        UnknownSecret: there is none of that name.
    """
    return {name: _fill(text, (*filter(None, field.split(".")), name), secret_of) for name, text in texts.items()}


def _fill(text: str, field: tuple[str, ...], secret_of: SecretsOf) -> str:
    def secret(reference: re.Match[str]) -> str:
        value = secret_of(reference[1])
        if value is None:
            raise UnknownSecret(reference[1], field)
        return value

    return _REFERENCE.sub(secret, text)
