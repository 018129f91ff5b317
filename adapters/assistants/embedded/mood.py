"""The mood of a conversation: signals of the new messages, and what they add up to with the earlier ones.

One cross word is no frustration; two kinds of displeasure are: anger, having written before, asking the same again,
an answer that did not help, a second unfriendly message. Each shows by words, and the words are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.assistants.embedded.closing import find_unhappy, is_satisfied, is_thanks
from adapters.assistants.embedded.cues import Cue, find_spans
from adapters.assistants.embedded.plain import plain
from adapters.assistants.embedded.repetition import find_repetitions
from adapters.assistants.embedded.sentiment_cues import NEGATIVE, POSITIVE
from adapters.assistants.embedded.signals import read_signals
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.embeddings.port import Embedder
from domain.intent import Signals, SignalSpan

#: Earlier messages that count; what is longer ago has been answered, or a person has it.
LOOK_BACK = 6
#: Sentiment from which on a message is unfriendly.
UNFRIENDLY = -20
_FADING = 0.5  # what each message counts beside the one after it
_ANGRY, _UNHAPPY, _NEGATIVE, _POSITIVE, _SATISFIED, _THANKS = -60, -30, -20, 20, 40, 10
_BY_WORDS = {"angry", "repeated_contact", "legal_threat", "sensitive", "possible_injection", "wants_person"}
_DISPLEASURE = {"angry", "repeated_contact", "unhappy"}  # what frustration shows by, as spans name it


@dataclass(frozen=True)
class Mood:
    """The signals and the words behind them."""

    signals: Signals
    spans: tuple[SignalSpan, ...]


@dataclass(frozen=True)
class _Tone:
    """What one message shows."""

    sentiment: int
    kinds: frozenset[str]
    spans: tuple[SignalSpan, ...]

    @property
    def is_unfriendly(self) -> bool:
        return self.sentiment <= UNFRIENDLY


def read_mood(new: Sequence[Excerpt], earlier: Sequence[Excerpt], embedder: Embedder) -> Mood:
    """Read the new messages, in the light of the customer's earlier ones; costs one pass of the embedder."""
    earlier = earlier[-LOOK_BACK:]
    before = [_tone(words, is_reply=at > 0) for at, words in enumerate(earlier)]
    now = [_tone(words, is_reply=bool(earlier)) for words in new]
    repeated = tuple(
        _span("repeats_question", words, 0, len(words.text)) for words in find_repetitions(new, earlier, embedder)
    )
    fresh = {kind for tone in now for kind in tone.kinds}
    if repeated:
        fresh.add("repeats_question")
    if sum(tone.is_unfriendly for tone in (*before, *now)) > 1 and any(tone.is_unfriendly for tone in now):
        fresh.add("again_unfriendly")
    kinds = fresh | {kind for tone in before for kind in tone.kinds}
    spans = (*(span for tone in now for span in tone.spans if span.signal in _BY_WORDS), *repeated)
    shown = {span.signal for span in spans}
    is_frustrated = bool(fresh) and len(kinds) > 1
    if is_frustrated:
        behind = [span for tone in (*before, *now) for span in tone.spans if span.signal in _DISPLEASURE]
        spans += tuple(span.model_copy(update={"signal": "frustrated"}) for span in (*behind, *repeated))
    signals = Signals(
        wants_person="wants_person" in shown,
        angry="angry" in shown,
        repeated_contact="repeated_contact" in shown,
        legal_threat="legal_threat" in shown,
        sensitive="sensitive" in shown,
        possible_injection="possible_injection" in shown,
        repeats_question=bool(repeated),
        frustrated=is_frustrated,
        sentiment=_conversation([tone.sentiment for tone in (*before, *now)]),
    )
    return Mood(signals, _merged(spans))


def _tone(words: Excerpt, *, is_reply: bool) -> _Tone:
    found = read_signals(words.text)
    spans = [
        _span("wants_person" if span.signal == "refuses_bot" else span.signal, words, span.start, span.end)
        for span in found.spans
    ]
    unhappy, pleased = _felt(words, NEGATIVE), _felt(words, POSITIVE)
    sentiment = _NEGATIVE * min(2, len(unhappy)) + _POSITIVE * min(2, len(pleased))
    sentiment += _ANGRY if found.angry else 0
    still = find_unhappy(words.text) if is_reply else None
    if still is not None:
        sentiment += _UNHAPPY
        unhappy.append(_span("unhappy", words, *still))
    if is_satisfied(words.text):
        sentiment += _SATISFIED
    elif is_thanks(words.text):
        sentiment += _THANKS
    kinds = {"angry": found.angry, "repeated_contact": found.repeated_contact, "unhappy": still is not None}
    return _Tone(
        max(-100, min(100, sentiment)),
        frozenset(kind for kind, shows in kinds.items() if shows),
        (*spans, *unhappy),
    )


def _felt(words: Excerpt, cues: Sequence[Cue]) -> list[SignalSpan]:
    return [_span("unhappy", words, span.start, span.end) for span in find_spans("unhappy", cues, plain(words.text))]


def _span(signal: str, words: Excerpt, start: int, end: int) -> SignalSpan:
    return SignalSpan(signal=signal, seq=words.seq, start=words.start + start, end=words.start + end)


def _merged(spans: Sequence[SignalSpan]) -> tuple[SignalSpan, ...]:
    """Stretches of one signal that overlap, as one."""
    merged: list[SignalSpan] = []
    for span in sorted(spans, key=lambda it: (it.signal, it.seq, it.start, it.end)):
        last = merged[-1] if merged else None
        if last is not None and (last.signal, last.seq) == (span.signal, span.seq) and span.start <= last.end:
            merged[-1] = last.model_copy(update={"end": max(last.end, span.end)})
        else:
            merged.append(span)
    return tuple(sorted(merged, key=lambda it: (it.seq, it.start, it.signal)))


def _conversation(sentiments: Sequence[int]) -> int:
    """The last message counts most, each before it half as much as the one after."""
    weights = [_FADING**age for age in reversed(range(len(sentiments)))]
    total = sum(weights)
    return round(sum(w * s for w, s in zip(weights, sentiments, strict=True)) / total) if total else 0
