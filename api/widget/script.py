"""The widget's one script: its parts in their order, what it must know of the tenant before them, and nothing else.

Comments and indentation stay in the repository. The answer is kept by its digest: browsers ask again after five
minutes and are told that nothing changed.
"""

import gzip
import hashlib
import json
import re
from functools import cache
from pathlib import Path

from api.widget.site import WidgetSite
from domain.ids import TenantId
from domain.model import Model

_PARTS = ("words", "style", "wire", "outbox", "view", "main")
_FOLDER = Path(__file__).parent / "client"
_LEFT_OUT = re.compile(r"^[ \t]+(?://.*\n)?|^//.*\n|^[ \t]*\n", re.MULTILINE)


class Script(Model):
    """The script as it is sent; `etag` is made of its digest."""

    plain: bytes
    zipped: bytes
    etag: str


def script_for(tenant: TenantId, site: WidgetSite) -> Script:
    """Make the script of a tenant."""
    known = json.dumps({"tenant": tenant, "name": site.name, "language": site.language})
    return _made(known)


@cache
def page() -> str:
    """The stand-alone page; `{tenant}` and `{name}` are left to fill."""
    return (_FOLDER / "page.html").read_text()


@cache
def _made(known: str) -> Script:
    parts = "\n".join(_LEFT_OUT.sub("", (_FOLDER / f"{part}.js").read_text()) for part in _PARTS)
    plain = f'"use strict";(()=>{{const SITE={known};\n{parts}\n}})();\n'.encode()
    digest = hashlib.sha256(plain).hexdigest()[:32]
    return Script(plain=plain, zipped=gzip.compress(plain, mtime=0), etag=f'"{digest}"')
