"""Origins of web pages: scheme, host and port, as browsers send them in the header `Origin`."""

import re
from typing import Annotated

from pydantic import AfterValidator

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_OWN_PORT = {"https": "443", "http": "80"}
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


def _origin(text: str) -> str:
    found = _ORIGIN.fullmatch(text)
    if found is None or len(found["host"]) > 253:  # noqa: PLR2004 - the longest name in DNS
        raise ValueError("an origin is scheme and host in lower case, without a path or a star: https://shop.example")
    if found["scheme"] == "http" and found["host"] not in _LOOPBACK:
        raise ValueError("tokens and words need TLS: write https:// (http:// is for localhost and 127.0.0.1 alone)")
    if found["port"] == _OWN_PORT[found["scheme"]]:
        raise ValueError("leave the usual port out, as browsers do")
    return text


#: `https://shop.example` or `https://shop.example:8443`; for trying things out also `http://localhost:3000`.
Origin = Annotated[str, AfterValidator(_origin)]
