"""How what a customer said changes what the ticket remembers: confirmations, choices, new wishes, thanks.

Pure rules over labels. They decide when a reading is clear enough to act on, when to ask, and when a ticket is settled.
"""

from domain.approval import PendingApproval
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE, Classification, WishFound
from domain.memory import (
    Asked,
    AskedConfirmation,
    AskedIdentity,
    AskedIntent,
    AskedSlot,
    Memory,
    ReplyPart,
    Wish,
    WishStatus,
)
from domain.model import Model

#: Thousandths of calibrated confidence from which a reading is acted on, and from which it is worth naming in a
#: question.
CLEAR = 600
POSSIBLE = 150
#: So many times likelier than a general question a deed must be for an unclear question to be asked about.
FAR_LIKELIER = 2
#: A third question loses more customers than it saves (design.md): after two without a clear answer a person takes
#: over.
MAX_CLARIFICATIONS = 2
#: How many readings a clarifying question names.
CHOICES_NAMED = 3
#: By convention the procedure that answers questions from the knowledge base.
INFORMATION: Label = "information"


class Reading(Model):
    """What a turn's messages made of the memory, and what is to be said or asked because of it."""

    memory: Memory
    parts: tuple[ReplyPart, ...] = ()
    question: AskedIntent | None = None
    is_confirmed: bool = False  # the customer says that all is settled


def take_in(memory: Memory, said: Classification) -> Reading:
    """Apply what the customer said to the memory."""
    memory = memory.model_copy(update={"language": said.language})
    memory, parts, is_answered = _take_answer(memory, said)
    possible: list[Label] = []
    for found in said.wishes:
        memory, unclear = _take_wish(memory, found)
        possible += [intent for intent in unclear if intent not in possible]
    if memory.open_wishes():
        memory = _take_unsupported(memory, said)
    if is_answered:
        memory = memory.model_copy(update={"clarifications": 0})
    if is_answered or memory.open_wishes():
        return Reading(memory=memory, parts=parts)
    return _nothing_open(memory, said, possible)


def _take_answer(memory: Memory, said: Classification) -> tuple[Memory, tuple[ReplyPart, ...], bool]:
    """Apply the answer to the question that was asked last, if the message is one."""
    match memory.asked:
        case AskedConfirmation(action=action):
            wish = memory.wish(action.wish)
            if said.changed_mind or said.answer == "no":
                kept = ReplyPart(kind="common", reply="kept", wish=wish.number, action=action)
                return memory.with_wish(wish.model_copy(update={"status": WishStatus.withdrawn})), (kept,), True
            if said.answer == "yes":
                confirmed = (*wish.confirmed, action.args_sha256)
                return memory.with_wish(wish.model_copy(update={"confirmed": confirmed})), (), True
        case AskedIntent() if said.chosen:
            for intent in said.chosen:
                memory = _append(memory, intent, 1000, said.wishes[0] if said.wishes else None)
            return memory.model_copy(update={"asked": None}), (), True
        case AskedSlot(wish=number) | AskedIdentity(wish=number) if said.changed_mind:
            wish = memory.wish(number)
            kept = ReplyPart(kind="common", reply="kept", wish=number)
            return memory.with_wish(wish.model_copy(update={"status": WishStatus.withdrawn})), (kept,), True
        case _:
            pass
    return memory, (), False


def _take_wish(memory: Memory, found: WishFound) -> tuple[Memory, list[Label]]:
    """Add a clear new wish; of an unclear one return the readings worth asking about."""
    best = found.best
    if best is None or best.intent == OUT_OF_SCOPE:
        return memory, []
    if best.confidence >= (found.clear_from or CLEAR):
        if any(wish.intent == best.intent for wish in memory.open_wishes()):
            return memory, []  # more about a wish that is already open: its slots are filled from all messages
        return _append(memory, best.intent, best.confidence, found), []
    likely = [r.intent for r in found.ranked if r.confidence >= POSSIBLE and r.intent != OUT_OF_SCOPE]
    return memory, likely[:CHOICES_NAMED]


def _take_unsupported(memory: Memory, said: Classification) -> Memory:
    """Keep what was asked beside a clear wish and no procedure handles: a person gets it; it is never dropped."""
    for found in said.wishes:
        best = found.best
        if best is not None and best.intent == OUT_OF_SCOPE and best.confidence >= CLEAR:
            memory = _append(memory, OUT_OF_SCOPE, best.confidence, found)
    return memory


def _append(memory: Memory, intent: Label, confidence: int, found: WishFound | None) -> Memory:
    wish = Wish(
        number=len(memory.wishes) + 1,
        intent=intent,
        confidence=confidence,
        seq=found.seq if found else 1,
        start=found.start if found else 0,
        end=found.end if found else 0,
    )
    return memory.with_wish(wish)


def _nothing_open(memory: Memory, said: Classification, possible: list[Label]) -> Reading:
    """No wish is open: the customer is content, comes back on the last wish, asks something, or was not understood."""
    if said.thanks and not said.still_unhappy:
        return Reading(memory=memory, is_confirmed=True)
    if said.still_unhappy and memory.wishes:
        last = memory.wishes[-1]
        again = last.model_copy(
            update={
                "number": len(memory.wishes) + 1,
                "status": WishStatus.open,
                "results": (),
                "confirmed": (),
                "approved": (),
                "declined": False,
            }
        )
        return Reading(memory=memory.with_wish(again))
    if said.is_question and (not possible or (INFORMATION in possible and _may_be_general(said))):
        # To answer a question costs nothing and is grounded or not given; only acting needs a clear wish.
        return Reading(memory=_append(memory, INFORMATION, CLEAR, said.wishes[0] if said.wishes else None))
    return Reading(memory=memory, question=AskedIntent(choices=tuple(possible[:CHOICES_NAMED])))


def _may_be_general(said: Classification) -> bool:
    """Whether a question may be about how things work here: not where a deed is far likelier ("is it too late?")."""
    readings = [ranked for wish in said.wishes for ranked in wish.ranked if ranked.intent != OUT_OF_SCOPE]
    general = max((it.confidence for it in readings if it.intent == INFORMATION), default=0)
    return all(it.confidence <= FAR_LIKELIER * general for it in readings)


def is_unanswered(memory: Memory, question: Asked) -> bool:
    """Whether the question to be asked now was asked before and got no clear answer."""
    match memory.asked, question:
        case AskedSlot(wish=old, slot=slot), AskedSlot(wish=new, slot=again):
            return (old, slot) == (new, again)
        case AskedConfirmation(action=old_action), AskedConfirmation(action=new_action):
            return old_action.args_sha256 == new_action.args_sha256
        case (AskedIntent(), AskedIntent()) | (AskedIdentity(), AskedIdentity()):
            return True
        case _:
            return False


def without_pending(memory: Memory, approval_id: str) -> tuple[Memory, PendingApproval | None]:
    """The memory without one pending approval, and that approval."""
    found = next((p for p in memory.pending if p.request.approval_id == approval_id), None)
    rest = tuple(p for p in memory.pending if p.request.approval_id != approval_id)
    return memory.model_copy(update={"pending": rest}), found


def is_waiting(memory: Memory, wish: Wish) -> bool:
    """Whether a wish waits for an approval, or for a pause to end."""
    waiting = (*(p.request.action for p in memory.pending), *(held.action for held in memory.held))
    return any(action.wish == wish.number for action in waiting)
