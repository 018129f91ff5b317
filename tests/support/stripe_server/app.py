"""The HTTP side: keys, parameters, faults, and the routes that a client of refunds calls."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.stripe_server import forms
from tests.support.stripe_server.books import Books
from tests.support.stripe_server.faults import Fault, Faults
from tests.support.stripe_server.keys import Keys
from tests.support.stripe_server.listing import expanded, listed
from tests.support.stripe_server.shapes import Answer, error, invalid, missing, new_id

_QUERY = re.compile(r"^metadata\[(['\"])(?P<field>[\w-]{1,40})\1\]:(['\"])(?P<value>[^'\"]+)\3$")
_OUTCOMES = {"pending": "pending", "requires_action": "requires_action", "failed": "failed"}
_ERRORS = {
    "error_500": error(500, "api_error", "An unknown error occurred"),
    "error_500_after_commit": error(500, "api_error", "An unknown error occurred"),
    "error_424": error(424, "api_error", "A dependency failed."),
}
RETRY_AFTER = 2


@dataclass(frozen=True)
class Call:
    """One request as the account's log has it."""

    method: str
    path: str
    key: str | None
    status: int | None  # None: no answer was sent


@dataclass
class Account:
    """One Stripe account behind one secret key."""

    api_key: str
    books: Books
    keys: Keys = field(default_factory=Keys)
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)


def create_app(account: Account, drop: Callable[[Request], None]) -> Starlette:
    """Make the application; `drop` breaks the connection that a request came over."""
    service = _Service(account, drop)
    return Starlette(routes=[Route("/{path:path}", service.serve, methods=["GET", "POST"])])


class _Service:
    def __init__(self, account: Account, drop: Callable[[Request], None]) -> None:
        self._account = account
        self._drop = drop

    async def serve(self, request: Request) -> Response:
        """Answer one request, with the fault that waits for it."""
        key, fault = request.headers.get("idempotency-key"), self._account.faults.take(request.method, request.url.path)
        stopped = self._at_the_door(request, key, fault)
        if stopped is not None:
            return stopped
        try:
            text = request.url.query if request.method == "GET" else (await request.body()).decode()
            params = forms.decoded(text)
        except ValueError:
            return self._sent(request, key, invalid("The form could not be read."))
        if request.method == "POST":
            return await self._write(request, params, key, fault)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        wrong = _ERRORS.get(fault.kind) if fault is not None else None
        return await self._answered(request, key, wrong or self._read(request.url.path, params), fault)

    def _at_the_door(self, request: Request, key: str | None, fault: Fault | None) -> Response | None:
        """What happens before a request is looked at, and so leaves no trace under its key."""
        if fault is not None and fault.kind == "never_arrives":
            return self._dropped(request, key)
        if request.headers.get("authorization") != f"Bearer {self._account.api_key}":
            return self._sent(request, key, error(401, "invalid_request_error", "Invalid API Key provided"))
        if fault is not None and fault.kind == "rate_limited":
            limited = error(429, "invalid_request_error", "Too many requests", "rate_limit")
            return self._sent(request, key, limited, {"retry-after": str(RETRY_AFTER)})
        if fault is not None and fault.kind == "answer":
            self._note(request, key, fault.status)
            return Response(fault.body, fault.status, media_type="application/json")
        if fault is not None and fault.kind == "error_503":
            return self._sent(request, key, error(503, "api_error", "Service unavailable"))
        return None

    async def _write(
        self, request: Request, params: Mapping[str, Any], key: str | None, fault: Fault | None
    ) -> Response:
        """A change: by its key at most once, whatever happens to the answer."""
        keys, path, now = self._account.keys, request.url.path, self._account.books.clock()
        earlier = keys.earlier(key, path, params, now) if key is not None else None
        if earlier is not None:
            return self._sent(request, key, earlier, {"idempotent-replayed": "true"})
        wrong = self._account.books.validate_refund(params) if path == "/v1/refunds" else None
        if wrong is not None:
            return self._sent(request, key, wrong)
        if key is not None:
            keys.busy.add(key)
        try:
            if fault is not None and fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            answer = self._execute(path, params, key, fault)
            if key is not None:
                keys.save(key, path, params, answer, now)
        finally:
            keys.busy.discard(key or "")
        return await self._answered(request, key, answer, fault)

    async def _answered(self, request: Request, key: str | None, answer: Answer, fault: Fault | None) -> Response:
        match fault:
            case Fault(kind="lost_answer"):
                return self._dropped(request, key)
            case Fault(kind="slow_answer", seconds=seconds):
                await asyncio.sleep(seconds)
            case Fault(kind="garbage"):
                self._note(request, key, 200)
                return Response("<html>proxy</html>", 200)
            case Fault(kind="half_an_object"):
                return self._sent(request, key, Answer(200, {"id": answer.body.get("id"), "object": "refund"}))
        return self._sent(request, key, answer)

    def _execute(self, path: str, params: Mapping[str, Any], key: str | None, fault: Fault | None) -> Answer:
        books, kind = self._account.books, fault.kind if fault is not None else ""
        if kind in {"error_500", "error_424"}:
            return _ERRORS[kind]
        match path.removeprefix("/v1/").split("/"):
            case ["refunds"]:
                reason = fault.failure_reason if fault is not None else None
                answer = books.create_refund(params, key, _OUTCOMES.get(kind, "succeeded"), reason)
            case ["refunds", ref, "cancel"]:
                answer = books.cancel_refund(ref, key)
            case _:
                return invalid(f"Unrecognized request URL (POST: {path}).", status=404)
        return _ERRORS[kind] if kind == "error_500_after_commit" else answer

    def _read(self, path: str, params: Mapping[str, Any]) -> Answer:
        books, wanted = self._account.books, params.get("expand", [])
        match path.removeprefix("/v1/").split("/"):
            case ["refunds"]:
                rows = [r for r in reversed(books.refunds.values()) if _fits(r, params, "charge", "payment_intent")]
                answer = listed(rows, params, path)
            case ["charges"]:
                # Lists are sorted by creation, the latest first.
                charges = sorted(books.charges.values(), key=lambda charge: -charge["created"])
                rows = [charge for charge in charges if _fits(charge, params, "customer", "payment_intent")]
                answer = listed(rows, params, path)
            case ["customers", "search"]:
                return self._searched(params.get("query", ""))
            case [("refunds" | "charges" | "customers") as kind, ref]:
                found = getattr(books, kind).get(ref)
                answer = Answer(200, found) if found is not None else missing(kind.removesuffix("s"), ref)
            case _:
                return invalid(f"Unrecognized request URL (GET: {path}).", status=404)
        return expanded(answer, wanted, books)

    def _searched(self, query: str) -> Answer:
        match = _QUERY.match(query)
        if match is None:
            return invalid("We were unable to parse your search query.", None, "query")
        rows = [
            customer
            for customer in self._account.books.customers.values()
            if customer["metadata"].get(match["field"], "").lower() == match["value"].lower()  # search folds case
        ]
        return Answer(200, {"object": "search_result", "data": rows, "has_more": False, "url": "/v1/customers/search"})

    def _sent(
        self, request: Request, key: str | None, answer: Answer, headers: Mapping[str, str] | None = None
    ) -> Response:
        self._note(request, key, answer.status)
        return JSONResponse(answer.body, answer.status, {"request-id": new_id("req"), **(headers or {})})

    def _dropped(self, request: Request, key: str | None) -> Response:
        self._note(request, key, None)
        self._drop(request)
        return Response(status_code=499)  # nobody is there to read it

    def _note(self, request: Request, key: str | None, status: int | None) -> None:
        self._account.calls.append(Call(request.method, request.url.path, key, status))


def _fits(row: Mapping[str, Any], params: Mapping[str, Any], *names: str) -> bool:
    return all(row[name] == params[name] for name in names if name in params)
