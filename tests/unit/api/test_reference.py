"""The reference page: every operation, nothing of anybody else's, and nothing that could run."""

import re

from fastapi import FastAPI

from api.reference import reference


def page() -> str:
    """The page of an API with one hostile summary."""
    app = FastAPI(title="Setright")

    @app.get("/v1/things/{thing}", summary="<script>alert(1)</script>", tags=["things"])
    async def read(thing: str) -> str:
        return thing

    return reference(app.openapi())


def test_every_operation_is_on_the_page() -> None:
    """Method, path and parameters are listed under their tag."""
    html = page()
    assert "/v1/things/{thing}" in html
    assert "<h2>things</h2>" in html


def test_nothing_runs_and_nothing_comes_from_elsewhere() -> None:
    """No script, no other host: what is written in a summary is text."""
    html = page()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert re.findall(r'(?:src|href)="(https?:)?//', html) == []
