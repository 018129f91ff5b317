"""What a turn's messages say, in labels: wishes, the answer to what we asked, language and signals.

An answer to our question is an answer first: it becomes a new wish only where it plainly holds one besides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.assistants.embedded.asked import read_answer, read_chosen
from adapters.assistants.embedded.clauses import split_clauses
from adapters.assistants.embedded.closing import is_satisfied, is_still_unhappy, is_thanks, is_withdrawal
from adapters.assistants.embedded.denial import read_denial
from adapters.assistants.embedded.intent import IntentHead
from adapters.assistants.embedded.language import guess_language
from adapters.assistants.embedded.mood import read_mood
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.spelling import Spelling
from adapters.assistants.embedded.wishes import find_wishes, find_wishes_beside
from adapters.assistants.port import UnderstandBrief
from domain.conversation import CLEAR, INFORMATION, POSSIBLE
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE, Classification, RankedIntent, WishFound, with_thresholds
from domain.memory import AskedConfirmation, AskedIdentity, AskedIntent, AskedSlot

_QUESTION = re.compile(
    r"\?|^\W*(?:(?:hi|hello|hey)\b\W*)?(?:what|where|when|why|how|who|which|whose|can|could|do|does|did|is|are|will|would"
    r"|should|may|was|were|has|have)\b",
    re.IGNORECASE,
)
#: What turns an answer into another wish: "actually, I'd rather return it"; sure enough from so many thousandths.
_TURNS = re.compile(
    r"\b(?:actually|instead|rather|forget|never ?mind|changed my mind|on second thought)\b", re.IGNORECASE
)
TURNED = 800
#: "Until when can I return it?" asks for a rule and not for a return, however much it sounds like one.
_ASKS_TERM = re.compile(
    r"\b(?:until|till|up to|by) when (?:can|may|could|must|do|should|is|are)\b"
    r"|\bhow (?:long|many days)\b[^.?!]{0,30}\b(?:can|may|could|do|must) (?:i|we|one|you)\b[^.?!]{0,30}"
    r"\b(?:return|exchange|send|give|bring|swap|cancel)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Wishes:
    """The wishes of a turn, how they answer a question about intents, and whether they replace what we asked about."""

    found: tuple[WishFound, ...] = ()
    chosen: tuple[Label, ...] = ()
    is_turn: bool = False


@dataclass(frozen=True)
class Understanding:
    """The trained readers of one tenant; immutable, and safe to share between threads."""

    head: IntentHead
    spelling: Spelling

    def read(self, brief: UnderstandBrief) -> Classification:
        """Say what the messages of a brief say; costs one pass of the embedder (some 10 ms a clause)."""
        memory = brief.memory
        words = [Excerpt(message.seq, 0, message.text) for message in brief.messages]
        text = "\n".join(excerpt.text for excerpt in words)
        known = memory.language if memory.is_introduced or memory.wishes else brief.default_language
        is_question = any(_QUESTION.search(excerpt.text) for excerpt in words)
        thanks = is_thanks(text) or is_satisfied(text)
        answer, is_off = read_answer(brief, words)
        wishes = self._wishes(brief, words) if words else _Wishes()
        mood = read_mood(
            words, [Excerpt(message.seq, 0, message.text) for message in brief.earlier], self.head.embedder
        )
        return Classification(
            wishes=_deeds_first(
                _worth_saying(
                    with_thresholds(_terms(wishes.found, brief), brief.clear_from),
                    is_question=is_question,
                    is_thanks=thanks,
                ),
                brief,
            ),
            language=guess_language(text, known),
            signals=mood.signals,
            signal_spans=mood.spans,
            answer=answer,
            changed_mind=is_off or wishes.is_turn,
            withdraws=bool(memory.pending or memory.held) and is_withdrawal(text),
            thanks=thanks,
            still_unhappy=is_still_unhappy(text),
            is_question=is_question,
            chosen=wishes.chosen,
        )

    def _wishes(self, brief: UnderstandBrief, words: Sequence[Excerpt]) -> _Wishes:
        memory = brief.memory
        match memory.asked:
            case AskedIntent(choices=choices) if choices:
                titles = {it: procedure.title for it in choices if (procedure := brief.procedures.get(it)) is not None}
                found = find_wishes(_without_denial(words), self.head, self.spelling)
                chosen, found = read_chosen(titles, words, found, is_first=not memory.wishes)
                return _Wishes(found, chosen)
            case AskedSlot(wish=number) | AskedIdentity(wish=number):
                return self._beside_answer(memory.wish(number).intent, words)
            case AskedConfirmation(action=action):
                return self._beside_answer(memory.wish(action.wish).intent, words)
            case _:
                return _Wishes(find_wishes(words, self.head, self.spelling))

    def _beside_answer(self, intent: Label, words: Sequence[Excerpt]) -> _Wishes:
        """What is wanted besides the answer: the first clause answers, unless it turns to something else."""
        first, *others = words
        clauses = split_clauses(first.text)
        if clauses and _TURNS.search(clauses[0].text):
            found = find_wishes(words, self.head, self.spelling)
            turned = tuple(it for it in found if it.best and it.best.confidence >= TURNED and it.best.intent != intent)
            return _Wishes(turned, is_turn=bool(turned))
        end = clauses[0].end if clauses else len(first.text)
        rest = [Excerpt(first.seq, end, first.text[end:])] if first.text[end:].strip() else []
        beside = find_wishes_beside([*rest, *others], self.head, self.spelling)
        return _Wishes(tuple(it for it in beside if it.best is not None and it.best.intent != intent))


def _without_denial(words: Sequence[Excerpt]) -> Sequence[Excerpt]:
    """What is said behind "neither" and the like: the denial itself sounds like taking something back."""
    *others, last = words
    denial = read_denial(last.text)
    rest = last.text[denial.end :] if denial is not None else ""
    return [*others, Excerpt(last.seq, last.start + len(last.text) - len(rest), rest)] if rest.strip() else words


def _worth_saying(wishes: tuple[WishFound, ...], *, is_question: bool, is_thanks: bool) -> tuple[WishFound, ...]:
    """Leave out what is no wish, and leave the reading of a question open that could only be one for information."""
    kept: list[WishFound] = []
    for wish in wishes:
        best = wish.best
        is_clear = best is not None and (best.confidence >= (wish.clear_from or CLEAR) or best.intent == OUT_OF_SCOPE)
        if is_thanks and not is_clear:
            continue
        possible = {ranked.intent for ranked in wish.ranked if ranked.confidence >= POSSIBLE}
        is_open = is_question and not is_clear and possible <= {INFORMATION}
        kept.append(wish.model_copy(update={"ranked": ()}) if is_open else wish)
    return tuple(kept)


def _terms(wishes: tuple[WishFound, ...], brief: UnderstandBrief) -> tuple[WishFound, ...]:
    """Read a question for a term as one for information, as surely as it was read as the deed it is about."""
    texts = {message.seq: message.text for message in brief.messages}
    found: list[WishFound] = []
    for wish in wishes:
        words = texts.get(wish.seq, "")[wish.start : wish.end]
        if wish.best is None or INFORMATION not in brief.procedures or not _ASKS_TERM.search(words):
            found.append(wish)
            continue
        general = RankedIntent(intent=INFORMATION, confidence=wish.best.confidence)
        others = (ranked for ranked in wish.ranked[1:] if ranked.intent != INFORMATION)
        found.append(wish.model_copy(update={"ranked": (general, *others)}))
    return tuple(found)


def _deeds_first(wishes: tuple[WishFound, ...], brief: UnderstandBrief) -> tuple[WishFound, ...]:
    """Put what only a person or an article can settle behind what can be done: it must not hold the deeds up."""

    def is_deed(wish: WishFound) -> bool:
        procedure = brief.procedures.get(wish.best.intent) if wish.best is not None else None
        return procedure is not None and any(step.propose is not None for step in procedure.steps)

    return tuple(sorted(wishes, key=lambda wish: not is_deed(wish)))
