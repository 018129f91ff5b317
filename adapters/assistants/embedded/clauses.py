"""Cut a customer's message into the pieces that may each carry a wish: "cancel X and return Y" is two.

Nothing is lost: the clauses, in order, are the message. Where in doubt it does not cut, since half a wish is worse than
two in one; a reader of clauses should look at the whole message too. English only: in other languages it cuts at
sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.assistants.embedded.plain import plain

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|mr|mrs|ms|dr|st|nr|no|approx|vs|inc|ltd|co|ca|tel|ref|ord|qty|a\.m|p\.m|u\.s)|\b[a-z])\.$"
)
# A match may only begin where its run of marks or space begins: else long runs would cost quadratic time.
_SENTENCE_END = re.compile(
    r"""(?<![.!?\u2026\u3002])[.!?\u2026\u3002]+["')\]]*(?=\s)\s*|(?<!\s)\s*\n\s*|;\s+|(?<!\s)\s+(?=\(?[2-9]\)\s)"""
)
_BULLET = re.compile(r"\s*(?:[-*\u2022]|\(?\d{1,2}[.)]|\(?[a-e]\))\s")
_SHORT_LINE = 50  # characters; longer lines were probably wrapped by a mail program

# What may stand between two wishes, and before the second: "and", ", then", "plus", "while you are at it,".
_NEW_TOPIC = (
    r"(?:also|additionally|moreover|furthermore|besides|secondly|another thing|one (?:more|last) thing|as well as"
    r"|on top of that|in addition|by the way|btw|at the same time|while you(?:'?re| are) at it)"
)
_LINK = rf"(?:{_NEW_TOPIC}|and|but|then|plus|so|oh|next|finally|lastly|too|&|\+)"
_STRONG = re.compile(rf"\b(?:{_NEW_TOPIC}|plus)\b")
_JOINT = re.compile(
    rf"(?<!\s)(?:\s*,\s*|\s+-+\s+|\s*:\s+|\s+)(?:{_LINK}(?!\w)(?:\s*[,:]\s*|\s+))+|(?<!\s)(?:\s*,\s+|\s+-+\s+)"
)
# What a clause's content is told without; "so", "plus" and the like only before a comma: "next day delivery" stays.
_LEAD = re.compile(
    rf"[\s,;:-]*(?:{_BULLET.pattern})?(?:(?:{_NEW_TOPIC}|and|but|then|&|\+)(?!\w)[\s,:]*|{_LINK}\s*[,:]\s*)*"
)

_POLITE = r"(?:(?:please|pls|plz|kindly|just|also|then|maybe|if possible|too|first|finally)\b[\s,]*)*"
_VERB = (
    r"(?:cancel|return|exchange|refund|change|update|modify|replace|swap|track|check|send|resend|ship|deliver|remove"
    r"|delete|close|stop|add|apply|tell|show|let me know|help|confirm|reset|unsubscribe|downgrade|upgrade|pause|switch"
    r"|transfer|reschedule|redirect|move|correct|fix|order(?!\s*(?:\#|\d|no\b|number|id\b))|buy|reimburse|credit"
    r"|arrange|explain|email|call|look|find|undo|edit|make sure|give|renew|reactivate|use|put|set|take|bring)"
)
_OBJECT = (
    r"(?:\s+(?:up|out|off|down|back|over|in|into|at))?\s+"
    r"(?:me|us|it|them|him|her|my|our|the|this|that|these|those|a|an|one|both|all|everything|your|his|their|another"
    r"|some|any|order|orders|item|items|what|when|where|whether|if|how|why|who|which|to|\#?\d|\#)"
)
_SUBJECT_WISH = (
    r"(?:i|we)(?:'d| would| do| also| really| still| just| now)*"
    r"\s+(?:want|need|wish|like|love|prefer|have to|must|'m looking|am looking|was wondering|wonder"
    r"|have (?:a|another|one more) question)\b"
)
_QUESTION = (
    r"(?:(?:what|where|when|why|how|who|which)(?:'s|\s)"
    r"|(?:can|could|would|will|may|should|do|does|did|is|are|was|were|has|have)(?:n't)?\s+"
    r"(?:you|i|we|it|they|there|he|she|my|our|the|this|that|these|those|someone|somebody|anyone|your)\b)"
)
_OPENS_WISH = re.compile(rf"{_POLITE}(?:{_VERB}{_OBJECT}\b|{_SUBJECT_WISH}|{_QUESTION}|(?:i|we)'d\b)")
_OPENS_BARE_WISH = re.compile(rf"{_POLITE}{_VERB}\s+\w")  # "return shoes", after "cancel order"
#: "For order 10042, cancel ..."
_FOR_ORDER = r"(?:for (?:(?:my|the) )?(?:order )?(?:number )?\#?\s?[a-z]{0,3}\d{3,}\s*,\s*)?"
_STARTS_WITH_VERB = re.compile(rf"\W*(?:(?:hi|hello|hey)\b\W*)?{_FOR_ORDER}{_POLITE}{_VERB}\s+\w")
# ", which is a pity" asks for nothing.
_HOLDS_WISH = re.compile(
    rf"(?:^|[\s,])(?:{_VERB}{_OBJECT}\b|{_SUBJECT_WISH}\s+\w|(?!(?<=,\s)(?:which|who)\b){_QUESTION}|(?:i|we)'d\b"
    rf"|(?:to|you|help me) {_VERB}\s+\w)"
)
_OPENS_PROBLEM = re.compile(
    r"(?:my|the|this|that|one of|some of|it|i|we|there|nobody|no one)(?:\s+(?!that\b|which\b|who\b)[\w'#-]+){0,5}?"
    r"(?:\s+|')(?:is|isn't|was|wasn't|are|aren't|were|weren't|has|hasn't|have|haven't|had|arrived|came|never|did|didn't"
    r"|does|doesn't|don't|got|still|am|ve|m|s|re|received|cannot|can't|couldn't|won't)\b"
)
# A left side that is not finished: "could you also cancel", "go ahead and cancel".
_UNFINISHED = re.compile(
    r"\b(?:you|i|we|'d|would|could|can|will|should|please|to|is|are|was|go(?: ahead)?|try|come|want|need|like)$"
)
_ALONE = re.compile(r"\W*\w+\W*")  # one word on the left of a cut: "Hi, can you ..." stays whole


@dataclass(frozen=True)
class Clause:
    """A piece of a message: `text` is `message[start:end]`, with the space and the link words around its content."""

    text: str
    start: int
    end: int
    content: str  # without leading link words ("and also") and surrounding space: what to classify
    asks: bool  # holds a request, a wish or a question, and does not only tell


def split_clauses(message: str) -> list[Clause]:
    """Cut `message` into clauses that cover it in order; white space gives one clause, nothing none."""
    normal = plain(message)
    clauses: list[Clause] = []
    for sentence_start, sentence_end in _sentences(normal):
        joints = list(_cuts(normal, sentence_start, sentence_end))
        ends = [*(joint.start() for joint in joints), sentence_end]
        clauses.append(_clause(message, normal, sentence_start, sentence_start, ends[0]))
        for joint, end in zip(joints, ends[1:], strict=True):
            clauses.append(_clause(message, normal, joint.start(), joint.end(), end))
    return clauses


def _clause(message: str, normal: str, start: int, content_start: int, end: int) -> Clause:
    lead = _LEAD.match(normal, content_start, end)
    content_start = lead.end() if lead else content_start
    content = message[content_start:end].strip() or message[start:end].strip()
    wish = _STARTS_WITH_VERB.match(normal, content_start, end) or _HOLDS_WISH.search(normal, start, end)
    return Clause(message[start:end], start, end, content, bool(wish) or "?" in content)


def _sentences(normal: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of sentences, lines and list items, without gaps."""
    start = 0
    for found in _SENTENCE_END.finditer(normal):
        if found.end() < len(normal) and _is_boundary(normal, start, found):
            yield start, found.end()
            start = found.end()
    if start < len(normal):
        yield start, len(normal)


def _is_boundary(normal: str, start: int, found: re.Match[str]) -> bool:
    mark = found.group()
    if found.start() == start:
        return False  # leading space or marks belong to what follows
    if mark.startswith(".") and "\n" not in mark:
        return not _ABBREVIATION.search(normal, max(start, found.start() - 12), found.start() + 1)
    if mark.isspace() and mark.count("\n") == 1:
        line_start = max(normal.rfind("\n", start, found.start()), start)
        return found.start() - line_start <= _SHORT_LINE or bool(_BULLET.match(normal, found.end()))
    return True


def _cuts(normal: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the link words before which, inside a sentence, a second wish begins; they go with the clause they open."""
    for joint in _JOINT.finditer(normal, start, end):
        if joint.start() > start and _joins_wishes(normal, start, joint, end):
            yield joint
            start = joint.start()


def _joins_wishes(normal: str, start: int, joint: re.Match[str], end: int) -> bool:
    right = joint.end()
    strong = bool(_STRONG.search(joint.group()))
    if _OPENS_WISH.match(normal, right, end):
        left = _STARTS_WITH_VERB.match(normal, start, joint.start()) or _HOLDS_WISH.search(normal, start, joint.start())
        joins = strong or left is not None
    elif _OPENS_BARE_WISH.match(normal, right, end):
        joins = bool(_STARTS_WITH_VERB.match(normal, start, joint.start()))
    else:
        joins = strong and bool(_OPENS_PROBLEM.match(normal, right, end))
    left_end = joint.start()
    unfinished = "," not in joint.group() and _UNFINISHED.search(normal, max(start, left_end - 12), left_end)
    return joins and not unfinished and not _ALONE.fullmatch(normal, start, left_end)
