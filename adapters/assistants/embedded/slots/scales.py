"""Comparisons named in a text: "a bigger one", "one size smaller", "500 pieces less", "the cheapest"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from adapters.assistants.embedded.slots.options import Options, option_names_said
from adapters.assistants.embedded.slots.tokens import Token, phrase

PRICE = "price"
_UNIT_SIZE = {"tb": 1000, "l": 1000, "k": 1000}  # in the smaller unit of the same kind: gb, ml, lines
_ORDERED = (
    ("xs", "s", "m", "l", "xl", "xxl"), ("small", "medium", "large"), ("portable", "medium", "large"),
    ("low", "medium", "high"), ("basic", "professional"), ("beginner", "intermediate", "expert"),
    ("light", "medium", "dark"), ("standard", "high back"),
)  # fmt: skip

#: Comparative -> direction and the options it may be about, the likeliest first; none: the option must be named.
_SIZES = ("size", "frame size", "screen size", "capacity", "room size", "diameter", "height", "length", "kit size")
_LENGTHS = ("length", "height", "size")
_COMPARATIVES: dict[str, tuple[int, tuple[str, ...]]] = {
    "bigger": (1, _SIZES), "larger": (1, _SIZES), "smaller": (-1, _SIZES), "longer": (1, _LENGTHS),
    "shorter": (-1, _LENGTHS), "taller": (1, ("height",)), "brighter": (1, ("brightness",)),
    "darker": (-1, ("brightness",)), "cheaper": (-1, (PRICE,)), "easier": (-1, ("difficulty level",)),
    "harder": (1, ("difficulty level",)), "heavier": (1, ("weight range", "weight")),
    "lighter": (-1, ("weight range", "weight")), "higher": (1, ()), "lower": (-1, ()), "more": (1, ()),
    "less": (-1, ()), "fewer": (-1, ()),
}  # fmt: skip
_SUPERLATIVES: dict[str, tuple[int, tuple[str, ...]]] = {
    "biggest": (1, _SIZES), "largest": (1, _SIZES), "smallest": (-1, _SIZES), "longest": (1, _LENGTHS),
    "shortest": (-1, _LENGTHS), "tallest": (1, ("height",)), "brightest": (1, ("brightness",)),
    "cheapest": (-1, (PRICE,)), "priciest": (1, (PRICE,)), "easiest": (-1, ("difficulty level",)),
    "hardest": (1, ("difficulty level",)), "highest": (1, ()), "lowest": (-1, ()), "most": (1, ()), "least": (-1, ()),
    "fewest": (-1, ()), "maximum": (1, ()), "max": (1, ()), "minimum": (-1, ()),
}  # fmt: skip
_STEPS: dict[str, Literal[1, -1]] = {"up": 1, "down": -1}  # "one size up"
_REACH = 4  # words between a comparison and the option it is about


@dataclass(frozen=True)
class Comparison:
    """One comparison: which option (or the price), up or down, and how far."""

    start: int
    end: int
    option: str
    direction: Literal[1, -1]
    how_far: Literal["any", "next", "most"] | float


def comparisons_said(tokens: tuple[Token, ...], options: Options) -> list[Comparison]:
    """The comparisons of a text with what the customer has, in order."""
    names = option_names_said(tokens, options)
    found: list[Comparison] = []
    for at, token in enumerate(tokens):
        for table, how_far in ((_COMPARATIVES, "any"), (_SUPERLATIVES, "most")):
            if token.text not in table:
                continue
            direction, likely = table[token.text]
            option, end = _option_meant(tokens, at, likely, options, names)
            if option is not None:
                turned = _is_lessened(tokens, at, option)
                sign: Literal[1, -1] = 1 if (direction > 0) != turned else -1
                far = "most" if how_far == "most" else _distance(tokens, at)
                found.append(Comparison(at, end, option, sign, far))
    return found + [
        Comparison(start, end + 1, option, _STEPS[tokens[end].text], "next")
        for start, end, option in names
        if end < len(tokens) and tokens[end].text in _STEPS
    ]


def price_order_said(tokens: Sequence[Token]) -> Literal[1, -1] | None:
    """Whether it says the more (1) or the less (-1) expensive of several."""
    texts = [token.text for token in tokens]
    if "cheaper" in texts or "cheapest" in texts:
        return -1
    for at, text in enumerate(texts):
        if text in {"expensive", "costly"} and at:
            return {"more": 1, "most": 1, "less": -1, "least": -1}.get(texts[at - 1])  # type: ignore[return-value]
    return 1 if {"pricier", "priciest", "dearer"} & set(texts) else None


def rank(value: str, among: frozenset[str]) -> float | None:
    """Where a value stands on its option's scale; None when the option has no order."""
    words = phrase(value)
    if words and words[0][0].isdigit():
        unit = words[1] if len(words) > 1 else ""
        return float(words[0]) * _UNIT_SIZE.get(unit, 1)
    if words[:1] == ("i",) and len(words) > 1 and words[1].isdigit():
        return float(words[1])
    name = " ".join(words)
    for scale in _ORDERED:
        if name in scale and all(" ".join(phrase(other)) in scale for other in among):
            return float(scale.index(name))
    return None


def satisfies(comparison: Comparison, now: str, then: str, among: frozenset[str]) -> bool:
    """Whether going from the value `now` to `then` is what a comparison asks for."""
    ranks = {value: place for value in among | {now, then} if (place := rank(value, among | {now})) is not None}
    if now not in ranks or then not in ranks:
        return False
    step = (ranks[then] - ranks[now]) * comparison.direction
    match comparison.how_far:
        case "any":
            return step > 0
        case "next":
            nearer = [place for place in ranks.values() if 0 < (place - ranks[now]) * comparison.direction < step]
            return step > 0 and not nearer
        case "most":
            return step >= 0 and all((place - ranks[then]) * comparison.direction <= 0 for place in ranks.values())
        case distance:
            return step == distance


def _option_meant(
    tokens: tuple[Token, ...],
    at: int,
    likely: tuple[str, ...],
    options: Mapping[str, frozenset[str]],
    names: list[tuple[int, int, str]],
) -> tuple[str | None, int]:
    """The option named close by, or else the first of the likely ones that the product has."""
    if at + 1 < len(tokens) and tokens[at + 1].text in {"expensive", "costly"}:
        return PRICE, at + 2
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if following in {"bright", "dark"}:
        return ("brightness" if "brightness" in options else None), at + 2
    near = [(start, end, option) for start, end, option in names if -_REACH <= start - at <= _REACH]
    after = [it for it in near if it[0] > at]
    if near and not likely:
        _, end, option = min(after or near, key=lambda it: abs(it[0] - at))
        return option, max(end, at + 1)
    option_likely = next((option for option in likely if option == PRICE or option in options), None)
    return option_likely, at + 1


def _is_lessened(tokens: tuple[Token, ...], at: int, option: str) -> bool:
    """Whether the word that follows turns the direction round: what is less dark is brighter."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return option == "brightness" and following == "dark"


def _distance(tokens: tuple[Token, ...], at: int) -> Literal["any", "next"] | float:
    """How far: "one size smaller" is the next value, "500 pieces less" a number, else any value that way."""
    before = [token.text for token in tokens[max(0, at - 3) : at]]
    if {"one", "size"} <= set(before) or {"slightly", "bit"} & set(before):
        return "next"
    around = [token.text for token in tokens[max(0, at - 2) : at + 1]]
    numbers = [float(text) for text in around if text.replace(".", "").isdigit()]
    return numbers[0] if len(numbers) == 1 else "any"
