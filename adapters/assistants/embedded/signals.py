"""What a message says besides its wish: wanting a person, anger, a threat, something grave, an attempt to steer us.

Signals are hints for routing and for the handoff packet. None is a boundary: policy, scoping and the ledger hold
whatever a message says, and a message without signals is not thereby safe. Patterns only, so the same text always
reads the same; English, with some of the plainest forms of other languages.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.assistants.embedded.cues import Span, find_spans
from adapters.assistants.embedded.fraud_cues import FRAUD
from adapters.assistants.embedded.injection_cues import INJECTION, INVISIBLE, find_hidden, find_layout
from adapters.assistants.embedded.mood_cues import ANGRY, REPEATED_CONTACT, find_loud
from adapters.assistants.embedded.person_cues import BARE_PERSON, REFUSES_BOT, WANTS_PERSON
from adapters.assistants.embedded.plain import plain
from adapters.assistants.embedded.risk_cues import LEGAL_THREAT, SENSITIVE

_CUES = {
    "wants_person": WANTS_PERSON,
    "refuses_bot": REFUSES_BOT,
    "angry": ANGRY,
    "repeated_contact": REPEATED_CONTACT,
    "legal_threat": LEGAL_THREAT,
    "sensitive": (*SENSITIVE, *FRAUD),
    "possible_injection": INJECTION,
}
MAX_CHARACTERS = 20_000  # what is read of a message: 0.2 s at the worst, and no person writes more
_AROUND = " \t\r\n.!?,;:"


@dataclass(frozen=True)
class Signals:
    """What was noticed; `spans` says where and why, in offsets of the message, holding none of its words."""

    wants_person: bool = False
    refuses_bot: bool = False
    angry: bool = False
    repeated_contact: bool = False
    legal_threat: bool = False
    sensitive: bool = False
    possible_injection: bool = False
    spans: tuple[Span, ...] = ()


def read_signals(text: str) -> Signals:
    """Read the signals in the first `MAX_CHARACTERS` of a message; time is in proportion to its length."""
    found = set(_spans(text[:MAX_CHARACTERS]))
    spans = tuple(sorted(found, key=lambda span: (span.start, span.end, span.signal, span.reason)))
    return Signals(**dict.fromkeys((span.signal for span in spans), True), spans=spans)


def _spans(text: str) -> Iterator[Span]:
    yield from find_hidden(text)
    yield from find_loud(text)
    visible, positions = _visible(text)
    normal = plain(visible)
    for span in _visible_spans(normal):
        yield Span(span.signal, span.reason, positions[span.start], positions[span.end - 1] + 1)


def _visible_spans(normal: str) -> Iterator[Span]:
    for signal, cues in _CUES.items():
        yield from find_spans(signal, cues, normal)
    yield from find_layout(normal)
    core = normal.strip(_AROUND)
    if BARE_PERSON.fullmatch(core):
        start = normal.index(core)
        yield Span("wants_person", "bare_word", start, start + len(core))


def _visible(text: str) -> tuple[str, range | list[int]]:
    """Return the text without invisible characters, and where each character that is left stood."""
    if not INVISIBLE.search(text):
        return text, range(len(text))
    positions = [index for index, character in enumerate(text) if not INVISIBLE.match(character)]
    return "".join(text[index] for index in positions), positions
