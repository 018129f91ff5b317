"""What a check found: a verdict, the facts behind it, and what to do."""

from typing import Literal

from domain.model import Model


class Finding(Model):
    """One check's result; `todo` is empty where nothing needs doing."""

    name: str
    verdict: Literal["ok", "warn", "fail"]
    detail: str
    todo: str = ""


def ok(name: str, detail: str) -> Finding:
    """Everything is as it should be."""
    return Finding(name=name, verdict="ok", detail=detail)


def warn(name: str, detail: str, todo: str) -> Finding:
    """It works, and something deserves a look."""
    return Finding(name=name, verdict="warn", detail=detail, todo=todo)


def fail(name: str, detail: str, todo: str) -> Finding:
    """Something does not work, or will not for long."""
    return Finding(name=name, verdict="fail", detail=detail, todo=todo)
