"""How an assistant that calls a model has each call counted, is held to a budget, and shows what it writes.

The activity that asks hands over a meter with the brief; an assistant without a model never touches it.
"""

from dataclasses import dataclass
from typing import Protocol

from domain.model_call import CallBegun, CallEnded


class Meter(Protocol):
    """The calls of one attempt of one activity."""

    #: Whether nobody will try again after this attempt: then a provider that is down is no reason to fail.
    is_last_try: bool

    async def begin(self, call: CallBegun) -> int:
        """Write a call down before it is made; returns its row.

        Raises:
            BudgetSpent: the ticket may cost no more.
            ModelResting: the model failed so often just now that it is left alone for a while.
        """
        ...

    async def end(self, call_id: int, ended: CallEnded) -> None:
        """Write down how it ended."""
        ...

    async def show(self, text: str) -> None:
        """Show operators the draft as far as it is written."""
        ...


@dataclass(frozen=True)
class Unmetered(Meter):
    """Counts nothing and allows everything: for assistants without a model, and for tests."""

    is_last_try: bool = True

    async def begin(self, call: CallBegun) -> int:
        """Allow the call."""
        del call
        return 0

    async def end(self, call_id: int, ended: CallEnded) -> None:
        """Forget the call."""

    async def show(self, text: str) -> None:
        """Show nobody."""
