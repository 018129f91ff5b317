"""Where an outbound hook may point: to https on the internet, never into the network that Setright itself stands in.

A URL is looked at when the hook is made; what its name resolves to is looked at again at every call, for names move.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from domain.errors import InvalidInput

MAX_URL_CHARS = 2_000
_NAT64 = IPv6Network("64:ff9b::/32")  # RFC 6052 and RFC 8215


def check_url(
    url: str,
    *,
    may_call_loopback: bool,
    may_call_private: bool = False,
    what: str = "A hook cannot be sent to this URL",
) -> None:
    """Raise InvalidInput unless the URL may be called; `what` begins its text.

    With `may_call_loopback` this machine may be called, with `may_call_private` any, each by http too.
    """
    try:
        _check(url, may_call_loopback=may_call_loopback, may_call_private=may_call_private)
    except _NotCallable as error:
        raise InvalidInput(f"{what}: {error}.") from None


class _NotCallable(Exception):
    """Why a URL may not be called."""


def _check(url: str, *, may_call_loopback: bool, may_call_private: bool) -> None:
    if len(url) > MAX_URL_CHARS or not all("\x21" <= character <= "\x7e" for character in url):
        raise _refused("it must be printable ASCII, encoded where it is not, and not endless")
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no port
    except ValueError:
        raise _refused("it cannot be read as a URL") from None
    host = parts.hostname or ""
    if not host or parts.username is not None or parts.password is not None or parts.fragment or "\\" in url:
        raise _refused("it needs a host, and neither a user, a password nor a fragment")
    if may_call_private and parts.scheme in {"http", "https"}:
        return
    address = _literal(host)
    is_loopback = host == "localhost" or (address is not None and address.is_loopback)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback and may_call_loopback):
        raise _refused("it must begin with https://")
    if (is_loopback and not may_call_loopback) or (
        address is not None and not may_connect(address, may_call_loopback=may_call_loopback)
    ):
        raise _refused("its host is not on the internet")


def may_connect(address: IPv4Address | IPv6Address, *, may_call_loopback: bool) -> bool:
    """Whether an address that a host's name resolved to may be called."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address.sixtofour is not None or address.teredo is not None or address in _NAT64:
            return False  # an IPv4 address in disguise
    if address.is_loopback:
        return may_call_loopback
    return address.is_global and not address.is_multicast


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refused(why: str) -> _NotCallable:
    return _NotCallable(why)
