"""The widget's script, and a page of ours that shows it: without a key, the same for everybody."""

from html import escape
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import HTMLResponse, Response

from api.services import Shared
from api.widget.callers import TenantPath
from api.widget.script import page, script_for

router = APIRouter(prefix="/widget", include_in_schema=False)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_KEPT = {
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",  # or a page that is isolated could not load it
    "Access-Control-Allow-Origin": "*",  # for pages that name its digest in `integrity`
    "Vary": "Accept-Encoding",
}


@router.get("/{tenant}.js")
async def script(
    tenant: TenantPath,
    request: Request,
    services: Shared,
    known: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Response:
    """Return the script; an origin that may not use it is refused when it asks for more."""
    made = script_for(tenant, services.site(tenant))
    headers = {**_KEPT, "ETag": made.etag}
    if known == made.etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    is_zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers |= {"Content-Encoding": "gzip"} if is_zipped else {}
    return Response(made.zipped if is_zipped else made.plain, media_type="text/javascript", headers=headers)


@router.get("/{tenant}")
async def customer_page(tenant: TenantPath, services: Shared) -> HTMLResponse:
    """Return the stand-alone page; a token stands behind its `#`, which no browser sends."""
    site = services.site(tenant)
    text = page().replace("{tenant}", tenant).replace("{name}", escape(site.name))
    text = text.replace("{language}", escape(site.language))
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
    return HTMLResponse(text, headers=headers)
