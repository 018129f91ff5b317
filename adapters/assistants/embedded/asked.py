"""What a message says to the question we asked last: yes or no, that it is all off, or which of the choices."""

import re
from collections.abc import Collection, Mapping, Sequence

from adapters.assistants.embedded.closing import is_withdrawal
from adapters.assistants.embedded.confirmation import read_confirmation
from adapters.assistants.embedded.denial import Denial, read_denial
from adapters.assistants.embedded.plain import plain
from adapters.assistants.embedded.slots.answers import picked
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.labels import read_choice
from adapters.assistants.embedded.slots.pool import Unsaid
from adapters.assistants.port import UnderstandBrief
from domain.conversation import CLEAR, INFORMATION, POSSIBLE
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE, AnswerKind, RankedIntent, WishFound
from domain.memory import AskedConfirmation, AskedIdentity, AskedSlot
from domain.slot import Choice

#: Of the intents we offered one is meant if it takes this share of them, and is worth naming at all.
PICKED_SHARE = 0.6
#: Words of actions' names that do not say what is done.
_NO_DEED = frozenset({"issue", "open", "order", "item", "items", "method", "default", "payment"})
_SAYS_SOMETHING = 2  # words behind a denial that may say what is wanted
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
        case AskedSlot(wish=number, slot=slot, choices=offered):
            choices = _choices(brief, brief.memory.wish(number).intent, slot)
            is_choice = any(not isinstance(read_choice(excerpt, choices), Unsaid) for excerpt in words)
            is_refused = len(offered) == 1 and not choices and _is_plain_no(text)  # the one thing that was left
            # "I don't need it" may be the answer to "why?".
            return "none", is_refused or (is_withdrawal(text) and not is_choice)
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
    denial = read_denial(words[-1].text)
    if denial is not None and not chosen:
        return (), _wanted_instead(denial, words[-1], wishes, choices)
    elsewhere = [it for it in wishes if it.best and it.best.confidence >= CLEAR and it.best.intent not in choices]
    if not chosen and not elsewhere:
        confidences = {ranked.intent: ranked.confidence for wish in wishes for ranked in wish.ranked}
        offered = {intent: confidences.get(intent, 0) for intent in choices}
        best = max(choices, key=lambda intent: offered[intent])
        if offered[best] >= max(POSSIBLE, PICKED_SHARE * sum(offered.values())):
            chosen = (best,)
    if not chosen:
        return (), tuple(wishes)
    answer = words[-1]
    seq, start, end = (1, 0, 0) if is_first else (answer.seq, answer.start, answer.end)
    ranked = (RankedIntent(intent=chosen[0], confidence=1000),)
    return chosen, (WishFound(ranked=ranked, seq=seq, start=start, end=end), *elsewhere)


def _wanted_instead(
    denial: Denial, answer: Excerpt, wishes: Sequence[WishFound], choices: Collection[Label]
) -> tuple[WishFound, ...]:
    """What a message wants that says no to the choices: its own readings without them.

    Where no reading is left, the rest of the message is a question for the help centre: to look it up costs nothing,
    and what is not found there goes to a person.
    """
    left: list[WishFound] = []
    for wish in wishes:
        is_clear = wish.best is not None and wish.best.confidence >= (wish.clear_from or CLEAR)
        if is_clear and not denial.is_of_all:
            left.append(wish)  # "no, I want to return it"
            continue
        ranked = tuple(it for it in wish.ranked if it.intent not in choices)
        left.append(wish.model_copy(update={"ranked": ranked}))
    rest = answer.text[denial.end :].strip()
    likely = [it for wish in left for it in wish.ranked if it.confidence >= POSSIBLE and it.intent != OUT_OF_SCOPE]
    if likely or len(rest.split()) < _SAYS_SOMETHING:
        return tuple(left)
    start = answer.start + denial.end
    general = RankedIntent(intent=INFORMATION, confidence=CLEAR)
    return (WishFound(ranked=(general,), seq=answer.seq, start=start, end=answer.start + len(answer.text)),)


def _is_plain_no(text: str) -> bool:
    said = read_confirmation(text)
    return said.answer == "no" and not said.has_more


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
