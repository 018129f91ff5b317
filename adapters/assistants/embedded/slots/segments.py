"""What a text says of each thing to be exchanged: where the wish for it stands, and where it is only spoken of."""

from dataclasses import dataclass

from adapters.assistants.embedded.slots.products import Mention
from adapters.assistants.embedded.slots.tokens import SENTENCE_ENDS, SEPARATORS, Token

#: After these comes what is wanted; the weaker ones count where none of the stronger follows.
_PIVOTS = frozenset({"for", "to", "into", "instead"})
_WEAK_PIVOTS = frozenset({"with", "but", "in", "get", "want", "need", "prefer", "like"})
#: What is done to the thing; where nothing is named, the pivot follows it: "I'd like *to* swap my 42s *for* 44s".
_EXCHANGING = frozenset({
    "exchange", "exchanging", "exchanged", "swap", "swapping", "swapped", "swop", "trade", "trading", "switch",
    "switching", "change", "changing", "changed", "replace", "replacing", "replaced",
})  # fmt: skip
_WISHING = _EXCHANGING | _WEAK_PIVOTS - {"with", "but", "in"} | {"have", "wish", "would", "please"}
_ALSO = frozenset({"and", "or", "too", "also", "well", "both", "&", "+"})
_KEPT = frozenset(
    {"keep", "keeping", "fine", "great", "perfect", "lovely", "good", "ok", "okay", "love", "fit", "nice"}
)
_DENIED = frozenset({"not", "isn't", "aren't", "doesn't", "don't", "no", "too"})


@dataclass(frozen=True)
class Segment:
    """What a text says of one thing to be exchanged: what precedes it, all that follows, what follows the pivot.

    `clause` is what is said of it up to the next comma, "but" or full stop.
    """

    mention: Mention | None
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    wanted: tuple[Token, ...]
    clause: tuple[Token, ...] = ()

    def is_only_told(self) -> bool:
        """Whether nothing is asked for it: it is praised or kept, or its clause wishes for nothing of its own."""
        said = {token.text for token in self.clause}
        return bool(said & _KEPT and not said & _DENIED) or not said & (_WISHING | _ALSO)

    def readings(self) -> tuple[tuple[Token, ...], ...]:
        """Where the wish may stand, the likeliest place first: "… for a red one", "… red please", "a red shirt"."""
        is_new = {"a", "an", "another", "different"} & {token.text for token in self.before}
        compares = any(token.text.endswith("er") for token in self.before)
        return (self.wanted, self.after, *((self.before,) if is_new or compares else ()))


def segments_of(tokens: tuple[Token, ...], named: list[Mention]) -> list[Segment]:
    """Cut a text into one part for each thing named; the same thing named again is what it is to become."""
    firsts: list[Mention] = []
    for mention in named:
        if not (firsts and mention.titles == firsts[-1].titles):
            firsts.append(mention)
    if not firsts:
        verb = next((at for at, token in enumerate(tokens) if token.text in _EXCHANGING), -1)
        return [Segment(None, (), tokens, tokens[pivot_of(tokens, verb + 1, len(tokens)) :])]
    segments: list[Segment] = []
    for number, mention in enumerate(firsts):
        end = len(tokens) if number + 1 == len(firsts) else _phrase_start(tokens, firsts[number + 1].start)
        pivot = pivot_of(tokens, mention.end, end)
        before = tokens[_phrase_start(tokens, mention.start) : mention.start]
        clause = _clause_around(tokens, mention)
        segments.append(Segment(mention, before, tokens[mention.end : end], tokens[pivot:end], clause))
    return segments


def _clause_around(tokens: tuple[Token, ...], mention: Mention) -> tuple[Token, ...]:
    """The words around a mention up to what ends a clause; things listed with "and" stand in one."""
    ends = SENTENCE_ENDS | {",", ":", "(", ")", "but"}
    start = next((at + 1 for at in range(mention.start - 1, -1, -1) if tokens[at].text in ends), 0)
    end = next((at for at in range(mention.end, len(tokens)) if tokens[at].text in ends), len(tokens))
    return tokens[start:end]


def pivot_of(tokens: tuple[Token, ...], start: int, end: int) -> int:
    """Where the wish begins after a mention: at "for", "to", "in" …; without one, right after the mention."""
    sentence = next((at for at in range(start, end) if tokens[at].text in SENTENCE_ENDS), end)
    for words in (_PIVOTS, _WEAK_PIVOTS):
        for at in range(start, sentence):
            if tokens[at].text in words and not _is_whereabouts(tokens, at):
                return at
    return start


def _is_whereabouts(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether "in" or "to" speaks of an order or a place: "in my last order", "sent to Texas"."""
    if tokens[at].text == "in":
        return any(token.text == "order" for token in tokens[at + 1 : at + 5])
    return (
        tokens[at].text in {"to", "for"} and at > 0 and tokens[at - 1].text in {"sent", "delivered", "shipped", "paid"}
    )


def _phrase_start(tokens: tuple[Token, ...], at: int) -> int:
    while at > 0 and tokens[at - 1].text not in SEPARATORS:
        at -= 1
    return at
