"""The examples of docs/widget.md do what it says: what they sign is taken, and what is refused is told how to mend."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.identity.rules import TokenRules
from adapters.identity.tokens import CustomerTokens
from adapters.workspace.widget import WidgetRules

PAGE = Path("docs/widget.md").read_text()
SECRET = "7" * 64


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL), ids=["pyjwt", "stdlib"])
def test_the_tokens_that_it_shows_are_taken(code: str) -> None:
    """Each example, as it stands there, signs a token that the tenant takes."""
    names: dict[str, Any] = {"SECRET": SECRET}
    exec(code, names)  # noqa: S102 - our own page
    token = names["customer_token"]("cus_ada")
    assert CustomerTokens("meridian", TokenRules(), SECRET).read(token, datetime.now(UTC)) == "cus_ada"


@pytest.mark.parametrize("origin", ["https://shop.example", "https://shop.example:8443", "http://localhost:3000"])
def test_an_origin_as_browsers_send_it_is_taken(origin: str) -> None:
    """Scheme and host, and a port where it is not the usual one."""
    assert WidgetRules(origins=(origin,)).origins == (origin,)


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("*", "without a path or a star"),
        ("https://*.shop.example", "without a path or a star"),
        ("shop.example", "scheme and host"),
        ("https://Shop.example", "lower case"),
        ("https://shop.example/", "without a path"),
        ("https://user@shop.example", "scheme and host"),
        ("http://shop.example", "need TLS"),
        ("https://shop.example:443", "leave the usual port out"),
        ("null", "scheme and host"),
    ],
)
def test_any_other_origin_is_refused_with_what_to_write(origin: str, told: str) -> None:
    """No pattern, no path, no plain HTTP but for this machine."""
    with pytest.raises(ValidationError, match=told):
        WidgetRules(origins=(origin,))


def test_an_origin_stands_there_once() -> None:
    """A repetition is a slip of the pen."""
    with pytest.raises(ValidationError, match="twice"):
        WidgetRules(origins=("https://shop.example", "https://shop.example"))
