"""Routes of the API's own application that answer browsers: what they refuse is told on a page, not as JSON."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from console.errors import show_error
from domain.errors import SetrightError


class PageRoute(APIRoute):
    """A route whose errors are pages; who must sign in first is sent there as everywhere."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with its errors shown."""
        handle = super().get_route_handler()

        async def handle_or_show(request: Request) -> Response:
            try:
                return await handle(request)
            except (SetrightError, RequestValidationError, HTTPException) as error:
                return await show_error(request, error)

        return handle_or_show
