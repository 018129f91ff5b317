"""Statements: the sentences, list items and table rows of a passage, in a form that two of them can be compared in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from adapters.contradictions.quantities import Quantity, plain, take_quantities
from adapters.contradictions.words import ELIGIBLE, LIGHT_STEMS, NEGATIONS, OPPOSITES, PHRASES, STOP, WHO, canonical

_FENCE = re.compile(r"^\s*```")
_HEADING = re.compile(r"^\s*#{1,6}\s+(?P<heading>.*\S)\s*$")
_MARK = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)]|[a-z][.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}")
#: What begins a line of its own, what ends one, and from which length on a line may have been wrapped.
_STARTS = re.compile(r"\s*(?:[-*+•|#>]|\d{1,2}[.)]\s)")
_ENDS = re.compile(r"(?:[.!?:;|]|^\s*#.*)$")
_WRAPPED = 60
_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|\[(?=[^\]]*\]\()|\]\([^)]*\)|<[^>]+>")
_END = re.compile(r"(?<=[.!?;])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9$€£])|\s+(?:\u2014|--)\s+(?=[A-Z])")
_WORD = re.compile(r"[a-z][a-z0-9_'-]*[a-z0-9]|[a-z]")
#: What stands for a figure in a statement's words.
TAGS = frozenset({"qamount", "qduration", "qdate", "qnumber"})
#: From when a duration counts: "of delivery", "after the date of purchase". It tells no cases apart.
_ANCHOR = re.compile(
    r"(\bqduration) +(?:of|after|from|following|since|before) +(?:the |your |you |its |we )?"
    r"(?:date of |day of )?[\w-]+(?: date| it)?"
)
_ONLY = re.compile(r"\b(?:only|exclusively|solely)\b")
_ALL = re.compile(r"\b(?:all|any|every|everyone|everybody|anyone)\b")
_BOUNDS = {"atmost": "most", "maximum": "most", "atleast": "least", "minimum": "least"}
_OBLIGED, _ALLOWED = "must", "may"
_MODAL = {"must": _OBLIGED, "shall": _OBLIGED, "can": _ALLOWED, "may": _ALLOWED, "optional": _ALLOWED}


@dataclass(frozen=True)
class Statement:
    """One statement of a passage and what a comparison looks at."""

    text: str
    context: frozenset[str]  # stems of the heading and of the line that introduces its list
    words: tuple[str, ...]  # stems without stop words, figures as tags, in their order
    content: frozenset[str]
    quantities: tuple[Quantity, ...]
    denies: bool  # an odd number of negations and opposites
    modal: str | None
    always: bool | None  # always, never; None for neither
    bound: str | None  # "most", "least"
    is_only: bool
    is_for_all: bool
    is_about_who: bool

    @property
    def heavy(self) -> frozenset[str]:
        """The words that say what it is about."""
        return self.content - LIGHT_STEMS

    @property
    def who(self) -> frozenset[str]:
        """The words for whom it is."""
        return self.content & WHO.keys()


@lru_cache(maxsize=4096)
def statements_of(text: str, section: str = "") -> tuple[Statement, ...]:
    """Every statement of a passage; headings, empty lines and code say nothing by themselves."""
    return tuple(
        _statement(sentence, heading, lead)
        for sentence, heading, lead in _sentences(text, section)
        if any(character.isalpha() for character in sentence)
    )


def _sentences(text: str, section: str) -> Iterator[tuple[str, str, str]]:
    """Each sentence with the heading it stands under and the line that introduces its list."""
    heading, lead = section, ""
    header: list[str] = []
    for raw in _unwrapped(text):
        line = _MARKUP.sub("", raw).strip()
        if title := _HEADING.match(raw):
            heading, lead, header = title["heading"], "", []
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            yield from ((said, heading, lead) for said in _row(header, cells))
            header = header or cells
        elif line:
            header = []
            is_item, line = bool(_MARK.match(line)), _MARK.sub("", line)
            lead = lead if is_item or raw.startswith((" ", "\t")) else ""
            yield from ((sentence, heading, lead) for sentence in _END.split(line))
            if line.endswith(":"):
                lead = f"{lead} {line}" if is_item else line


def _row(header: list[str], cells: list[str]) -> Iterator[str]:
    """What a table's row says: of names and values the header says nothing more."""
    if header and len(cells) == 2:  # noqa: PLR2004 - a name and its value
        yield f"{cells[0]}: {cells[1]}"
    elif header:
        yield from (f"{cells[0]}, {name}: {cell}" for name, cell in zip(header[1:], cells[1:], strict=False))


def _unwrapped(text: str) -> Iterator[str]:
    """The lines of a Markdown text, without code and rules; a sentence that goes on in the next line is one line."""
    held, is_code = "", False
    for raw in (*text.splitlines(), ""):
        is_fence = bool(_FENCE.match(raw))
        is_code ^= is_fence
        goes_on = bool(held) and bool(raw.strip()) and not _STARTS.match(raw) and not _ENDS.search(held)
        if goes_on and not is_code and not is_fence and (raw.strip()[0].islower() or len(held) >= _WRAPPED):
            held = f"{held} {raw.strip()}"
            continue
        if held:
            yield held
        held = "" if is_code or is_fence or not raw.strip() or _TABLE_RULE.match(raw) else raw.rstrip()


def _statement(sentence: str, heading: str, lead: str) -> Statement:
    read = plain(sentence)
    for pattern, replacement in PHRASES:
        read = pattern.sub(replacement, read)
    tagged, quantities = take_quantities(read)
    said = _WORD.findall(_ANCHOR.sub(r"\1", tagged))
    words = tuple(_word(word) for word in said if word in OPPOSITES or word not in STOP)
    denials = sum(word in NEGATIONS or word in OPPOSITES for word in said)
    return Statement(
        text=sentence.strip(),
        context=_context(heading, lead),
        words=words,
        content=frozenset(words),
        quantities=quantities,
        denies=denials % 2 == 1,
        modal=next((_MODAL[word] for word in said if word in _MODAL), None),
        always=next((word == "always" for word in said if word in {"always", "never"}), None),
        bound=_bound(tagged),
        is_only=bool(_ONLY.search(read)),
        is_for_all=bool(_ALL.search(read)),
        is_about_who=bool(ELIGIBLE.search(sentence)),
    )


def _word(word: str) -> str:
    return word if word in TAGS else OPPOSITES.get(word) or canonical(word)


def _bound(tagged: str) -> str | None:
    """Whether its figure is the least or the most, if it is one of them."""
    found = {bound for word, bound in _BOUNDS.items() if word in tagged}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1024)
def _context(heading: str, lead: str) -> frozenset[str]:
    return stems_of(f"{heading} {lead}")


def stems_of(text: str) -> frozenset[str]:
    """The stems of a text's words, without stop words and figures."""
    return frozenset(canonical(word) for word in _WORD.findall(text.casefold()) if word not in STOP)
