"""Provisos: what a customer attaches to a wish that no procedure can keep, so that acting on the rest would be wrong.

"Return the lamp, but if it cannot go to my card, leave it" asks for something that depends. The planner knows slots and
steps, not conditions; where the words hold one that it would have to drop, it must not act at all. The lists err on the
side of handing over: a proviso that is overlooked becomes a wrong action, one that is imagined costs an operator a
minute. English only, like the readers of slots.
"""

import re

from adapters.assistants.embedded.plain import plain

_DEED = r"(?:cancel|return|exchang|refund|modif|chang|replac|reorder|process|swap|send|ship|touch)\w*"
_IT = r"(?:it|they|that|this|(?:the|my) \w+)"

_POLITE = (
    r"\bif (?:at all |that(?:'s| is| would be) |it(?:'s| is| would be) )?"
    r"(?:possible|ok(?:ay)?|all ?right|fine|needed|necessary|allowed|you (?:can|could|would|may|don't mind|please))\b"
    r"|\b(?:grateful|glad|happy|obliged|thankful|appreciate(?: it)?|great|nice|kind|good|helpful|lovely),? if you\b"
    r"|\bif you (?:need|have|want|require) (?:any|more|further|another|anything|something|to know|me to)\b"
    r"|\bif i(?:'m| am) (?:not mistaken|right|correct)\b|\bif i (?:remember|recall)\b"
    r"|\bunless (?:it(?:'s| is) )?(?:absolutely |really )?(?:necessary|needed|required)\b"
    r"|\bwhether or not\b|\beven if\b|\bas if\b"
)
_QUESTION = (
    r"\b(?:know|check|ask|asking|tell me|wonder|wondering|sure|told|confirm|verify|find out|advise|curious|unclear)\b"
    r"(?: \w+){0,4}? (?:if|whether)\b"
)
#: Procedures look at an order's status by themselves, and slots at what is in stock and preferred.
_KEPT_ANYWAY = (
    rf"\bif {_IT} (?:has|have|had|is|are|was|were)(?:n't| not)(?: yet| already| been| still)* "
    r"(?:shipped|sent|dispatched|left|gone out|on its way|too late|posted|packed)\b"
    rf"|\bif {_IT}(?:'s|'re| is| are| has| have) (?:still )?(?:pending|not yet|still)\b"
    r"|\bif (?:there are )?(?:multiple|several|more than one|both|two)\b[^.;!?]{0,60}\bavailable\b[^.;!?]{0,40}?"
    r",? i(?:'d| would)? prefer\b"
    r"|\bprefer\w*\b[^.;!?]{0,40}\bif (?:both|multiple|several|all) are available\b"
)
_HARMLESS = re.compile(f"{_POLITE}|{_QUESTION}|{_KEPT_ANYWAY}")

_CONDITION = re.compile(
    r"\b(?:if|unless|otherwise|or else|in case|provided(?: that)?|as long as|assuming|depending|in the event|only when"
    r"|whether)\b"
)
#: "When you ask me to confirm, I take the other one": the yes that will be given is not the yes that is meant.
_SECOND_THOUGHT = re.compile(
    r"\b(?:when|once|after|as soon as) (?:you(?:'ve| have)?|i have|i've|the) (?:\w+ )?"
    r"(?:ask\w*|confirm\w*|list\w*|propos\w*)\b"
    r"|\b(?:do not|don't) (?:say|agree|confirm)\b|\bat first\b|\binitially\b"
)
_ALTERNATIVE = re.compile(rf"\b{_DEED},? or (?:else )?(?:to |i |just )?{_DEED}\b")
#: What is told apart by what it is for, nobody can look up: "everything associated with gaming".
_BY_PURPOSE = re.compile(r"\b(?:associated with|related to|(?:has|have|having|had) to do with|belong\w* to my)\b")
_LIMIT = re.compile(
    rf"\bonly (?:want (?:you )?to |wish to |like to )?{_DEED}|\b(?:and|but|,) only (?:the|that|this|one)\b"
    r"|\b(?:do not|don't|never|no need to|without)(?: ever)?(?: want(?: you)?)?(?: to)? "
    rf"(?:{_DEED}|do anything|cancell?ation)"
    r"|\b(?:less|more|cheaper|greater|higher|lower|fewer) than (?:what |the |\$|€|£)?\d?"
    r"|\b(?:up to|at most|no more than|at least|under|below|above|over) [$€£]\s?\d"
)


def depends(text: str) -> bool:
    """Whether anything in a ticket's words hangs on a condition, an alternative or a later change of mind."""
    normal = _HARMLESS.sub(" ", plain(text))
    return any(it.search(normal) for it in (_CONDITION, _SECOND_THOUGHT, _ALTERNATIVE, _BY_PURPOSE))


def is_limited(text: str) -> bool:
    """Whether a wish's own words forbid something, or set a bound that no slot holds."""
    return _LIMIT.search(plain(text)) is not None
