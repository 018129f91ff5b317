"""Checking a drafted reply: nothing in it that the evidence, the facts or a performed action do not carry.

The checks look for what can be checked without understanding: numbers, dates, amounts, ids, names, links, sentences
quoted from the knowledge base, claims to have done something, and what each sentence rests on. They never repair: a
finding means that the reply is not sent as it is.
"""

import contextlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from domain.claims import Ground, Sentence, comparable, is_quoted, read_claims
from domain.clauses import is_lent
from domain.deeds_told import Done, told_in
from domain.figures import figures_in
from domain.ids import Label
from domain.links import foreign_links, hosts_in
from domain.money import Money
from domain.support import SUPPORTED, sentences_of, support_score
from domain.template import show
from domain.text import strip_invisible
from domain.tone import tones_of
from domain.verification import OF_SOMETHING_ELSE, Claim, Finding, Verification

MAX_REPLY_CHARS = 6_000

_LINK = re.compile(
    r"(?:\b(?:https?:|ftp:|mailto:)|(?<![\w:/])//)[^\s<>()\"']+"  # with its scheme, or without one as in HTML
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.@/{-])(?:[\w-]+\.)+[^\W\d_]{2,24}(?![\w@}])(?:[/?#:][^\s<>()\"']*)?",  # what mail programs link
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Letters set apart, so that no word is seen: they are read together.
_SPELLED_OUT = re.compile(r"(?<!\w)(?:\w[\s.-]+){3,}\w(?!\w)")
#: A word with a capital inside a sentence of a language that writes only names so.
_NAME = re.compile(r"(?<=[\w,;'\u2019-] )[A-Z][a-z\u00df-\u00ff]+(?![\w])")
_NO_NAMES = frozenset(
    word.capitalize()
    for word in re.findall(
        r"\w+",
        "january february march april may june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday english german french spanish italian please thanks",
    )
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

_LIST_MARK = re.compile(r"^\d{1,2}\.\s", re.MULTILINE)


def check_reply(
    text: str,
    *,
    sources: Sequence[str] = (),
    facts_text: Sequence[str] | Callable[[], Sequence[str]] = (),
    quotes: Sequence[str] = (),
    allowed_links: Sequence[str] = (),
    performed: AbstractSet[Label] = frozenset(),
    paid: Sequence[Money] = (),
    ground: Ground | None = None,
) -> Verification:
    """Check a reply against what it may rest on.

    `sources` are the passages shown to the writer, `facts_text` the templates used and the facts they may name (made by
    `facts_text`; a function is asked only when a figure or name stands nowhere else), `quotes` the sentences it cites,
    `performed` the actions that succeeded, `paid` the amounts that went to the customer with them. `allowed_links` are
    links, hosts, or texts of the team's that hold some: their hosts may be linked to, and no others, whatever stands in
    a passage or a customer's record. With a `ground` every sentence must rest on something (see `domain/claims.py`),
    and those that the team did not write must use figures as one clause of a source does (`domain/clauses.py`), and be
    in its tone and in the customer's language.
    """
    if not text.strip():
        return Verification(findings=(Finding(check="empty"),))
    if len(text) > MAX_REPLY_CHARS:  # and not looked at any further: what costs time must be bounded
        return Verification(findings=(Finding(check="too_long", detail=str(len(text))),))
    findings: list[Finding] = []
    if strip_invisible(text) != text:
        findings.append(Finding(check="hidden_characters"))
    done = Done(performed, paid)
    sentences = read_claims(text, ground, done) if ground is not None else ()
    text = unicodedata.normalize("NFKC", strip_invisible(text))  # full-width letters and the like: as what they are
    text = _SPELLED_OUT.sub(lambda spelled: re.sub(r"[\s.-]", "", spelled[0]), text)
    known = _Known((*sources, *(ground.written if ground else ()), *allowed_links), facts_text)
    findings += _ungrounded_links(text, allowed_links)
    findings += _ungrounded_figures(text, known)
    findings += _ungrounded_quotes(quotes, sources)
    findings += _promises_not_done(text, sources, done, ground)
    findings += _unsupported(sentences)
    free = [sentence for sentence in sentences if not sentence.is_own]
    if free and ground is not None:
        findings += _lent_figures(free, sources, ground, known)
        findings += _out_of_tone(free, ground)
        if ground.is_spoken is not None and not ground.is_spoken("\n".join(sentence.text for sentence in free)):
            findings.append(Finding(check="wrong_language"))
        findings += _ungrounded_names(free, known) if ground.has_names else []
    findings += _foreign_addresses(text, known)
    return Verification(findings=tuple(findings), claims=_claims(sentences))


class _Known:
    """What figures and names may come from: the near texts first, and a thousand facts only if they are needed."""

    def __init__(self, near: Sequence[str], facts: Sequence[str] | Callable[[], Sequence[str]]) -> None:
        self._near = near
        self._facts = facts

    def near(self) -> str:
        # One text, read once. NUL is no part of any figure, so none spans two of them.
        return "\x00".join(dict.fromkeys(self._near))

    def facts(self) -> str:
        facts = self._facts() if callable(self._facts) else self._facts
        return "\x00".join(dict.fromkeys(facts))


def facts_text(facts: Any) -> list[str]:  # noqa: ANN401 - facts are JSON-like, of any depth
    """Every value of a facts mapping as text, both as it stands and as a template would write it."""
    texts: list[str] = []
    if isinstance(facts, Mapping):
        texts += [text for item in facts.values() for text in facts_text(item)]
    elif isinstance(facts, list | tuple):
        texts += [text for item in facts for text in facts_text(item)]
    elif facts is not None and not isinstance(facts, bool):
        texts.append(str(facts))
    if isinstance(facts, Mapping | str) or hasattr(facts, "year"):
        with contextlib.suppress(TypeError, ValueError):  # a record with no one way to be written: its parts are there
            texts.append(show(facts))
    return texts


def _ungrounded_links(text: str, allowed: Sequence[str]) -> list[Finding]:
    wrong = foreign_links(text, {host for source in allowed for host in hosts_in(source)})
    return [Finding(check="ungrounded_link", detail=str(wrong))] if wrong else []


def _ungrounded_figures(text: str, known: _Known) -> list[Finding]:
    text = _LIST_MARK.sub(" ", text)  # the "4." of the fourth choice is no figure
    said = figures_in(_LINK.sub(" ", text))
    unknown = said - figures_in(known.near()) if said else said
    unknown = unknown - figures_in(known.facts()) if unknown else unknown
    return [Finding(check="ungrounded_number", detail=kind) for kind in sorted({f.kind for f in unknown})]


def _lent_figures(free: Sequence[Sentence], sources: Sequence[str], ground: Ground, known: _Known) -> list[Finding]:
    """Figures that stand in the sources, but of something else than the sentence says them of."""
    near = (*ground.written, *(evidence.text for evidence in (*ground.cited, *ground.actions)))
    if not near:
        return []  # nothing is cited: no sentence has any support, and that is told
    lent = [it.text for it in free if is_lent(it.text, near, sources)]
    if lent and any(is_lent(text, near, sources, figures_in(known.facts())) for text in lent):
        return [Finding(check="ungrounded_number", detail=OF_SOMETHING_ELSE)]
    return []


def _ungrounded_names(free: Sequence[Sentence], known: _Known) -> list[Finding]:
    said = {name for sentence in free for name in _NAME.findall(sentence.text)} - _NO_NAMES
    unknown = _not_in(said, known.near()) if said else said
    unknown = _not_in(unknown, known.facts()) if unknown else unknown
    return [Finding(check="ungrounded_name", detail=str(len(unknown)))] if unknown else []


def _foreign_addresses(text: str, known: _Known) -> list[Finding]:
    """E-mail addresses that nobody gave us for this ticket, even at a host that may be linked to.

    Other customers' data cannot be listed, but most of it has a form: their orders' numbers are figures and their names
    names, which are looked for above.
    """
    said = _addresses(text)
    unknown = said - _addresses(known.near()) if said else said
    unknown = unknown - _addresses(known.facts()) if unknown else unknown
    return [Finding(check="foreign_data", detail=str(len(unknown)))] if unknown else []


def _addresses(text: str) -> set[str]:
    return {address.casefold() for address in _ADDRESS.findall(text)}


def _not_in(names: AbstractSet[str], text: str) -> set[str]:
    words = {word.casefold() for word in re.findall(r"[^\W_]+", text)}
    return {name for name in names if name.casefold() not in words}


def _unsupported(sentences: Sequence[Sentence]) -> list[Finding]:
    wrong = sum(1 for it in sentences if it.claim is not None and it.claim.supported_by is None)
    return [Finding(check="ungrounded_claim", detail=str(wrong))] if wrong else []


def _out_of_tone(free: Sequence[Sentence], ground: Ground) -> list[Finding]:
    given = "\n".join([*ground.written, *(evidence.text for evidence in ground.cited)])
    return [
        Finding(check="tone", detail=tone)
        for tone in sorted({tone for sentence in free for tone in tones_of(sentence.text, given)})
    ]


def _claims(sentences: Sequence[Sentence]) -> tuple[Claim, ...]:
    return tuple(it.claim for it in sentences if it.claim is not None)


def _ungrounded_quotes(quotes: Sequence[str], sources: Sequence[str]) -> list[Finding]:
    passages = [comparable(source) for source in sources]
    wrong = sum(1 for quote in quotes if not any(comparable(quote) in passage for passage in passages))
    return [Finding(check="ungrounded_claim", detail=str(wrong))] if wrong else []


def _promises_not_done(text: str, sources: Sequence[str], done: Done, ground: Ground | None) -> list[Finding]:
    """Deeds that neither the ledger shows nor, where they are only told, the team has written."""
    findings: list[Finding] = []
    for sentence in sentences_of(text):
        told = [it for it in told_in(sentence) if not done.proves(it.deed, sentence)]
        if not told or any(is_quoted(comparable(sentence), source) for source in sources):
            continue  # nothing, or the shop's own general words: no claim about this ticket
        is_ours = ground is None or _is_written(sentence, ground.written)
        findings += [Finding(check="promise_not_done", detail=it.deed) for it in told if it.is_claimed or not is_ours]
    return findings


def _is_written(sentence: str, written: Sequence[str]) -> bool:
    """Whether the team's paragraphs say it, in these words or others."""
    return any(
        comparable(sentence) in comparable(paragraph) or support_score(sentence, paragraph) >= SUPPORTED
        for paragraph in written
    )
