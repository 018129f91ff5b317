"""Addresses that a file may name: encrypted, unless on this machine, and without anything secret in them."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def web_address(url: str) -> str:
    """The address without a slash at its end. Raises ValueError: it is none that may be used."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.fragment or parts.scheme not in {"http", "https"}:
        raise ValueError("must be an address such as https://shop.example/api, without user, query or fragment")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise ValueError("must be https, unless it is on this machine")
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
