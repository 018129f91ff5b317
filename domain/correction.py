"""What operators say the assistant got wrong, and what it learns from that once somebody has agreed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from domain.canonical import sha256_of
from domain.ids import Label, Sha256, TicketId
from domain.model import Model

#: `intent`: another wish, or another procedure, which is the same. `reply`: the reading was right, the words were not.
CorrectionKind = Literal["intent", "reply"]
ReviewVerdict = Literal["accepted", "rejected"]


class Example(Model):
    """A labelled utterance, masked; the intent `out_of_scope` says that no procedure handles it."""

    text: str
    intent: Label


class Correction(Model):
    """A correction and the newest review of it, if there is any."""

    id: int
    ticket_id: TicketId
    seq: int  # of the customer's message
    kind: CorrectionKind
    was: Label | None  # the intent as it was read
    intent: Label
    words: str  # the message, masked
    note: str | None  # the operator's remark, masked
    corrected_by: str
    at: datetime
    verdict: ReviewVerdict | None
    review_reason: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    suggested: str | None = None  # the reply as the assistant had it, masked and without figures (`domain/wording.py`)
    sent: str | None = None  # the reply as the operator has it, likewise
    draft_id: int | None = None  # the suggestion that was edited; None: somebody wrote the correction itself
    unfounded: int | None = None  # findings in what was sent that neither the draft nor its passages carry

    @property
    def example(self) -> Example:
        """What it teaches."""
        return Example(text=self.words, intent=self.intent)


class Wording(Model):
    """How an operator put an answer, beside how the assistant had put it: a manner, and no fact in it."""

    id: int
    ticket_id: TicketId
    intent: Label
    question: str
    suggested: str | None
    sent: str
    is_accepted: bool = False


class Lessons(Model):
    """All examples that a tenant has accepted; the digest names the head that was taught them."""

    examples: tuple[Example, ...] = ()

    @property
    def digest(self) -> Sha256 | None:
        """The version of what was learned; None for nothing."""
        return sha256_of([[it.intent, it.text] for it in self.examples]) if self.examples else None

    def taught(self, intents: Iterable[Label]) -> dict[Label, tuple[str, ...]]:
        """The examples of each of these intents; those of a procedure that is gone are left out."""
        known = set(intents)
        found: dict[Label, tuple[str, ...]] = {}
        for example in self.examples:
            if example.intent in known:
                found[example.intent] = (*found.get(example.intent, ()), example.text)
        return found


class IntentChange(Model):
    """How many of an intent's held-out examples are read rightly, before and after."""

    intent: Label
    held_out: int
    before: int
    after: int


class LessonsEffect(Model):
    """What more examples do to messages that no head was taught; shares between 0 and 1."""

    held_out: int
    foreign: int
    accuracy: tuple[float, float]  # (before, after): the best reading is the right one, of the tenant's examples
    in_scope_right: tuple[float, float]  # … and sure enough to be acted on
    out_of_scope_told: tuple[float, float]  # of messages that no procedure handles: not acted on
    changes: tuple[IntentChange, ...]  # of the intents whose count changes
    seconds: float


class WordingsEffect(Model):
    """What more wordings do for other tickets' edited replies; shares of words to change, 0 to 1, and (before, after).

    An operator begins with the wording that is offered, or, where none is near enough, with the assistant's suggestion.
    """

    held_out: int  # edited replies of other tickets, that are not among the wordings tried
    offered: tuple[int, int]  # of these, for how many a wording is offered
    to_change: tuple[float, float] | None  # of the words that an operator begins with; None: too few are held out
    nearer: int  # replies that are nearer to what was sent than before …
    farther: int  # … and farther from it
