"""Whether a drafted reply says by itself that a person takes over.

A model may promise a colleague in a sentence of its own, and then nobody is told. Such a sentence makes the handoff
that it promises. What the team wrote in its templates is not looked at: there, procedures say what follows.
"""

import re
from collections.abc import Iterable

_PEOPLE = (
    r"(?:a|an|one of (?:our|my)|my|our|the) (?:human |support |customer (?:care|service|support) )?"
    r"(?:colleagues?|agents?|teammates?|person|human|specialists?|representatives?|advis[eo]rs?|team)"
)
_SAYS = re.compile(
    rf"\b(?:hand(?:ing|ed)?|pass(?:ing|ed)?|transfer(?:ring|red)?|forward(?:ing|ed)?|escalat(?:e|ing|ed))\b"
    rf"[^.!?]{{0,60}}?\b(?:to|over to|on to) {_PEOPLE}\b"
    rf"|\b(?:connect(?:ing)?|put(?:ting)?) you (?:with|through to) {_PEOPLE}\b"
    rf"|\b{_PEOPLE} (?:will|is going to) (?:take over|contact|call|reach out|get back|be in touch|write|reply|help)\b"
    r"|\bescalat(?:e|ing|ed) (?:this|it|your (?:case|request|ticket))\b"
    r"|\b(?:gebe|leite|reiche)\b[^.!?]{0,60}\ban (?:eine[nr]? |unser(?:e|en)? )?(?:Kolleg\w+|Mitarbeiter\w*|Team)\b"
    r"|\b(?:Kolleg\w+|Mitarbeiter\w*) (?:wird|werden|meldet|melden) (?:sich|Sie|Ihnen)\b",
    re.IGNORECASE,
)


def says_handover(text: str, templates: Iterable[str] = ()) -> bool:
    """Whether a reply promises a person in words that stand in none of the team's templates."""
    return bool(_SAYS.search(text)) and not any(_SAYS.search(template) for template in templates)
