"""Claim by claim: what each sentence of a draft rests on.

A sentence may be the team's own (a template as it is filled, a passage quoted), which is support enough. Any other is
supported by a *cited* passage, by a template of this reply in other words, or by an action of this ticket in the
ledger. What was done for this ticket no passage knows: only a template or the action itself supports it. Greetings,
thanks, sympathy, offers and questions claim nothing unless they tell of such a deed; they are checked for figures,
links and tone as everything is. Judged by words alone (`domain/support.py`), so nothing here can be talked into
anything.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from domain.deeds_told import Done, told_in
from domain.figures import without_figures
from domain.ids import ActionId
from domain.support import SUPPORTED, covered, sentences_of, support_score
from domain.verification import Claim

_MARKUP = re.compile(r"[*_`#>|]+")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?]+[\"')\]]*(?=\s)|(?=\n)|$)")
_LIST_MARK = re.compile(r"^(?:[-•]|\d{1,2}[.)])\s+")
#: Sentences that claim nothing. Each must be the whole sentence, so that no claim hides behind a greeting.
_SAYS_NOTHING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|liebe[r]?)"
    r"(?: there| again)?(?:,? (?:mr|mrs|ms|herr|frau)\.?)?(?:,? [^\W\d_]+){0,2}[,!.]*"
    r"|(?:many |thank you|thanks|vielen dank|danke)(?: thanks)?(?: (?:so|very) much| a lot)?"
    r"(?: (?:for|für|dass) [^,;:.!?\d]{1,60})?[,!.]*"
    r"|(?:i am|i'm|we are|we're|so|very)? ?(?:very |really |so |truly )?(?:sorry|we apologi[sz]e|i apologi[sz]e|"
    r"es tut (?:mir|uns) (?:sehr )?leid)(?: (?:to hear|about|for|that|für|dass|zu hören)[^,;:.!?\d]{0,60})?[,!.]*"
    r"|(?:i|we) (?:fully |completely )?understand (?:how|that|your|why)[^,;:.!?\d]{1,60}[,!.]*"
    r"|(?:please )?(?:let (?:me|us) know|feel free to (?:write|reply|ask|contact us)|just reply|reply to this message)"
    r"[^;:.!?\d]{0,70}[,!.]*"
    r"|(?:(?:kind|best|warm) regards|best wishes|sincerely|have a (?:nice|good|great|lovely) day"
    r"|(?:mit )?(?:freundliche[n]?|beste[n]?|viele[n]?) grüße[n]?)(?:,? [^\W\d_]+){0,3}[,!.]*",
    re.IGNORECASE,
)
_COVERED_BY_ACTION = 600  # thousandths of a sentence's content words that an action's own words must make up


@dataclass(frozen=True)
class Evidence:
    """A passage that the draft cites, or an action of this ticket that took effect, as words."""

    text: str
    passage_id: int | None = None
    action_id: ActionId | None = None


@dataclass(frozen=True)
class Ground:
    """All that a draft may rest on.

    `written` are the team's paragraphs as they are filled for this reply, `quotable` the passages shown to the writer,
    by id, `cited` those that the draft cites, `actions` the ticket's actions that took effect. `is_spoken` tells
    whether a text is in the customer's language, as far as one can tell, and `has_names` whether a capital inside a
    sentence means a name there.
    """

    written: Sequence[str] = ()
    quotable: Sequence[Evidence] = ()
    cited: Sequence[Evidence] = ()
    actions: Sequence[Evidence] = ()
    is_spoken: Callable[[str], bool] | None = None
    has_names: bool = True


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft: where it stands, and what was found out about it."""

    text: str
    start: int
    end: int
    claim: Claim | None  # None: it claims nothing
    is_own: bool  # word for word the team's


def comparable(sentence: str) -> str:
    """A sentence without markup, case and spacing, so that a quotation can be found in its passage."""
    return " ".join(_MARKUP.sub(" ", unicodedata.normalize("NFKC", sentence)).casefold().split())


def read_claims(text: str, ground: Ground, done: Done | None = None) -> tuple[Sentence, ...]:
    """Every sentence of a draft, with what it rests on.

    `done` is what the ledger shows for the ticket; where it is not given, the words of the ground's actions are all
    that is known of it.
    """
    done = done or Done(frozenset(evidence.text for evidence in ground.actions))
    written = [comparable(paragraph) for paragraph in ground.written]
    quotable = [(comparable(it.text), it) for it in ground.quotable]
    read: list[Sentence] = []
    number = 0
    for start, end in _places(text):
        words = text[start:end]
        claim, is_own = _supported(words, written, quotable, ground, done)
        if claim is not None:
            number += 1
            claim = claim.model_copy(update={"number": number, "start": start, "end": end})
        read.append(Sentence(text=words, start=start, end=end, claim=claim, is_own=is_own))
    return tuple(read)


def _places(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        words = match[0].strip()
        if any(character.isalnum() for character in words):
            start = match.start() + match[0].index(words)
            yield start, start + len(words)


def _supported(
    words: str, written: Sequence[str], quotable: Sequence[tuple[str, Evidence]], ground: Ground, done: Done
) -> tuple[Claim | None, bool]:
    said, told = comparable(words), told_in(words)
    if any(said in paragraph for paragraph in written):
        return _claim(supported_by="template", score=1000), True
    for passage, evidence in quotable:
        # "The order is cancelled" must not be cut out of "If the order is cancelled, ...".
        if (not told and said in passage) or is_quoted(said, evidence.text):
            return _claim(supported_by="passage", passage_id=evidence.passage_id, score=1000), True
    bare = _LIST_MARK.sub("", words).strip()
    if not told and (bare.endswith("?") or _SAYS_NOTHING.fullmatch(bare)):
        return None, False
    is_proven = all(done.proves(it.deed, words) for it in told)
    return _best(bare, ground, is_deed=bool(told), is_proven=is_proven), False


def _best(words: str, ground: Ground, *, is_deed: bool, is_proven: bool) -> Claim:
    """What supports a sentence in other words best; where nothing does well enough, only the best score is told."""
    rephrased = [
        *(
            _claim(supported_by="passage", passage_id=it.passage_id, score=support_score(words, it.text))
            for it in ground.cited
            if is_proven
        ),
        *(_claim(supported_by="template", score=support_score(words, paragraph)) for paragraph in ground.written),
    ]
    best = max(rephrased, key=lambda claim: claim.score, default=_claim())
    if best.score >= SUPPORTED:
        return best
    # Of a deed that is proven, the amount proven with it counts among the words; of anything else no figure does.
    counted = words if is_deed else without_figures(words)
    for evidence in ground.actions if is_proven else ():
        score = covered(counted, evidence.text)
        if score >= _COVERED_BY_ACTION:
            return _claim(supported_by="action", action_id=evidence.action_id, score=score)
    return _claim(score=best.score)


def _claim(**about: object) -> Claim:
    return Claim.model_validate({"number": 0, "start": 0, "end": 0} | about)


def is_quoted(said: str, passage: str) -> bool:
    """Whether comparable words are whole lines and sentences of a passage one after another.

    List items end without a full stop.
    """
    units = {comparable(_LIST_MARK.sub("", sentence)) for sentence in sentences_of(passage)} - {""}
    rest = said
    while rest:
        unit = max((it for it in units if rest == it or rest.startswith(f"{it} ")), key=len, default="")
        if not unit:
            return False
        rest = rest[len(unit) :].lstrip()
    return True
