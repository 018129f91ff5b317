"""Which scripts change the customer's mind when the assistant asks for their yes.

Ticket mode answers every such question with yes, so these tasks measure the mode and not the assistant: they are
listed apart.
"""

import re

_AT_CONFIRMATION = re.compile(
    r"\b(?:asks?|asked) (?:\w+ )?(?:for|to) (?:\w+ ){0,2}confirm|\b(?:asks?|asked) (?:you )?for (?:\w+ )?confirmation"
    r"|\bregrets?\b|\bchanges? (?:your|their) mind\b|\bonce the agent has confirmed\b",
    re.IGNORECASE,
)


def changes_mind(script: str) -> bool:
    """Whether the script has the customer say something else than yes to a confirmation."""
    return _AT_CONFIRMATION.search(script) is not None
