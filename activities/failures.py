"""Which failure is worth another try: decided here, once, for every activity.

What crosses into a workflow is a code, never an exception's text: texts may quote what a customer wrote, and history
keeps everything.
"""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from temporalio.exceptions import ApplicationError

from domain.errors import EffectUnknown, ModelDown, SetrightError, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

#: Ours that may go away by themselves; every other SetrightError is final.
_RETRYABLE = (Unavailable, EffectUnknown)


def as_application_error(error: Exception) -> ApplicationError:
    """Map any error to what Temporal is told: its code, and whether to try again."""
    match error:
        case ApplicationError():
            return error
        case ModelDown():
            wait = error.facts.get("retry_after")
            delay = timedelta(seconds=wait) if isinstance(wait, int) else None
            return ApplicationError(error.code, type=error.code, next_retry_delay=delay)
        case SetrightError():
            return ApplicationError(error.code, type=error.code, non_retryable=not isinstance(error, _RETRYABLE))
        case psycopg.OperationalError() | psycopg.errors.SerializationFailure() | psycopg.errors.DeadlockDetected():
            return ApplicationError("database_unavailable", type="unavailable")
        case TimeoutError() | ConnectionError():
            return ApplicationError("no_answer", type="unavailable")
        case _:
            # A bug of ours. Tried again a few times it stays one: final, and the ticket goes to a person.
            return ApplicationError(type(error).__name__, type="fault", non_retryable=True)


def typed_failures(call: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Let an activity raise what it likes; what leaves it is typed, and holds no words."""

    @wraps(call)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the one place where any error is given its type
            # `from None`: a cause would put the original text, and its stack, into history.
            raise as_application_error(error) from None

    return guarded
