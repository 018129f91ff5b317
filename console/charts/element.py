"""SVG and HTML elements as safe text: attributes and children are escaped, looks come from classes alone."""

from markupsafe import Markup, escape

Child = Markup | str
Attribute = str | float | None


def element(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """One element; `class_` and `aria_label` become `class` and `aria-label`, an attribute of None is left out."""
    given = Markup("").join(
        Markup(' {}="{}"').format(_name(name), _number(value))
        for name, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{tag}{given}>{inner}</{tag}>").format(tag=tag, given=given, inner=inner)


def linked(href: str | None, says: str, *children: Child) -> Markup:
    """Children that lead somewhere, with a tooltip, which is also the link's name; without an address they keep it."""
    told = (element("title", says), *children)
    return element("g", *told) if href is None else element("a", *told, href=href)


def _name(name: str) -> str:
    # SVG spells viewBox so, HTML and ARIA have dashes.
    return name.rstrip("_").replace("_", "-")


def _number(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
