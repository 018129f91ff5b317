"""An assistant that says what it is told to say, for tests of everything around it.

Each method takes a script: a function of the brief, or a queue of answers in which an exception is raised rather than
returned. It keeps every brief it was given. It understands nothing, so nobody is ever served by it.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from adapters.assistants.port import Draft, DraftBrief, PlanBrief, UnderstandBrief
from domain.errors import SetrightError
from domain.intent import Classification
from domain.step import Planned

Brief = UnderstandBrief | PlanBrief | DraftBrief
_B = TypeVar("_B")
_A = TypeVar("_A")
#: A function of the brief, or answers and exceptions in the order they are to be given.
Script = Callable[[_B], _A] | Iterable[_A | Exception]


class ScriptExhausted(SetrightError):
    """The assistant was asked more often than its script has answers; lengthen the script."""

    code = "script_exhausted"


class ScriptedAssistant:
    """An `Assistant` that follows a script; `briefs` holds what it was asked, in order."""

    sends_words_out = False

    def __init__(
        self,
        *,
        understand: Script[UnderstandBrief, Classification] = (),
        plan: Script[PlanBrief, Planned] = (),
        draft: Script[DraftBrief, Draft] = (),
    ) -> None:
        """Take a script for each thing an assistant does; one that is left out has no answers."""
        self.briefs: list[Brief] = []
        self._understand = _answers("understand", understand)
        self._plan = _answers("plan", plan)
        self._draft = _answers("draft", draft)

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Give the next scripted classification; raises what the script holds, or ScriptExhausted."""
        self.briefs.append(brief)
        return self._understand(brief)

    async def plan(self, brief: PlanBrief) -> Planned:
        """Give the next scripted step; raises what the script holds, or ScriptExhausted."""
        self.briefs.append(brief)
        return self._plan(brief)

    async def draft(self, brief: DraftBrief) -> Draft:
        """Give the next scripted draft; raises what the script holds, or ScriptExhausted."""
        self.briefs.append(brief)
        return self._draft(brief)


def _answers(what: str, script: Script[_B, _A]) -> Callable[[_B], _A]:
    if callable(script):
        return script
    queue = deque(script)

    def answer(_: _B) -> _A:
        if not queue:
            raise ScriptExhausted(f"The script for `{what}` has no answer left.")
        given = queue.popleft()
        if isinstance(given, Exception):
            raise given
        return given

    return answer
