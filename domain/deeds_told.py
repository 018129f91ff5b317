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

from domain.deed_forms import ANY, FORMS
from domain.deed_words import DEEDS
from domain.figures import figures_in
from domain.ids import Label
from domain.money import Money

_I = re.IGNORECASE
_SHORT = (
    (re.compile(r"\b(I|we|you|they)['\u2019]ve\b", _I), r"\1 have"),
    (re.compile(r"\b(it|that|everything|money|order|refund)['\u2019]s (?=(?:\w+ )?been\b)", _I), r"\1 has "),
    (re.compile(r"\b(it|that|everything|money|order|refund)['\u2019]s\b", _I), r"\1 is"),
    (re.compile(r"\b(you|they)['\u2019]re\b", _I), r"\1 are"),
)
_MARKUP = re.compile(r"[*_`#>|\"\u201c\u201d\u201e]+")
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
    return bool(ANY.search(text))


def told_in(sentence: str) -> tuple[Told, ...]:
    """Every deed that a sentence says was done."""
    if not ANY.search(sentence):
        return ()
    plain = " ".join(_MARKUP.sub(" ", sentence).split())
    for pattern, whole in _SHORT:
        plain = pattern.sub(whole, plain)
    found: list[Told] = []
    for deed, forms in FORMS.items():
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
