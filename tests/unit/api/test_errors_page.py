"""docs/errors.md: every code that the API answers with stands there, with its status."""

import re
from pathlib import Path

from api.errors import STATUS


def test_every_code_of_the_api_is_explained() -> None:
    """A program that meets a code finds it on the page, with the status it came with; no other code claims one."""
    rows = re.findall(r"^\| (`[^|]+`) \|.*\| ([0-9]{3}|\u2013) \|$", Path("docs/errors.md").read_text(), re.MULTILINE)
    told = {code: status for codes, status in rows for code in re.findall(r"`(\w+)`", codes)}

    assert {code: told.get(code) for code in STATUS} == {code: str(status.value) for code, status in STATUS.items()}
    assert {code for code, status in told.items() if status != "\u2013"} <= set(STATUS)
