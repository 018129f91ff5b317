"""Links in a reply: what a mail client or browser would make one of, and whether it leads to the tenant's own hosts.

Whether a link stands in an article or a record says nothing: somebody may have planted it there. So a host must be on
the tenant's list, and whatever tries to look like another one is refused, never repaired. Too much is taken for a link
rather than too little; a reply that is refused goes to a person.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import StringConstraints

from domain.text import strip_invisible

#: A host as tenant.yaml lists it: lower case, ASCII (an international name as `xn--…`), exact, without port or path.
Host = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$", min_length=4, max_length=253
    ),
]

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_REST = r"(?::\d+)?(?:[/?#\\][^\s<>()\[\]\"']*)?"
_CANDIDATE = re.compile(
    r"(?P<url>[a-z][a-z0-9+.-]{0,20}:[/\\]+[^\s<>()\"']*)"  # any scheme, with however many slashes of either kind
    r"|(?P<relative>(?<![\w:/\\])[/\\]{2}[^\s<>()\"']+)"  # the page's own scheme
    r"|(?P<ip>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w])|\[[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*\])"
    rf"|(?P<bare>(?:[^\s@/\\<>()\[\]\"']{{1,64}}@)?(?<![\w.-])(?:{_LABEL}\.)+[^\W\d_][\w-]{{1,62}}\.?(?![\w-]){_REST})",
    re.IGNORECASE,
)
#: Schemes that need no slashes to do something.
_DEED = re.compile(
    r"(?:javascript|vbscript|livescript):|data:[\w+.-]*[/;,]|(?:tel|sms|mailto|callto|skype|intent):\S", re.IGNORECASE
)
#: Pictures, which are fetched without a click; tags; and the targets of Markdown's links.
_MARKUP = re.compile(
    r"!\[[^\]]*\]\s*[(\[]|<(?:[/!?]|[a-z][^>]*>)|^\s{0,3}\[[^\]]+\]:\s*\S", re.IGNORECASE | re.MULTILINE
)
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)")
_ALLOWED = re.compile(r"(?:https?://)?(?P<host>[a-z0-9.-]+)(?P<rest>[/?#].*)?|[a-z0-9.+_-]{1,64}@(?P<mail>[a-z0-9.-]+)")
_PLACEHOLDER = re.compile(r"\{[a-z0-9_.]+\}")  # of a template: no host, whatever it looks like
_END = ".,;:!?'\"*_~"  # what ends a sentence, not a link
_WIDE_DOT = re.compile(r"(?<=[a-z0-9])\u3002(?=[a-z0-9])", re.IGNORECASE)


def foreign_links(text: str, hosts: Collection[str]) -> int:
    """How many links of a text lead anywhere but to one of `hosts` (exact names, lower case)."""
    plain = _WIDE_DOT.sub(".", unicodedata.normalize("NFKC", strip_invisible(text)))
    found = [link for link in _links(plain) if not _is_allowed(link, hosts)]
    unbroken = re.sub(r"[\t\r\n]", "", plain)  # browsers read "java<tab>script:" like this
    return len(found) + len(_DEED.findall(unbroken)) + len(_MARKUP.findall(plain))


def hosts_in(text: str) -> set[str]:
    """The hosts of the plain links of a text that the tenant's own team wrote, or of a host by itself."""
    named = (_ALLOWED.fullmatch(link.rstrip(_END).lower()) for link in _links(_PLACEHOLDER.sub("", text)))
    return {(match["host"] or match["mail"]).removeprefix("www.") for match in named if match is not None}


def _links(plain: str) -> Iterator[str]:
    for match in _CANDIDATE.finditer(plain):
        yield match[0]
    for match in _TARGET.finditer(plain):
        yield match[1]


def _is_allowed(link: str, hosts: Collection[str]) -> bool:
    match = _ALLOWED.fullmatch(link.rstrip(_END).lower())
    if match is None:  # a user before the host, a port, another alphabet, a backslash, another scheme, an address
        return False
    host, rest = (match["host"] or match["mail"]).removeprefix("www."), match["rest"] or ""
    return host in hosts and "//" not in rest and "\\" not in rest and "@" not in rest
