"""What went wrong with a call, told apart without importing any provider's client.

The clients agree in what matters: an error carries `status_code` and a `response` with headers, or is a timeout, or is
no answer at all. Their texts are never passed on: they may quote what was sent.
"""

from dataclasses import dataclass

from domain.errors import ModelDown, ModelUnusable, SetrightError
from domain.model_call import CallOutcome

#: The longest that a provider may make us wait, in seconds: beyond it a ticket is better served otherwise.
LONGEST_WAIT = 20.0
_TOO_MANY, _SERVER = 429, 500
#: Statuses that another try does not change: no key, no money, no such model, a request that is refused as such.
_OVERLOADED = frozenset({408, 409, 425, 529})


@dataclass(frozen=True)
class Trouble:
    """How a call ended that gave no answer, and what that means for whoever asked."""

    outcome: CallOutcome
    error: SetrightError


def trouble_of(error: Exception) -> Trouble:
    """Tell an exception of a client's apart."""
    status = getattr(error, "status_code", None)
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return Trouble("timed_out", ModelDown("The model did not answer in time."))
    if status == _TOO_MANY:
        wait = _retry_after(error)
        return Trouble("rate_limited", ModelDown("The model's provider wants fewer calls.", retry_after=wait))
    if isinstance(status, int) and status < _SERVER and status not in _OVERLOADED:
        return Trouble("rejected", ModelUnusable("The model's provider refuses the request.", status=status))
    if isinstance(status, int) or isinstance(error, ConnectionError | OSError) or "Connection" in type(error).__name__:
        wait = _retry_after(error)
        return Trouble("unavailable", ModelDown("The model's provider does not answer.", retry_after=wait))
    # Whatever else a client raises: an answer that it could not read. Another try costs again and may end alike.
    return Trouble("unusable", ModelUnusable("The model's answer could not be read."))


def _retry_after(error: Exception) -> int | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    said = headers.get("retry-after")
    try:
        return round(min(max(float(said), 0.0), LONGEST_WAIT)) if said is not None else None
    except ValueError:  # a date: rare, and our own pace will do
        return None
