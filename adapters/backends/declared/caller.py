"""Asking a remote system: what a kind of call must be able to do, and the three answers there are."""

from typing import Literal, Protocol, TypeVar

from pydantic import JsonValue

from adapters.backends.declared.declaration import Call
from adapters.backends.declared.expression import Variables
from domain.model import Model

CallT_contra = TypeVar("CallT_contra", bound=Call, contravariant=True)


class Answer(Model):
    """What a system said.

    done: it did what it was asked. absent: there is no such thing. refused: it certainly did nothing, by a rule of its
    own. unclear: it reported an error that does not say whether anything was done.
    """

    kind: Literal["done", "absent", "refused", "unclear"]
    body: JsonValue


class Caller(Protocol[CallT_contra]):
    """One remote system."""

    def check(self, call: CallT_contra, variables: Variables) -> None:
        """Make the request without sending it; pure. Raises NotEvaluated: it cannot be made of these values."""
        ...

    async def ask(self, call: CallT_contra, variables: Variables, key: str | None = None) -> Answer:
        """Send one request, never a second time; `key` marks it as a write that is to happen once.

        Raises:
            Unavailable: it certainly was not carried out.
            EffectUnknown: it was sent, and there is no answer that can be used.
            NotEvaluated: it cannot be made of these values; nothing was sent.
        """
        ...
