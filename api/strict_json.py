"""Reading JSON strictly: whatever two readers could understand differently is refused.

Python's reader takes the last of two equal keys, takes NaN, and hands lone surrogates and NUL on to a database that
takes neither. It also gives up on deep nesting and on endless numbers with errors of its own.
"""

import json
import math
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from api.errors import Refused


def parse_strict(body: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    """Parse a JSON body; raises Refused with `invalid_input` or `bad_text`."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_not_finite, parse_float=_finite
        )
    except RecursionError:
        raise _refused("The JSON is nested too deeply.") from None
    except ValueError:  # malformed, not UTF-8, or a number of thousands of digits
        raise _refused("The body is not JSON in UTF-8.") from None
    _check_text(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _refused("The JSON holds the same key twice in one object.")
    return found


def _not_finite(_: str) -> NoReturn:
    raise _refused("NaN and Infinity are not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _refused("A number is too large.")
    return number


def _check_text(value: object) -> None:
    """Refuse NUL and lone surrogates anywhere, keys included; without recursion, as deep as the parser went."""
    pending = [value]
    while pending:
        match pending.pop():
            case str() as text:
                if "\x00" in text:
                    raise Refused("bad_text", "A text holds a NUL character; remove it and send it again.")
                if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
                    raise Refused(
                        "bad_text", "A text holds half of a surrogate pair (broken Unicode); send valid UTF-8."
                    )
            case dict() as found:
                pending += [*found.keys(), *found.values()]
            case list() as items:
                pending += items
            case _:
                pass


def _refused(detail: str) -> Refused:
    return Refused("invalid_input", detail)


class StrictRequest(Request):
    """A request whose JSON is read strictly; the parsed body stays for whoever needs it again."""

    @override
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_strict(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route that takes JSON and nothing else, read strictly."""

    @override
    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            if _has_body(request) and not _is_json(request.headers.get("content-type", "")):
                raise Refused("unsupported_media_type", "Send JSON, with the header Content-Type: application/json.")
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    return media_type.strip().lower() == "application/json" and "charset" not in parameters.lower().replace(
        "charset=utf-8", ""
    )
