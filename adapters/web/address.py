"""Where a name leads: resolved once, looked at, and then connected to as it was looked at.

A name that resolves differently a moment later leads nowhere else, and none leads into our own network.
"""

import asyncio
import socket
from ipaddress import ip_address

import httpx2

from domain.errors import InvalidInput
from domain.hook_url import may_connect


async def address_of(target: httpx2.URL, *, may_call_loopback: bool, may_call_private: bool = False) -> str:
    """Return an address of the URL's host, all of whose addresses may be called.

    Raises:
        InvalidInput: one of them is not on the internet.
        OSError: the name cannot be resolved.
    """
    port = target.port or (443 if target.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(place[4][0]).partition("%")[0]) for place in found]
    if not addresses or not (
        may_call_private or all(may_connect(one, may_call_loopback=may_call_loopback) for one in addresses)
    ):
        raise InvalidInput("The host is not on the internet.")
    return str(addresses[0])
