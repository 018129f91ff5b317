"""The text of a ticket in ticket mode: a scenario's script, told at once by the customer themselves.

Scripts speak to somebody who plays the customer ("You want to return your lamp. If the agent asks why, say …"). Two
rules turn them into what a customer writes, and both are the same for every task: the second person becomes the first,
and what is held ready for a question is told at once, for in ticket mode nobody answers later.
"""

import re

from evals.tau.dataset import Task

#: "If the agent asks for which laptop, it is 15-inch": the answer stands without the question.
_ON_DEMAND = re.compile(
    r"\b(?:if|when) (?:you(?:'re| are) |the agent )?asks?(?:ed)?(?: you)? "
    r"(?:for|about|which|what)\b(?! (?:\w+ )?confirm)"
    r"[^,.;]*,\s*(?:you )?(?:(?:say|mention|provide|answer)(?: that)?\s+(?=\w))?",
    re.IGNORECASE,
)
_PERSONS = (
    (r"\byou (?=(?:name|e-?mails?|zip)\b)", "my "),
    (r"\byou're\b", "I'm"),
    (r"\byou've\b", "I've"),
    (r"\byou'd\b", "I'd"),
    (r"\byou'll\b", "I'll"),
    (r"\byou are\b", "I am"),
    (r"\byou were\b", "I was"),
    (r"\byour\b", "my"),
    (r"\byours\b", "mine"),
    (r"\byourself\b", "myself"),
    (r"\b(to|for|with|of|asks?|tells?|told|gives?|helps?|lets?|from) you\b", r"\1 me"),
    (r"\byou\b", "I"),
)
#: The assistant reads it, so "the agent" is the one spoken to.
_AGENT = re.compile(r"\bthe (?:customer service )?agent(?: (asks|has|says|tells|proposes|doesn't))?\b")
_PLURAL = {"asks": "ask", "has": "have", "says": "say", "tells": "tell", "proposes": "propose", "doesn't": "don't"}


def ticket_text(task: Task) -> str:
    """The one message of a task's ticket: the reason for the call, what is known, and the instructions."""
    parts = (task.reason_for_call, task.known_info, task.instructions)
    return "\n".join(first_person(part.strip(" .\n")) + "." for part in parts if part.strip(" .\n"))


def first_person(script: str) -> str:
    """A script in the customer's own words."""
    text = _ON_DEMAND.sub(_told_at_once, script)
    for second, first in _PERSONS:
        text = re.sub(second, lambda found, first=first: _as_written(found, first), text, flags=re.IGNORECASE)  # type: ignore[misc]
    return _AGENT.sub(lambda found: " ".join(["you", *([_PLURAL[found[1]]] if found[1] else [])]), text)


def _told_at_once(found: re.Match[str]) -> str:
    is_start = found.start() == 0 or found.string[: found.start()].rstrip().endswith((".", "!", "?"))
    return "" if is_start else "it is: "


def _as_written(found: re.Match[str], first: str) -> str:
    words = found.expand(first)
    return words[0].upper() + words[1:] if found[0][0].isupper() else words
