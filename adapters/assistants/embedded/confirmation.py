"""Read the customer's answer to "Shall I go ahead?".

A wrong yes moves money, a wrong "unclear" costs one more question. So a yes consists of nothing but yes: every word of
the message must be known to agree or to be mere courtesy. A condition, a denial, a hedge, a question or an unknown word
makes it unclear. Only a second wish, marked as one ("and also ..."), may follow. It does not know what was asked, so
whoever asks names the words that merely repeat the question.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from adapters.assistants.embedded import consent_words as words
from adapters.assistants.embedded.cues import compile_words, read_words
from adapters.assistants.embedded.plain import plain

Answer = Literal["yes", "no", "unclear"]

# Marks, skin tones, smileys, hearts and folded hands say neither yes nor no.
_SEPARATOR = re.compile(
    r"[\s.,;:!()\"'*_~\u2026\u200d\ufe0e\ufe0f\u2764\U0001f3fb-\U0001f3ff\U0001f600-\U0001f644\U0001f64f-]+"
)
_YES_SIGN = re.compile(f"[{words.YES_SIGNS}]")
_NO_SIGN = re.compile(f"[{words.NO_SIGNS}]")
_PLAIN_YES = compile_words(r"ye+s|yeah|yep|yup|go ahead|proceed|please do|do it")
_SENTENCE_END = re.compile(r"[.!]\s*$")
_ENDS_WITH_AND = re.compile(r"(?<!ahead\s)(?<!\w)and\W*$")  # "go ahead and ..." is one wish
_AGREEING = (words.YES, _YES_SIGN)
_REFUSING = (words.NO, words.STOP, _NO_SIGN)
_NEUTRAL = (words.COURTESY, _SEPARATOR)


@dataclass(frozen=True)
class Confirmation:
    """The answer; `changed_mind`: it takes a wish back; `has_more`: it says more than yes or no."""

    answer: Answer
    changed_mind: bool = False
    has_more: bool = False


def read_confirmation(text: str, restates: Collection[str] = ()) -> Confirmation:
    """Read an answer; `restates` names the words of the question that a yes may repeat ("cancel", "refund")."""
    normal = plain(text).strip()
    refusal_end, refused = read_words(normal, 0, _REFUSING, _NEUTRAL)
    if refused and not _PLAIN_YES.search(normal, refusal_end):
        return _no(normal, refusal_end)
    repeats = [_repetition(restates)] if restates else []
    rest, agreed = read_words(normal, 0, _AGREEING, [*_NEUTRAL, *repeats])
    head, tail = normal[:rest], normal[rest:]
    if not agreed:
        return _no(normal, rest) if _refuses_later(tail, contradicted=refused) else Confirmation("unclear")
    if not words.DENIAL.search(normal) and not words.UNSURE.search(normal):
        if not tail:
            return Confirmation("yes")
        if _is_second_wish(head, tail):
            return Confirmation("yes", has_more=True)
    refusal_end, refused = read_words(normal, rest, _REFUSING, _NEUTRAL)
    if refused and refusal_end == len(normal):  # "yes no wait"
        return Confirmation("no", changed_mind=True)
    return Confirmation("unclear", has_more=bool(tail))


def _no(normal: str, position: int) -> Confirmation:
    end, _ = read_words(normal, position, _REFUSING, _NEUTRAL)
    return Confirmation("no", changed_mind=bool(words.CHANGED.search(normal)), has_more=end < len(normal))


def _repetition(restates: Collection[str]) -> re.Pattern[str]:
    """Match the question said back: "I want to return it", "cancel the order", "with the refund"."""
    word = "|".join(re.escape(plain(word)) for word in sorted(restates))
    return compile_words(
        r"(?:i(?: do)? (?:want|wish) (?:you )?to |i(?: would|'d) like (?:you )?to |you (?:can|may|should) |go ahead and"
        r" |let'?s )?"
        rf"(?:with |for )?(?:(?:the|my|a) )?(?:{word})"
        rf"(?: (?:it|that|this|them|(?:the|my|this|that) (?:orders?|items?|{word})))?"
    )


def _is_second_wish(head: str, tail: str) -> bool:
    """Say whether what follows a yes is another wish: marked as one, and touching nothing of the first."""
    if words.LIMIT.search(tail):
        return False
    begins_anew = _SENTENCE_END.search(head) or _ENDS_WITH_AND.search(head)
    return bool(words.SECOND_WISH.match(tail) or (begins_anew and words.SECOND_THING.search(tail)))


def _refuses_later(tail: str, *, contradicted: bool) -> bool:
    """Say whether a message that does not begin with its answer refuses all the same, and is no question."""
    stops = words.STOP.search(tail) and not contradicted and not _PLAIN_YES.search(tail)
    return bool(stops) and "?" not in tail and not words.QUESTION.match(tail)
