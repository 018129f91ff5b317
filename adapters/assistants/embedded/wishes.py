"""The wishes in a customer's messages: which intents, how sure, and where each stands.

One wish is the rule. A second one has to stand in a clause of its own, ask for something of its own, and be meant
beside the first; a doubtful second wish is no wish, for acting on it is worse than being asked for it again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from adapters.assistants.embedded.asides import is_introduction, without_details
from adapters.assistants.embedded.clauses import Clause, split_clauses
from adapters.assistants.embedded.intent import IntentHead
from adapters.assistants.embedded.logistic import Matrix
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.spelling import Spelling
from domain.intent import OUT_OF_SCOPE, RankedIntent, WishFound

CLEAR = 0.60  # from here the whole message says which intent it is
SECOND = 0.60  # from here a clause may be a wish of its own
SUPPORT = 0.50  # what the first wish's own clause must have for a second to stand beside it
OWN = 0.85  # from here a request is a wish of its own, even where nothing links it to the first
BESIDE_ANSWER = 0.80  # from here a clause that follows an answer is a wish of its own
ECHO = 0.05  # what a second wish leaves in the reading of the whole message, unless it is linked to the first
FOREIGN = 0.20  # below this a clause is about something we do not do
#: What a clause's own reading counts beside that of the whole message: asking says more than telling.
ASKING, TELLING = 0.95, 0.85
MOST_CLAUSES = 24  # beyond these clauses, only messages are read; a batch stays small, and quick
_MOST_RANKED = 5
_LEAST = 0.04

_LINKED = re.compile(
    r"\b(?:also|besides|additionally|moreover|furthermore|secondly|plus|too|as well|by the way|btw|on top of that"
    r"|(?:another|other|one more|one last|second) (?:thing|question|request|issue)"
    r"|while (?:you're|you are|we're|i'm) at it)\b|^\W*(?:\(?2[.)]|\(?b\))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])#?[A-Z]{0,3}\d{4,}\b")
_ORDER_NUMBER = re.compile(
    r"\b(?:(?:my|the|our)\s+)?order\s*(?:number|no\.?|nr\.?)?\s*(?:is|was|:)?\s*(?:#\s?[A-Z]{0,3}\d{3,}|[A-Z]{0,3}\d{4,})\b"
    r"|#\s?[A-Z]{0,3}\d{3,}\b|(?<![\w.,€$£-])[A-Z]{0,3}\d{5,}\b(?![.,]\d)",
    re.IGNORECASE,
)
#: Requests that ask for no more than to be served: they belong to whatever was said before.
_SERVE_ME = re.compile(
    r"\b(?:can|could|would|will|should|may) (?:you|u|i|someone|somebody|anyone|we)(?: please| pls)? "
    r"(?:help|check|look|fix|sort|do|see|advise|assist|explain|confirm|get|have|know|tell me (?:more|what|why|how))\b"
    r"|\bwhat (?:now|next|happens|(?:do|should|can|shall) (?:i|you|we))\b"
    r"|\b(?:possible|okay|alright|right|correct)\s*\?|\bcan it\s*\?|\bthank"
    r"|\bhow (?:do|does|can|should|long|much) (?:i|this|it|that|will|would)\b"
    r"|\blet me know\b|\btell me\b|\bplease advise\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Piece:
    """One clause of one message with its reading, or several that belong together."""

    seq: int
    start: int
    end: int
    text: str
    asks: bool
    reading: Matrix  # probability of each of the head's intents

    @property
    def best(self) -> int:
        """The likeliest intent, as its place in the head."""
        return int(np.argmax(self.reading))


def find_wishes(words: Sequence[Excerpt], head: IntentHead, spelling: Spelling) -> tuple[WishFound, ...]:
    """The wishes of some words that are read together, the first one first; () where nothing is said."""
    whole, pieces = _read(words, head, spelling)
    if not pieces:
        return ()
    first = _first(whole, pieces)
    others = [piece for piece in pieces if _is_second(piece, first, whole, pieces)]
    foreign = [piece for piece in pieces if _is_foreign(piece, first, pieces)]
    if not others and not foreign:
        excerpt = _excerpt_of(first, words)
        return (_found(head, _combined(whole, pieces), replace(first, start=excerpt.start, end=excerpt.end)),)
    foreign += _displaced([it for it in pieces if it is first or it in others or it in foreign], pieces)
    return tuple(_places(head, first, others, foreign, pieces, words))


def find_wishes_beside(words: Sequence[Excerpt], head: IntentHead, spelling: Spelling) -> tuple[WishFound, ...]:
    """What words that follow an answer of the customer's want besides: clear wishes, and what nobody here handles."""
    _, pieces = _read(words, head, spelling)
    found: list[WishFound] = []
    for piece in pieces:
        is_linked = _LINKED.search(piece.text) is not None
        if piece.reading.max() >= (SECOND if is_linked else BESIDE_ANSWER) and (piece.asks or is_linked):
            if piece.best not in {it.best for it in pieces if it.start < piece.start and it.seq == piece.seq}:
                found.append(_found(head, piece.reading, piece))
        elif is_linked and piece.asks and piece.reading.max() < SECOND and not _SERVE_ME.search(piece.text):
            found.append(_unsupported(piece))
    return tuple(found)


def _read(words: Sequence[Excerpt], head: IntentHead, spelling: Spelling) -> tuple[Matrix, list[_Piece]]:
    """The reading of all that was said, and of each clause, in one pass of the embedder."""
    every = [(excerpt, clause) for excerpt in words for clause in split_clauses(excerpt.text) if clause.content.strip()]
    clauses = [(excerpt, clause) for excerpt, clause in every if not is_introduction(clause.content)] or every
    whole = "\n".join(excerpt.text for excerpt in words)
    if len(clauses) < len(every):
        whole = "".join(clause.text for _, clause in clauses)
    if len(clauses) > MOST_CLAUSES:
        clauses = [(excerpt, _as_one(excerpt)) for excerpt in words[-MOST_CLAUSES:]]
    if not clauses:
        return np.zeros(len(head.intents), np.float32), []
    texts = [clause.content for _, clause in clauses]
    if len(clauses) > 1:
        texts.append(whole)
    readings = head.confidences([_readable(text, spelling) for text in texts])
    pieces = [
        _Piece(
            excerpt.seq,
            excerpt.start + clause.start,
            excerpt.start + clause.end,
            clause.text,
            clause.asks,
            reading,
        )
        for (excerpt, clause), reading in zip(clauses, readings, strict=False)
    ]
    return readings[-1], pieces


def _readable(text: str, spelling: Spelling) -> str:
    """The text as the classifier reads it best: slips mended, details left out, an order's number as what it means."""
    return spelling.mended(_ORDER_NUMBER.sub("my order", without_details(text)))


def _as_one(excerpt: Excerpt) -> Clause:
    text = excerpt.text
    return Clause(text=text, start=0, end=len(text), content=text, asks=True)


def _combined(whole: Matrix, pieces: Sequence[_Piece]) -> Matrix:
    """The whole message's reading, raised where a clause speaks more clearly, and never above certainty in sum."""
    requests = [it for it in pieces if it.asks and it.reading.max() >= SECOND and not _SERVE_ME.search(it.text)]
    is_said = not requests or int(np.argmax(whole)) in {it.best for it in pieces if it.asks}
    if len(pieces) == 1 or (whole.max() >= CLEAR and is_said):
        return whole
    if len({it.best for it in requests}) == 1:  # the rest only tells about the one request
        asked: Matrix = max(requests, key=lambda it: float(it.reading.max())).reading * ASKING
        return asked
    raised = np.maximum.reduce([whole, *(it.reading * (ASKING if it.asks else TELLING) for it in pieces)])
    combined: Matrix = raised / max(1.0, float(raised.sum()))
    return combined


def _first(whole: Matrix, pieces: Sequence[_Piece]) -> _Piece:
    """The clause that carries the first wish: the one that says most clearly what the whole message wants."""
    intent = int(np.argmax(_combined(whole, pieces)))
    return max(pieces, key=lambda it: float(it.reading[intent]))


def _is_second(piece: _Piece, first: _Piece, whole: Matrix, pieces: Sequence[_Piece]) -> bool:
    """Whether a clause holds another wish beside the first."""
    later = piece if (piece.seq, piece.start) > (first.seq, first.start) else first
    is_linked = _LINKED.search(later.text) is not None
    if piece is first or piece.best == first.best or first.reading.max() < SUPPORT:
        return False
    if piece.reading.max() < SECOND:
        return False
    rivals = (it for it in pieces if it is not piece and it.best == piece.best)
    if any(it.reading.max() > piece.reading.max() for it in rivals):
        return False
    is_own = whole[piece.best] >= ECHO or is_linked or _has_own_number(piece, first) or piece.reading.max() >= OWN
    return bool(is_own) and (piece.asks or is_linked or _opens_linked(piece, pieces))


def _is_foreign(piece: _Piece, first: _Piece, pieces: Sequence[_Piece]) -> bool:
    """Whether a clause asks for something that no procedure handles, beside a wish that one does."""
    if piece is first or not piece.asks or first.reading.max() < CLEAR or _SERVE_ME.search(piece.text):
        return False
    if _LINKED.search(piece.text) is not None:
        return float(piece.reading.max()) < SECOND
    return _opens_linked(piece, pieces) and float(piece.reading.max()) < FOREIGN


def _opens_linked(piece: _Piece, pieces: Sequence[_Piece]) -> bool:
    """Whether the clause follows "and" in another's sentence, where the splitter cuts only before a new request."""
    return any(it.seq == piece.seq and it.end == piece.start for it in pieces) and bool(
        re.match(r"\s*(?:,\s*)?(?:and|then|,)\b", piece.text, re.IGNORECASE)
    )


def _has_own_number(piece: _Piece, first: _Piece) -> bool:
    numbers = set(_NUMBER.findall(piece.text))
    return bool(numbers) and not numbers & set(_NUMBER.findall(first.text))


def _places(
    head: IntentHead,
    first: _Piece,
    others: list[_Piece],
    foreign: list[_Piece],
    pieces: Sequence[_Piece],
    words: Sequence[Excerpt],
) -> list[WishFound]:
    """Each wish with the clauses around it that belong to no other, so that no words stand in two wishes."""
    anchors = [piece for piece in pieces if piece is first or piece in others or piece in foreign]
    found: list[WishFound] = []
    for before, anchor, following in zip([None, *anchors[:-1]], anchors, [*anchors[1:], None], strict=True):
        excerpt = _excerpt_of(anchor, words)
        is_inside = before is not None and before.seq == anchor.seq
        start = _begin(anchor, before, pieces) if is_inside and before is not None else excerpt.start
        is_followed = following is not None and following.seq == anchor.seq
        end = _begin(following, anchor, pieces) if is_followed and following is not None else excerpt.end
        placed = replace(anchor, start=start, end=end)
        found.append(_unsupported(placed) if anchor in foreign else _found(head, anchor.reading, placed))
    return found


def _displaced(anchors: Sequence[_Piece], pieces: Sequence[_Piece]) -> list[_Piece]:
    """Clear requests that stand among the words of another wish: "return A, cancel B, and return C" is three.

    A wish is one stretch of words, so the last of them belongs to none; it must neither be lost nor read as B's.
    """
    found: list[_Piece] = []
    for piece in pieces:
        if piece in anchors or not piece.asks or piece.reading.max() < SECOND:
            continue
        before = [it for it in anchors if it.seq == piece.seq and it.start < piece.start]
        after = [it for it in anchors if it.seq == piece.seq and it.start > piece.start]
        around = [*before[-1:], *after[:1]]
        if piece.best in {it.best for it in anchors} and piece.best not in {it.best for it in around}:
            found.append(piece)
    return found


def _begin(anchor: _Piece, before: _Piece, pieces: Sequence[_Piece]) -> int:
    """Where a wish's words begin: at the first clause behind the wish before it that asks for the same."""
    between = (it for it in pieces if it.seq == anchor.seq and before.start < it.start < anchor.start)
    same = (it.start for it in between if it.best == anchor.best and it.asks and it.reading.max() >= SUPPORT)
    return min(same, default=anchor.start)


def _found(head: IntentHead, reading: Matrix, place: _Piece) -> WishFound:
    order = [int(at) for at in np.argsort(-reading, kind="stable")[:_MOST_RANKED]]
    ranked = tuple(
        RankedIntent(intent=head.intents[at], confidence=round(1000 * float(reading[at])))
        for at in order
        if reading[at] >= _LEAST
    )
    return WishFound(ranked=ranked, seq=place.seq, start=place.start, end=place.end)


def _unsupported(place: _Piece) -> WishFound:
    """A request beside a wish that none of our intents clearly is: it goes to a person rather than nowhere."""
    confidence = max(SECOND, 1 - float(place.reading.max()))
    ranked = (RankedIntent(intent=OUT_OF_SCOPE, confidence=round(1000 * confidence)),)
    return WishFound(ranked=ranked, seq=place.seq, start=place.start, end=place.end)


def _excerpt_of(piece: _Piece, words: Sequence[Excerpt]) -> Excerpt:
    return next(it for it in words if it.seq == piece.seq and it.start <= piece.start < it.end)
