"""How people read an argument: what is restated to the customer and shown to an approver."""

from collections.abc import Iterable

from domain.customer import OrderLine, Variant


def line(item: OrderLine) -> str:
    """An order line: "2 x Coffee Mug (blue)"."""
    pieces = f"{item.quantity} x " if item.quantity > 1 else ""
    return f"{pieces}{item.title}{_options(item.options)}"


def lines(items: Iterable[OrderLine]) -> str:
    """Several order lines, as a sentence lists them."""
    return listed(line(item) for item in items)


def pair(item: OrderLine, wanted: Variant) -> str:
    """An order line and all of what is wanted instead: "Shoes (42, red) → size 43, color red".

    What stays as it is stands there too: it may not be what the customer asked for, and a yes is to the whole.
    """
    options = ", ".join(f"{name} {value}" for name, value in wanted.options.items())
    return f"{line(item)} → {options}"


def pairs(items: Iterable[tuple[OrderLine, Variant]]) -> str:
    """Several exchanges, as a sentence lists them."""
    return listed(pair(item, wanted) for item, wanted in items)


def label(value: str) -> str:
    """A choice without the underscores of its label."""
    return value.replace("_", " ")


def listed(parts: Iterable[str]) -> str:
    """Parts joined with commas and "and"."""
    *most, last = list(parts)
    return f"{', '.join(most)} and {last}" if most else last


def _options(options: dict[str, str]) -> str:
    return f" ({', '.join(options.values())})" if options else ""
