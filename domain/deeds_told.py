"""What a reply says was done: "I have refunded it", "your order is cancelled", "the refund that we sent yesterday".

Two kinds are told apart. Said in the first person and the like, a deed is *claimed*: the ledger must have it, whoever
wrote the sentence. Told of this ticket's order, refund or money as finished, it is *told*: an action must have done it,
or the team must have written it. What the shop does in general ("refunds are paid within 5 days", "the fee is refunded
if you return everything") is neither; nor is what is denied, asked, offered or yet to come.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from domain.deed_words import DEEDS, DeedWords
from domain.figures import figures_in
from domain.ids import Label
from domain.money import Money

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
_SHORT = (
    (re.compile(r"\b(I|we|you|they)['\u2019]ve\b", _I), r"\1 have"),
    (re.compile(r"\b(it|that|everything|money|order|refund)['\u2019]s (?=(?:\w+ )?been\b)", _I), r"\1 has "),
    (re.compile(r"\b(it|that|everything|money|order|refund)['\u2019]s\b", _I), r"\1 is"),
    (re.compile(r"\b(you|they)['\u2019]re\b", _I), r"\1 are"),
)
_MARKUP = re.compile(r"[*_`#>|\"\u201c\u201d\u201e]+")
_CLAIMED = r"\b(?:(?:I|we)(?: have)?(?: now| just| already)?|(?:has|have) (?:now |just )been) (?:{})\b"
#: Before what is told: nothing is said to have happened. The second only where it is told as of now.
_OPEN = re.compile(r"\b(?:if|whether|unless|in case|ob|falls|wenn|sofern)\s+$", _I)
_OPEN_NOW = re.compile(r"\b(?:once|when|whenever|until|as soon as|before|after|sobald|bevor|bis|nachdem)\s+$", _I)
_RULE_BEFORE = re.compile(r"^\W*(?:if|when|whenever|once|as soon as|after|unless|should|where)\b", _I)
_RULE_AFTER = re.compile(
    r"^(?:(?!\b(?:and|but)\b)[^,;])*?\b(?:if|when|whenever|once|as soon as|after|unless|until|within)\b", _I
)


class Told(NamedTuple):
    """A deed that a sentence says was done; `is_claimed`: in words that only the ledger can bear out."""

    deed: Label
    is_claimed: bool


@dataclass(frozen=True)
class Done:
    """What the ledger shows for a ticket: the actions that took effect, and the amounts that went to the customer."""

    actions: AbstractSet[Label] = frozenset()
    paid: Sequence[Money] = ()

    def proves(self, deed: Label, sentence: str) -> bool:
        """Whether one of them makes it true, in the amount that the sentence names if it names any."""
        words = DEEDS[deed]
        if not words.moves_money:
            return any(stem in action for action in self.actions for stem in words.stems)
        named = {figure for figure in figures_in(sentence) if figure.kind == "amount"}
        paid = {figure for money in self.paid for figure in figures_in(str(money)) if figure.kind == "amount"}
        is_named = any(stem in action for action in self.actions for stem in words.stems)
        is_given = any(stem in action for action in self.actions for stem in words.stems_with_amount) and bool(paid)
        return (is_named or is_given) and (not named or not paid or bool(named & paid))


def gives_money(action: Label, amount: Money | None) -> bool:
    """Whether an action that took effect brought this amount to the customer."""
    words = DEEDS["refund"]
    return (
        amount is not None and amount.amount > 0 and any(s in action for s in (*words.stems, *words.stems_with_amount))
    )


def may_tell(text: str) -> bool:
    """Whether any word of a reply speaks of what an action does: only then does the ledger need to be asked."""
    return bool(_ANY.search(text))


def told_in(sentence: str) -> tuple[Told, ...]:
    """Every deed that a sentence says was done."""
    if not _ANY.search(sentence):
        return ()
    plain = " ".join(_MARKUP.sub(" ", sentence).split())
    for pattern, whole in _SHORT:
        plain = pattern.sub(whole, plain)
    found: list[Told] = []
    for deed, forms in _FORMS.items():
        if forms.claimed.search(plain):
            found.append(Told(deed, is_claimed=True))
        elif any(_is_told(plain, pattern) for pattern in forms.told):
            found.append(Told(deed, is_claimed=False))
    return tuple(found)


def _is_told(sentence: str, pattern: re.Pattern[str]) -> bool:
    for match in pattern.finditer(sentence):
        before = sentence[: match.start()]
        if _OPEN.search(before):
            continue
        if match.groupdict().get("now"):
            is_rule = _RULE_BEFORE.search(before) or _RULE_AFTER.search(sentence[match.end() :])
            if is_rule or _OPEN_NOW.search(before):
                continue
        return True
    return False


class _Forms(NamedTuple):
    claimed: re.Pattern[str]
    told: tuple[re.Pattern[str], ...]


def _forms(words: DeedWords) -> _Forms:
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
    return _Forms(
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


_FORMS = {deed: _forms(words) for deed, words in DEEDS.items()}
_ANY = re.compile(
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
