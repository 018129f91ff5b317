"""Options named in a text: which values of a product's options it speaks of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from adapters.assistants.embedded.slots.tokens import SENTENCE_ENDS, SEPARATORS, Token, phrase

#: Option -> the values its variants have.
Options = Mapping[str, frozenset[str]]

#: What customers write for values the shop writes otherwise.
_ALIASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("xs",): ("xs", "extra small"), ("s",): ("small",), ("m",): ("medium", "medium sized"), ("l",): ("large",),
    ("xl",): ("extra large", "x large"), ("xxl",): ("double extra large", "2xl"),
    ("google", "assistant"): ("google home", "google"), ("amazon", "alexa"): ("alexa", "amazon"),
    ("apple", "homekit"): ("homekit", "apple"), ("stainless", "steel"): ("steel",), ("animal",): ("animals",),
    ("softshell",): ("soft", "soft shell"), ("hardshell",): ("hard", "hard shell"), ("wood",): ("wooden",),
    ("plastic",): ("plastics",), ("rechargeable",): ("chargeable",), ("ac", "adapter"): ("ac", "plug in"),
}  # fmt: skip
_NEGATIONS = frozenset({"no", "not", "non", "without", "isn't", "aren't", "never"})
_ENDS_WISH = SEPARATORS | {"instead", "please"}
_YES, _NO, _NONE = "yes", "no", "none"
_QUOTES = frozenset({"'", '"', "\u2018", "\u2019", "\u201c", "\u201d"})
_KEY_REACH = 6  # tokens that a key takes with its quotes
_LETTER_SIZES = frozenset({"s", "m", "l"})


@dataclass(frozen=True)
class OptionSaid:
    """A value named in the text: token indexes, the option and the value."""

    start: int
    end: int
    option: str
    value: str


def options_of(variants: Iterable[Mapping[str, str]]) -> Options:
    """Every option and the values it has among some variants."""
    values: dict[str, set[str]] = {}
    for variant in variants:
        for option, value in variant.items():
            values.setdefault(option, set()).add(value)
    return {option: frozenset(found) for option, found in values.items()}


def options_said(tokens: tuple[Token, ...], options: Options) -> list[OptionSaid]:
    """The values named in a text, in order, of two that overlap the longer."""
    hits = [hit for option, values in options.items() for value in values for hit in _hits(tokens, option, value)]
    kept: list[OptionSaid] = []
    for hit in sorted(hits, key=lambda it: (it.start - it.end, it.start, it.option, it.value)):
        overlaps = any(hit.start < other.end and other.start < hit.end for other in kept)
        if not overlaps and not _belongs_elsewhere(tokens, hit, options):
            kept.append(hit)
    return sorted(kept, key=lambda it: it.start)


def option_names_said(tokens: tuple[Token, ...], options: Options) -> list[tuple[int, int, str]]:
    """Where the options themselves are named: "the same color", "lower resolution"."""
    found: list[tuple[int, int, str]] = []
    for option in options:
        for form in _name_forms(option):
            found += [(at, at + len(form), option) for at in range(len(tokens)) if _stands_at(tokens, at, form)]
    return sorted(found)


def _name_forms(option: str) -> tuple[tuple[str, ...], ...]:
    words = phrase(option)
    return (words, words[-1:]) if len(words) > 1 else (words,)


def _hits(tokens: tuple[Token, ...], option: str, value: str) -> Iterator[OptionSaid]:
    if value in {_YES, _NO}:
        yield from _yes_no(tokens, option, value)
        return
    if value.casefold() == _NONE:
        yield from _without(tokens, option, value)
        return
    words = phrase(value)
    forms = {words, *(phrase(alias) for alias in _ALIASES.get(words, ())), *_short_forms(words)}
    for form in forms:
        for at in range(len(tokens) - len(form) + 1):
            if not _stands_at(tokens, at, form):
                continue
            hit = OptionSaid(at, at + len(form), option, value)
            is_clear = not needs_name(form) or _is_capital(tokens[at], form)
            if is_clear or _is_beside_name(tokens, hit, option) or _stands_alone(tokens, hit):
                yield hit


def _belongs_elsewhere(tokens: tuple[Token, ...], hit: OptionSaid, options: Options) -> bool:
    """Whether another option has this value too, and its name stands beside it: "high ventilation"."""
    rivals = (option for option, values in options.items() if option != hit.option and hit.value in values)
    return not _is_beside_name(tokens, hit, hit.option) and any(_is_beside_name(tokens, hit, it) for it in rivals)


def _short_forms(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The measure without what follows: "1TB" for "1TB SSD", "8 hours" stays whole."""
    return {words[:2]} if len(words) > 2 and words[0][0].isdigit() and not words[1][0].isdigit() else set()  # noqa: PLR2004


def _stands_at(tokens: tuple[Token, ...], at: int, form: tuple[str, ...]) -> bool:
    return bool(form) and tuple(token.text for token in tokens[at : at + len(form)]) == form


def needs_name(form: tuple[str, ...]) -> bool:
    """A lone number or letter says nothing by itself: "8" is a size only beside the word."""
    return len(form) == 1 and (form[0].replace(".", "").isdigit() or form[0] in _LETTER_SIZES)


def _is_capital(token: Token, form: tuple[str, ...]) -> bool:
    return form[0] in _LETTER_SIZES and token.raw.isupper()


def _stands_alone(tokens: tuple[Token, ...], hit: OptionSaid) -> bool:
    """Whether a number is the whole of what is wanted: "for a 42", "to 42 please", not "in 2 weeks"."""
    before = tokens[hit.start - 1].text if hit.start else ""
    after = tokens[hit.end].text if hit.end < len(tokens) else "."
    return before in {"a", "an"} or (before in {"to", "for", "into", "in"} and after in _ENDS_WISH)


def _is_beside_name(tokens: tuple[Token, ...], hit: OptionSaid, option: str) -> bool:
    around = {token.text for token in (*tokens[max(0, hit.start - 2) : hit.start], *tokens[hit.end : hit.end + 2])}
    around |= set(_key_before(tokens, hit.start))
    return any(word in around for word in phrase(option)) or ("size" in option and "sized" in around)


def _key_before(tokens: tuple[Token, ...], at: int) -> tuple[str, ...]:
    """The words of the key whose value begins at `at`, as a list of options is written: 'frame size': 'large'."""
    start = at
    while start > 0 and tokens[start - 1].text in _QUOTES:
        start -= 1
    if start == 0 or tokens[start - 1].text != ":":
        return ()
    words: list[str] = []
    for token in reversed(tokens[max(0, start - _KEY_REACH) : start - 1]):
        if token.text[0].isalnum():
            words.append(token.text)
        elif words:
            break
    return tuple(words)


def _value_after(tokens: tuple[Token, ...], at: int) -> str:
    """The first word of the value whose key ends at `at`; "" where no value follows."""
    following = [token.text for token in tokens[at : at + _KEY_REACH] if token.text not in _QUOTES]
    return following[1] if following[:1] == [":"] and len(following) > 1 else ""


def _yes_no(tokens: tuple[Token, ...], option: str, value: str) -> Iterator[OptionSaid]:
    """A feature that is there or not is named itself: "waterproof", "not waterproof", "water resistant"."""
    stem = phrase(option)
    for at in range(len(tokens) - len(stem) + 1):
        said = tuple(token.text for token in tokens[at : at + len(stem)])
        if said[:-1] != stem[:-1] or said[-1][:6] != stem[-1][:6]:
            continue
        is_denied = any(token.text in _NEGATIONS for token in _sentence_before(tokens, at, 3))
        told = _value_after(tokens, at + len(stem))
        if told in {_YES, _NO}:  # 'waterproof': 'no'
            is_denied = told == _NO
        if is_denied == (value == _NO):
            yield OptionSaid(at, at + len(stem), option, value)


def _without(tokens: tuple[Token, ...], option: str, value: str) -> Iterator[OptionSaid]:
    name = phrase(option)[-1:]
    for at in range(1, len(tokens)):
        if _stands_at(tokens, at, name) and tokens[at - 1].text in _NEGATIONS:
            yield OptionSaid(at - 1, at + 1, option, value)


def _sentence_before(tokens: tuple[Token, ...], at: int, reach: int) -> Iterator[Token]:
    for token in reversed(tokens[max(0, at - reach) : at]):
        if token.text in SENTENCE_ENDS or token.text == ",":
            return
        yield token
