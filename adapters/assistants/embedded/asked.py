"""What a message says to the question we asked last: yes or no, that it is all off, or which of the choices."""

import re
from collections.abc import Mapping, Sequence

from adapters.assistants.embedded.closing import is_withdrawal
from adapters.assistants.embedded.confirmation import read_confirmation
from adapters.assistants.embedded.plain import plain
from adapters.assistants.embedded.slots.answers import picked
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.labels import read_choice
from adapters.assistants.embedded.slots.pool import Unsaid
from adapters.assistants.port import UnderstandBrief
from domain.conversation import CLEAR
from domain.ids import Label
from domain.intent import AnswerKind, RankedIntent, WishFound
from domain.memory import AskedConfirmation, AskedIdentity, AskedSlot
from domain.slot import Choice

#: Of the intents we offered one is meant if it takes this share of them, and is not wholly unlikely (thousandths).
PICKED_SHARE = 0.6
PICKED_LEAST = 100
#: Words of actions' names that do not say what is done.
_NO_DEED = frozenset({"issue", "open", "order", "item", "items", "method", "default", "payment"})
_BEGINS_WITH_YES = re.compile(r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|please do|go ahead)\b", re.IGNORECASE)


def read_answer(brief: UnderstandBrief, words: Sequence[Excerpt]) -> tuple[AnswerKind, bool]:
    """The answer to our confirmation ("none" if we asked for none), and whether what we asked about is called off."""
    text = "\n".join(excerpt.text for excerpt in words)
    match brief.memory.asked:
        case AskedConfirmation(action=action):
            # A yes may say our question back: "yes, cancel it".
            said = read_confirmation(text, frozenset(action.name.split("_")) - _NO_DEED)
            if said.answer == "no" and _BEGINS_WITH_YES.search(text):
                return "unclear", False  # "yes, I don't need it any more" says no to the goods and not to us
            if said.answer == "no" and said.has_more and not said.changed_mind:
                return "unclear", False  # "no, to my PayPal" says what they want instead
            return said.answer, said.changed_mind
        case AskedSlot(wish=number, slot=slot):
            choices = _choices(brief, brief.memory.wish(number).intent, slot)
            is_choice = any(not isinstance(read_choice(excerpt, choices), Unsaid) for excerpt in words)
            # "I don't need it" may be the answer to "why?".
            return "none", is_withdrawal(text) and not is_choice
        case AskedIdentity():
            return "none", is_withdrawal(text)
        case _:
            return "none", False


def read_chosen(
    choices: Mapping[Label, str], words: Sequence[Excerpt], wishes: Sequence[WishFound], *, is_first: bool
) -> tuple[tuple[Label, ...], tuple[WishFound, ...]]:
    """Which of the intents we named (by title) are meant, by place in the list or by the words, with the wishes.

    The picked wish comes first. Where it is the ticket's first one (`is_first`), what tells of it was said before the
    answer, so its place is all of the first message: there stand the order, the address, the question.
    """
    chosen = picked(words[-1], tuple(choices)) or _said_back(words[-1], choices)
    elsewhere = [it for it in wishes if it.best and it.best.confidence >= CLEAR and it.best.intent not in choices]
    if not chosen and not elsewhere:
        confidences = {ranked.intent: ranked.confidence for wish in wishes for ranked in wish.ranked}
        offered = {intent: confidences.get(intent, 0) for intent in choices}
        best = max(choices, key=lambda intent: offered[intent])
        if offered[best] >= max(PICKED_LEAST, PICKED_SHARE * sum(offered.values())):
            chosen = (best,)
    if not chosen:
        return (), tuple(wishes)
    answer = words[-1]
    seq, start, end = (1, 0, 0) if is_first else (answer.seq, answer.start, answer.end)
    ranked = (RankedIntent(intent=chosen[0], confidence=1000),)
    return chosen, (WishFound(ranked=ranked, seq=seq, start=start, end=end), *elsewhere)


def _said_back(answer: Excerpt, titles: Mapping[Label, str]) -> tuple[Label, ...]:
    """The one intent whose title, as we wrote it, stands in the answer; of titles within others the longest counts."""
    said = plain(answer.text)
    found = [intent for intent, title in titles.items() if plain(title) in said]
    longest = max(found, key=lambda intent: len(titles[intent]), default=None)
    return (longest,) if longest is not None else ()


def _choices(brief: UnderstandBrief, intent: Label, slot: Label) -> tuple[Choice, ...]:
    procedure = brief.procedures.get(intent)
    spec = procedure.slots.get(slot) if procedure is not None else None
    return spec.choices if spec is not None else ()
