"""The patterns by which a deed is told: built of its words (`domain/deed_words.py`), in English and German.

Every gap in a pattern is short and bounded, so that the longest reply is read in a fraction of a second.
"""

import re
from typing import NamedTuple

from domain.deed_words import DEEDS, DeedWords

_I = re.IGNORECASE
_AMOUNT = r"(?:(?:EUR|USD|GBP|CHF|[€$£])\s?\d[\d.,]*|\d[\d.,]*\s?(?:EUR|USD|GBP|CHF|[€$£]))"
_USUAL = r"usually|normally|generally|typically|automatically|only|always"
#: Little words between a verb's parts: "have now gone ahead and refunded".
_SO = (
    r"(?:(?:now|just|already|also|then|since|duly|today|yesterday|both|all|gone ahead and|went ahead and|in full|"
    rf"at once|(?!(?:{_USUAL})\b)[a-z]{{2,}}ly),? ){{0,3}}"
)
_WHO = (
    r"(?:I|we|(?:our|my|the|a) (?:[\w-]+ ){0,2}?"
    r"(?:colleagues?|teams?|managers?|desk|department|shop|supervisor|provider))"
)
_HAVE = r"(?:['\u2019](?:ve|s|d)| have| has| had)?"
_THERE = r"(?:(?:you|out|through|a|an|the|your|full|whole|partial|complete|entire|second|new|another|back) ){0,4}"
_BARE = r"(?:order|subscription|address|item|amount)(?: #?[\w-]*\d[\w-]*)?"
_WENT = rf"(?:has|have) {_SO}(?:gone (?:out|through)|left us)|(?:went|came) (?:out|through)"
_ARRIVING = r"on (?:its|the) way|back (?:on|in|with)|in your account"
_NOW = r"(?:is|are)"
_SINCE = rf"(?:was|were|got|(?:has|have|had) {_SO}been)"
_SUBJECT = (
    rf"(?:your|this|that|it|they|you|everything|all of it|{_AMOUNT}|order #?[\w-]*\d[\w-]*|the (?:[\w-]+ ){{0,2}}?"
    r"(?:order|subscription|plan|purchase|refund|money|amount|payment|sum|price|fee|address|items?|total|difference))"
)
_MORE = r"(?:[^\s,;:!?]*[^\s.,;:!?] ){0,6}?"  # what may stand between a subject and its verb
_BY_OTHERS = r"(?! by (?:you|yourself|the customer|the carrier|(?:the|your) bank)\b)"
_CLAIMED = r"\b(?:(?:I|we)(?: have)?(?: now| just| already)?|(?:has|have) (?:now |just )been) (?:{})\b"


class Forms(NamedTuple):
    """How a deed is said: `claimed` where only the ledger can bear it out, `told` as finished.

    Where a pattern has matched its group `now`, it is told as of now, which may as well be a rule.
    """

    claimed: re.Pattern[str]
    told: tuple[re.Pattern[str], ...]


def _forms(words: DeedWords) -> Forms:
    done, nouns, verbs = words.done, words.nouns, words.verbs
    passive = rf"(?:(?P<now>{_NOW})|{_SINCE}) {_SO}"
    told = [
        rf"\b{_WHO}{_HAVE} {_SO}(?:{done})\b",
        rf"\b{_SUBJECT} {_MORE}{passive}(?:{done})\b{_BY_OTHERS}",
        rf"^\W*(?:done\W+)?(?:your |the )?{_BARE} {_SO}(?:{done})\b",
        rf"^\W*(?:done\W+)?(?:all )?{_SO}(?:{done})\W*$",
    ]
    if nouns:
        things = rf"(?:{nouns}|{_AMOUNT})" if words.moves_money else f"(?:{nouns})"
        told += [
            rf"\b{_WHO}{_HAVE} {_SO}(?:{verbs}) {_THERE}{things}",
            rf"\b{things},? (?:of {_AMOUNT} )?(?:that |which )?(?:I|we)(?: have)? {_SO}(?:{verbs})\b",
            rf"\b(?:your|this|that|the|a) {_MORE}(?:{nouns}) {_MORE}{passive}(?:{verbs})\b{_BY_OTHERS}",
            rf"\b(?:your|the) {_MORE}(?:{nouns}) {_MORE}(?:{_WENT})\b",
            rf"^\W*(?:done\W+)?(?:your |the )?(?:{nouns}) {_SO}(?:{verbs})\b",
        ]
        if words.moves_money:
            told += [
                rf"\b{_AMOUNT} {_MORE}{passive}(?:{verbs})\b{_BY_OTHERS}",
                rf"\b(?:your|the|{_AMOUNT}) {_MORE}{things} {_MORE}(?:is|are) {_SO}(?:{_ARRIVING})\b",
            ]
    return Forms(
        claimed=re.compile(_CLAIMED.format(words.claimed), _I),
        told=tuple(re.compile(pattern, _I) for pattern in (*told, *_german(words))),
    )


#: In German the participle stands last, with anything but a denial before it.
_DE_MORE = r"(?:(?!\b(?:nicht|nichts|noch nie|kein\w*|wenn|falls|ob|sobald)\b)(?:[^.;:!?]|\.(?=\d))){0,100}?"
_DE_LAST = r"(?:wurden?|worden|ist|sind|haben?)"
_DE_FILLED = r"(?:(?!\b(?:ich|wir|Sie)\b)(?:[^.;:!?,]|\.(?=\d))){0,60}?"
_DE_ITS = r"(?:Ihr\w{0,2}|dein\w{0,2}|der|die|das|den|es|Bestellung)"


def _german(words: DeedWords) -> list[str]:
    done = words.german
    told = [
        rf"\b(?:ich habe|wir haben|habe ich|haben wir)\b{_DE_MORE}\b(?:{done})\b",
        rf"\b{_DE_ITS}\b{_DE_FILLED}\b(?:ist|sind|wurden?)\b{_DE_MORE}\b(?:{done})\b",
        rf"\b(?:dass|weil|da)\b{_DE_MORE}\b(?:{done}) {_DE_LAST}\b",
        rf"\b(?:die|das|den) (?:ich|wir)\b{_DE_MORE}\b(?:{done}) haben?\b",
    ]
    if words.german_nouns:
        nouns, verbs = words.german_nouns, words.german_verbs
        told += [
            rf"\b(?:ich habe|wir haben|habe ich|haben wir)\b{_DE_MORE}\b(?:{nouns})\b{_DE_MORE}\b(?:{verbs})\b",
            rf"\b(?:{nouns})\b{_DE_FILLED}\b(?:ist|sind|wurden?)\b{_DE_MORE}\b(?:{verbs})\b",
            rf"\b(?:dass|weil|da)\b{_DE_MORE}\b(?:{nouns})\b{_DE_MORE}\b(?:{verbs}) {_DE_LAST}\b",
            rf"\b(?:{nouns}),? (?:die|das|den) (?:ich|wir)\b{_DE_MORE}\b(?:{verbs}) haben?\b",
        ]
    return told


FORMS = {deed: _forms(words) for deed, words in DEEDS.items()}
#: Any word without which no pattern matches.
ANY = re.compile(
    r"\b(?:"
    + "|".join(
        part
        for words in DEEDS.values()
        for part in (words.claimed, words.done, words.verbs, words.german, words.german_verbs, words.german_nouns)
        if part
    )
    + rf"|{_ARRIVING}|(?:gone|went|came) (?:out|through)|left us)\b",
    _I,
)
