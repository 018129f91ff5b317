"""What `backends/NAME.yaml` with `kind: http` says: one base address, headers, and requests by method and path."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from adapters.backends.declared.address import web_address
from adapters.backends.declared.declaration import MOST_MS, Call, Declaration
from adapters.backends.declared.expression import SendJson, SendTemplate
from adapters.backends.declared.secrets import SecretText

_METHODS = ("get", "post", "put", "patch", "delete")
#: A header's name, as RFC 9110 has it; its value may not hold what would end it.
_HEADER = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"
_PATH = re.compile(r"/(?!/)[^\s#\\]*")


def _path(template: str) -> str:
    if not _PATH.fullmatch(template):
        raise ValueError("must be a path that begins with one '/'; the host stands in base_url and nowhere else")
    return template


Path = Annotated[SendTemplate, AfterValidator(_path)]


class HttpCall(Call):
    """One request: exactly one method with its path and query; every value in it is URL-encoded."""

    get: Path | None = None
    post: Path | None = None
    put: Path | None = None
    patch: Path | None = None
    delete: Path | None = None
    body: SendJson = None  # as JSON

    @model_validator(mode="after")
    def _has_one_method(self) -> "HttpCall":
        if sum(getattr(self, method) is not None for method in _METHODS) != 1:
            raise ValueError(f"name one of {', '.join(_METHODS)} with a path")
        if self.body is not None and (self.get or self.delete):
            raise ValueError("body: a get or delete has none")
        return self

    @property
    def request(self) -> tuple[str, str]:
        """The method, in capitals, and the path's template."""
        method = next(method for method in _METHODS if getattr(self, method) is not None)
        return method.upper(), getattr(self, method)


class HttpDeclaration(Declaration[HttpCall]):
    """The whole file."""

    kind: Literal["http"]
    base_url: Annotated[str, AfterValidator(web_address)]
    headers: dict[Annotated[str, Field(pattern=_HEADER)], SecretText] = {}
    idempotency_header: Annotated[str, Field(pattern=_HEADER)] = "Idempotency-Key"
    timeout_ms: Annotated[int, Field(ge=100, le=MOST_MS)] = 5_000
    max_answer_kib: Annotated[int, Field(ge=1, le=16_384)] = 1_024
