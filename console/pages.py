"""Pages: templates with what every page shows around them.

A page is made of named blocks. A request that asks for one of them by name (header `X-Fragment`) gets that block alone,
so that the same address serves whoever comes by link and whoever has the page open already.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.environment import TemplateModule
from starlette.responses import HTMLResponse

from api.auth import Scope
from api.services import Services
from api.telling import words
from console.assets import asset
from console.local_time import LocalTime, local_time
from console.seat import Seat
from console.views.person import person
from domain.handoff import why
from domain.money import Money
from domain.text import show_invisible

FRAGMENT_HEADER = "X-Fragment"
SEAT_HEADER = "X-Seat"  # whose view of which tenant it is: a page never mixes two
_KEY_IN_FORM = re.compile(rb'(<input type="hidden" name="once" value=")[^"]+')


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page of the console that the bar links to."""

    name: str
    title: str
    needs: Scope = Scope.tickets_read  # who may not open it is not offered it

    @property
    def href(self) -> str:
        """Where it is."""
        return f"/console/{self.name}"


NAVIGATION = (
    NavItem("inbox", "Inbox"),
    NavItem("approvals", "Approvals", Scope.approvals_read),
    NavItem("handoffs", "Handoffs"),
    NavItem("knowledge", "Knowledge", Scope.knowledge),
    NavItem("policy", "Policy", Scope.approvals_read),
    NavItem("autonomy", "Autonomy"),
    NavItem("metrics", "Metrics"),
    NavItem("members", "Members", Scope.admin),
)


@cache
def templates() -> Environment:
    """The templates; text is escaped unless a template says that it is safe, and a name that is missing is an error."""
    env = Environment(
        loader=PackageLoader("console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["words"] = words
    env.filters["why"] = why
    env.filters["span"] = span
    env.filters["minutes"] = minutes
    env.filters["money"] = money
    env.filters["person"] = person
    env.filters["visible"] = show_invisible
    env.globals["asset"] = asset
    env.globals["fresh_key"] = fresh_key
    return env


@cache
def _macros(name: str, local: LocalTime) -> TemplateModule:
    """A file of macros, which tell times as `local` does."""
    return templates().get_template(name).make_module({"local": local})


def fresh_key() -> str:
    """A new idempotency key for a form."""
    return secrets.token_urlsafe(18)


def with_fresh_keys(shown: HTMLResponse) -> HTMLResponse:
    """The same page for one more window: what is sent from each is a press of its own."""
    body = _KEY_IN_FORM.sub(lambda found: found[1] + fresh_key().encode(), bytes(shown.body))
    return HTMLResponse(body, shown.status_code, {name: shown.headers[name] for name in ("Vary", SEAT_HEADER)})


def money(minor: int, currency: str) -> str:
    """An amount, or a sum of amounts, as people read it."""
    return str(Money.model_construct(amount=minor, currency=currency))  # a sum may be more than one payment can be


def span(length: timedelta) -> str:
    """A length of time as people say it, in its two largest units: "2 d 3 h", "4 min"."""
    seconds = int(abs(length.total_seconds()))
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
        if len(parts) > 1 or (parts and not count):
            break
    return " ".join(parts) or "0 s"


def minutes(length: timedelta) -> str:
    """The same without the seconds of what is longer than a minute: what is waited for hours is no stopwatch."""
    whole = int(abs(length.total_seconds())) // 60
    return span(timedelta(minutes=whole) if whole else length)


def wants_block(request: Request, name: str) -> bool:
    """Whether this block is asked for, alone or with the whole page; what is not asked for need not be read."""
    return request.headers.get(FRAGMENT_HEADER, name) == name


def page(
    request: Request,
    seat: Seat,
    template: str,
    *,
    here: str,
    told: str | None = None,
    status: int = 200,
    **shown: Any,  # noqa: ANN401 - what the template shows
) -> HTMLResponse:
    """Answer with a page, or with the one block of it that was asked for; `told` is said to whoever did something."""
    context = {**frame_of(request, seat), "here": here, "told": told, **shown}
    found = templates().get_template(template)
    block = found.blocks.get(request.headers.get(FRAGMENT_HEADER, "").replace("-", "_"))
    text = found.render(context) if block is None else "".join(block(found.new_context(context)))
    headers = {"Vary": FRAGMENT_HEADER, SEAT_HEADER: f"{seat.tenant} {seat.operator_id}"}
    headers |= {"X-Told": quote(told)} if told else {}
    return HTMLResponse(text, status_code=status, headers=headers)


def frame_of(request: Request, seat: Seat) -> dict[str, Any]:
    """What stands around every page of somebody who is seated, and what each may use."""
    services: Services = request.app.state.services
    names, local = services.deps.tenants, local_time(services, seat.tenant)
    return {
        "parts": _macros("parts.html", local),
        "bits": _macros("ticket_parts.html", local),
        "local": local,
        "seat": seat,
        "navigation": [it for it in NAVIGATION if seat.may(it.needs)],
        "names": names,
        "tenant_name": names.get(seat.tenant, seat.tenant),
        "theme": choice(request, "theme", ("auto", "light", "dark")),
        "keys": choice(request, "keys", ("on", "off")),
    }


def choice(request: Request, name: str, values: tuple[str, ...]) -> str:
    """What the operator has chosen for their browser, which keeps it in a cookie; the first value unless they have."""
    chosen = request.cookies.get(f"console_{name}")
    return chosen if chosen in values else values[0]
