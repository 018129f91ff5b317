"""Our own files for the browser: scripts, styles, the icon. Their address holds a digest, so they are kept for ever."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.errors import Refused

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST_CHARS = 12
router = APIRouter()


@cache
def _read(name: str) -> tuple[bytes, str]:
    content = (FOLDER / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:_DIGEST_CHARS]


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_read(name)[0], mtime=0)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir() if path.suffix in _TYPES)


def asset(name: str) -> str:
    """The address of one of our files."""
    return f"/console/static/{_read(name)[1]}/{name}"


@router.get("/static/{digest}/{name}")
async def get_asset(request: Request, digest: str, name: str) -> Response:
    """Answer with a file; an address of an older release gets the present one, kept for no time."""
    if name not in _names():
        raise Refused("not_found", "There is no such file.")
    content, present = _read(name)
    kept = _FOR_EVER if digest == present else "no-cache"
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get(
        "accept-encoding", ""
    ):  # pages are not packed: they hold secrets beside others' words
        content, headers = _packed(name), headers | {"Content-Encoding": "gzip"}
    return Response(content, media_type=_TYPES[Path(name).suffix], headers=headers)
