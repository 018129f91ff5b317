"""What an article says of itself: title, language, audience, products, validity, review.

The same fields stand in the front matter of Markdown, in `<meta name="setright:…">` of HTML and in the columns of CSV.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from adapters.knowledge.parsed import MAX_TITLE_CHARS, Defaults, ItemProblem, Slug, Unreadable
from adapters.workspace.problems import FieldPath, unknown
from adapters.workspace.tenant import Locale
from adapters.workspace.yaml_reader import YamlFault, read_yaml
from domain.ids import Label
from domain.model import Model

_FENCE = "---"
_SPAN = re.compile(r"(?P<count>[1-9][0-9]{0,4})\s*d(?:ays?)?")
_MOST_LABELS = 20


def days_of(value: object) -> object:
    """`90d`, `90 days` or 90, as days."""
    if isinstance(value, str) and (match := _SPAN.fullmatch(value.strip())):
        return int(match["count"])
    return value


def _as_list(value: object) -> object:
    """One label, several with commas between them, or a list."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _as_locale(value: object) -> object:
    """`de_DE` and `DE-de` are `de-DE`; scripts and variants are left out, for search tells languages apart, no more."""
    if not isinstance(value, str):
        return value
    language, _, region = value.strip().replace("_", "-").partition("-")
    region = region.partition("-")[0]
    return language.lower() + (f"-{region.upper()}" if len(region) == 2 and region.isalpha() else "")  # noqa: PLR2004


Labels = Annotated[tuple[Label, ...], BeforeValidator(_as_list), Field(max_length=_MOST_LABELS)]
Days = Annotated[int, BeforeValidator(days_of), Field(ge=1, le=3650)]


class FrontMatter(Model):
    """The fields; all may be left out, and unknown ones belong to whoever else reads the file."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    title: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TITLE_CHARS)] | None = None
    slug: Slug | None = None
    language: Annotated[Locale, BeforeValidator(_as_locale)] | None = None
    audience: Labels | None = None
    products: Labels | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    updated: date | None = None
    reviewed: date | None = None
    fresh_for: Days | None = None

    @model_validator(mode="after")
    def _validity_is_a_span(self) -> "FrontMatter":
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until: lies before valid_from")
        return self

    def described(self, defaults: Defaults) -> dict[str, Any]:
        """The fields of a `ParsedArticle` that come from here, filled up from the source's defaults."""
        reviewed = max(filter(None, (self.reviewed, self.updated)), default=None)
        fresh_until = reviewed + timedelta(days=self.fresh_for) if reviewed and self.fresh_for else None
        return {
            "language": self.language or defaults.language,
            "audience": defaults.audience if self.audience is None else self.audience,
            "products": defaults.products if self.products is None else self.products,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "reviewed": reviewed,
            "fresh_until": fresh_until,
        }


def split_front(text: str) -> tuple[str | None, str, int]:
    """Return the YAML between two first lines of `---`, or None, then the body, and the line it begins at (from 1)."""
    lines = text.splitlines()
    stripped = [line.strip() for line in lines]
    if not stripped or stripped[0] != _FENCE or _FENCE not in stripped[1:]:
        return None, text, 1
    end = stripped.index(_FENCE, 1)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def read_front(item: str, yaml_text: str | None) -> tuple[FrontMatter, list[ItemProblem]]:
    """Read front matter; a field that looks like a slip of one of ours is a problem, the article goes on without it.

    Raises:
        Unreadable: it is no YAML, or a field of ours holds what it cannot.
    """
    if yaml_text is None:
        return FrontMatter(), []
    try:
        value, lines = read_yaml(yaml_text, 2)
    except YamlFault as fault:
        raise Unreadable(f"the front matter cannot be read: {fault.text}", fault.line) from None
    if value is None:
        return FrontMatter(), []
    if not isinstance(value, dict):
        raise Unreadable("the front matter must hold fields (`name: value`)", 2)
    return front_of(value, lines), slips(item, value, lines)


def front_of(value: dict[str, Any], lines: dict[FieldPath, int] | None = None, line: int = 1) -> FrontMatter:
    """Validate fields; raises Unreadable, which names the first wrong one and its line."""
    try:
        return FrontMatter.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        text = str(first["msg"]).removeprefix("Value error, ")
        raise Unreadable(f"{name}: {text}" if name else text, (lines or {}).get((name,), line)) from None


def slips(item: str, value: dict[str, Any], lines: dict[FieldPath, int]) -> list[ItemProblem]:
    """The fields that are not ours but look as if they were meant to be."""
    ours = set(FrontMatter.model_fields)
    told = [(name, unknown("field", name, ours)) for name in value if name not in ours]
    return [
        ItemProblem(item=item, line=lines.get((name,), 1), text=f"{text} It was passed over.", loses=False)
        for name, text in told
        if "did you mean" in text
    ]
