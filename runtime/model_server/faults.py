"""What a model and its provider can do wrong, one name each; a script says which happens when."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from domain.errors import InvalidInput
from domain.model import Model

FaultKind = Literal[
    "none",
    "truncated_json",  # arguments that end in the middle
    "unknown_tool",  # a tool that nobody offered
    "many_calls",  # one hundred parallel calls
    "same_call",  # the first tool offered, with nothing, again and again
    "refusal",  # no tool, and a refusal
    "rate_limited",  # 429 with Retry-After
    "server_error",  # 500
    "timeout",  # no answer at all for `seconds`
    "slow_stream",  # one piece every `seconds`
    "cut_stream",  # the connection ends in the middle
    "empty",  # a message without text or calls
    "huge_arguments",  # 200 kB of them
    "bad_request",  # 400
]


class Fault(Model):
    """What happens to requests, from the first on that it is the turn of; `times` None: for ever."""

    fault: FaultKind
    times: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[float, Field(ge=0, le=86_400)] = 1.0  # of Retry-After, of silence, between pieces
    purpose: Literal["understand", "plan", "draft"] | None = None  # only requests for this; None: all


class Script:
    """The faults to come, in order; when they are used up, everything is well."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self._faults = list(faults)
        self._used = 0

    @classmethod
    def read(cls, path: Path) -> "Script":
        """Read a script: a JSON list of faults; raises InvalidInput."""
        try:
            return cls(TypeAdapter(list[Fault]).validate_python(json.loads(path.read_text())))
        except (OSError, ValueError, ValidationError) as error:
            kind = type(error).__name__
            raise InvalidInput(f'{path} is no script ({kind}): a list such as [{{"fault": "rate_limited"}}].') from None

    def next(self, purpose: str | None) -> Fault:
        """What happens to the next request for this."""
        while self._faults:
            fault = self._faults[0]
            if fault.times is not None and self._used >= fault.times:
                self._faults.pop(0)
                self._used = 0
                continue
            if fault.purpose is not None and fault.purpose != purpose:
                return Fault(fault="none")
            self._used += 1
            return fault
        return Fault(fault="none")
