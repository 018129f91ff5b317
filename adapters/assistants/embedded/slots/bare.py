"""Numbers and letters that stand alone where a customer says what they want: "a black 43", "44 black", "for an L".

Elsewhere a lone number says nothing, for it may count or measure anything. Where the wish stands it is a value of the
one option that has it; where no option has it, or several have, the wish is heard and not understood.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.assistants.embedded.slots.options import Options, OptionSaid, needs_name
from adapters.assistants.embedded.slots.tokens import Token, phrase

#: What a number before one of these measures is no value of an option: "in 2 weeks", "44 euros".
_MEASURED = frozenset({
    "day", "week", "month", "year", "hour", "minute", "time", "am", "pm", "o'clock", "%", "percent", "euro", "eur", "€",
    "$", "£", "dollar", "usd", "gbp", "cent", "pair", "piece", "item", "order", "st", "nd", "rd", "th",
})  # fmt: skip
#: What a number after one of these is: money, a reference, a day.
_REFERRED = frozenset({"€", "$", "£", "eur", "order", "number", "no", "nr", "#", "within", "only", "on"})
#: A size that a shop does not have lies near those it has: 45 beside 40 to 44, and not 2 or 10051.
_NEAR = 2


@dataclass(frozen=True)
class BareSaid:
    """The values that lone numbers and letters name, and whether one of them may be a value and is not understood."""

    said: tuple[OptionSaid, ...] = ()
    is_unread: bool = False


def bare_said(tokens: tuple[Token, ...], options: Options, taken: Iterable[tuple[int, int]]) -> BareSaid:
    """Read the lone numbers and letters of a wish; `taken` are the places, by token, that mean something already."""
    spans = tuple(taken)
    said: list[OptionSaid] = []
    is_unread = False
    for at, token in enumerate(tokens):
        if not needs_name((token.text,)) or any(start <= at < end for start, end in spans):
            continue
        if _is_plural(tokens, at) or _is_something_else(tokens, at):
            continue
        meant = list(_values(token.text, options))
        if len(meant) == 1:
            said.append(OptionSaid(at, at + 1, *meant[0]))
        else:
            is_unread = is_unread or len(meant) > 1 or _is_near(token.text, options)
    return BareSaid(tuple(said), is_unread)


def _values(word: str, options: Options) -> Iterator[tuple[str, str]]:
    """The options that have this value, or one value that begins with this number: "40" for "40 l"."""
    for option, values in options.items():
        exact = [value for value in values if phrase(value) == (word,)]
        measures = [value for value in values if (words := phrase(value))[:1] == (word,) and len(words) > 1]
        if exact or (len(measures) == 1 and word[0].isdigit()):
            yield option, (exact or measures)[0]


def _is_near(word: str, options: Options) -> bool:
    """Whether it could be a value of an option whose values are numbers."""
    number = _number(word)
    for values in options.values():
        known = [it for value in values if len(phrase(value)) == 1 and (it := _number(phrase(value)[0])) is not None]
        if number is not None and len(known) == len(values) and min(known) / _NEAR <= number <= max(known) * _NEAR:
            return True
    return False


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _is_plural(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether an "s" only ends the number before it: "black 44s"."""
    return tokens[at].text == "s" and at > 0 and tokens[at - 1].is_number and tokens[at - 1].end == tokens[at].start


def _is_something_else(tokens: tuple[Token, ...], at: int) -> bool:
    before = tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return tokens[at].is_number and (before in _REFERRED or after in _MEASURED)
