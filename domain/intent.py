"""What the assistant understood of a customer's message; labels and thousandths, no words."""

from collections.abc import Iterable, Mapping
from typing import Literal

from domain.ids import Label, Sha256
from domain.model import Model
from domain.model_call import Fallback

#: The intent of a message that no procedure handles.
OUT_OF_SCOPE = "out_of_scope"


class RankedIntent(Model):
    """One reading of the message and how sure the assistant is, in thousandths."""

    intent: Label
    confidence: int


class WishFound(Model):
    """One thing the customer wants: the best reading, the runners-up, and where it stands in the message."""

    ranked: tuple[RankedIntent, ...]  # best first; empty when nothing fits
    seq: int
    start: int
    end: int
    clear_from: int | None = None  # thousandths from which the best reading is acted on, where the tenant's data say so

    @property
    def best(self) -> RankedIntent | None:
        """The most likely reading."""
        return self.ranked[0] if self.ranked else None


def with_thresholds(wishes: Iterable[WishFound], clear_from: Mapping[Label, int]) -> tuple[WishFound, ...]:
    """The wishes, each with the threshold of its best reading where the tenant has one (thousandths, by intent)."""
    return tuple(
        wish.model_copy(update={"clear_from": clear_from[wish.best.intent]})
        if wish.best is not None and wish.best.intent in clear_from
        else wish
        for wish in wishes
    )


class Signals(Model):
    """What messages show besides their wish; policy decides what follows from it.

    The first six are read in the new messages alone, the others over the conversation. `sentiment` runs from -100 to
    100 and is 0 where nothing tells.
    """

    wants_person: bool = False
    angry: bool = False
    repeated_contact: bool = False
    legal_threat: bool = False
    sensitive: bool = False
    possible_injection: bool = False
    repeats_question: bool = False  # asks again what an earlier message asked, as if it had not been answered
    frustrated: bool = False  # two kinds of displeasure over the conversation, one of them new
    sentiment: int = 0


class SignalSpan(Model):
    """The words that raised a signal, by their place: `text[start:end]` of the message `seq`."""

    signal: Label
    seq: int
    start: int
    end: int


#: How a message answers the question we asked, where we asked one.
AnswerKind = Literal["yes", "no", "unclear", "none"]


class Classification(Model):
    """What a turn's messages say."""

    wishes: tuple[WishFound, ...]
    language: str
    signals: Signals
    answer: AnswerKind = "none"  # to a confirmation that was asked
    changed_mind: bool = False  # the customer no longer wants what was about to be done
    withdraws: bool = False  # takes the request back while it waits
    thanks: bool = False
    still_unhappy: bool = False
    is_question: bool = False
    chosen: tuple[Label, ...] = ()  # intents picked out of a question that named some
    lessons: Sha256 | None = None  # what the head had been taught besides the procedures' examples
    fallback: Fallback | None = None  # why the embedded assistant read it in a model's place
    signal_spans: tuple[SignalSpan, ...] = ()
    part_read: tuple[int, ...] = ()  # messages, by seq, whose last words no assistant has read
