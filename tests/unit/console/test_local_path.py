"""After signing in one goes to a page of the console, whatever the link says."""

import pytest

from console.local_path import HOME, local_path


@pytest.mark.parametrize(
    "wanted", ["/console", "/console/tickets/T-1?tab=history", "/console?filter=is:waiting%20older:1h", "/console/a/"]
)
def test_pages_of_ours_are_kept(wanted: str) -> None:
    """With their query."""
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "https://evil.example/console",
        "//evil.example/console",
        "/\\evil.example",
        "/console\\..\\evil",
        "/console%5c..%5cevil",
        "/consolet",
        "/console//evil.example",
        "/console/../evil",
        "/console/%2e%2e/evil",
        "/console/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)//console",
        "console/tickets",
        " /console",
        "/v1/tickets",
        "/console/sign-in?next=/console/sign-in",
        "/console/sign-out",
        "/console/é",
        "/console/" + "a" * 2000,
    ],
)
def test_anything_else_is_the_front_page(wanted: str | None) -> None:
    """Other hosts, other paths, tricks of spelling, and the pages of signing in themselves."""
    assert local_path(wanted) == HOME
