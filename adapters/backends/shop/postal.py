"""Reading a postal address out of a customer's words; unsure is no.

Two orders of parts are known: "12 Elm Street, Apt 4, Austin, TX 78701, USA" and "Lindenstr. 5, 10969 Berlin, Germany".
Anything that lacks a street with a number, a city or a postcode is incomplete: a parcel sent to a guess is lost.
"""

import re

from domain.customer import Address
from domain.errors import ActionRefused
from domain.model import Model

MOST_CHARACTERS = 300

_POSTCODE = r"(?=[A-Z0-9 -]*\d)[A-Z0-9]{2,5}(?:[ -][A-Z0-9]{2,4})?"
_REGION_POSTCODE = re.compile(rf"(?P<region>[A-Z]{{2}}|[A-Z][a-z]+(?: [A-Z][a-z]+)?) (?P<postcode>{_POSTCODE})")
_ONLY_POSTCODE = re.compile(rf"(?P<postcode>{_POSTCODE})")
_POSTCODE_CITY = re.compile(r"(?P<postcode>(?:[A-Z]{1,2}-)?\d[\dA-Z]{2,4}(?: [A-Z]{2})?) (?P<city>[^\d,]{2,})")
#: Last words that are a country, as it is stored; other last words are none.
_NAMES = (
    "Australia",
    "Austria",
    "Belgium",
    "Bulgaria",
    "Canada",
    "Croatia",
    "Cyprus",
    "Czechia",
    "Denmark",
    "Estonia",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Hungary",
    "Iceland",
    "Ireland",
    "Italy",
    "Latvia",
    "Lithuania",
    "Luxembourg",
    "Malta",
    "Netherlands",
    "New Zealand",
    "Norway",
    "Poland",
    "Portugal",
    "Romania",
    "Slovakia",
    "Slovenia",
    "Spain",
    "Sweden",
    "Switzerland",
    "United Kingdom",
    "USA",
)
_ALIASES = {
    "us": "USA",
    "united states": "USA",
    "united states of america": "USA",
    "uk": "United Kingdom",
    "great britain": "United Kingdom",
    "deutschland": "Germany",
    "österreich": "Austria",
    "the netherlands": "Netherlands",
}
_COUNTRIES = {name.casefold(): name for name in _NAMES} | _ALIASES


class Postal(Model):
    """A postal address without a handle."""

    line1: str
    line2: str = ""
    city: str
    region: str = ""
    postcode: str
    country: str

    @classmethod
    def of(cls, address: Address) -> "Postal":
        """The postal part of a record of the customer's."""
        return cls(**address.model_dump(exclude={"handle", "label", "former", "changes"}))

    def is_same_as(self, other: "Postal") -> bool:
        """Whether both name the same place, whatever the spelling of upper and lower case."""
        return self.folded() == other.folded()

    def folded(self) -> list[str]:
        """Its fields without regard to case and spaces, for comparing and for digests."""
        fields = (self.line1, self.line2, self.city, self.region, self.postcode, self.country)
        return [" ".join(field.casefold().split()) for field in fields]

    def one_line(self) -> str:
        """The address as one line, as `Address.one_line` gives it."""
        return Address(handle="address_0000000000", label="", **self.model_dump()).one_line()


def parse_address(text: str, country: str) -> Postal:
    """Read "line1, [line2,] city, [region] postcode[, country]" or "line1, [line2,] postcode city[, country]".

    `country` is taken where the text names none.

    Raises:
        ActionRefused: it is not certain what the address is ("address_incomplete").
    """
    parts = [" ".join(part.split()) for part in re.split(r"[,\n;]", text[: MOST_CHARACTERS + 1])]
    parts = [part.rstrip(".") for part in parts if part]
    found = _with_country(parts, country) if len(text) <= MOST_CHARACTERS else None
    if found is None:
        raise ActionRefused("The address is not complete.", code="address_incomplete")
    return found


def _with_country(parts: list[str], country: str) -> Postal | None:
    without = _read(parts, country)
    if without is not None:
        return without
    named = _COUNTRIES.get(parts[-1].casefold()) if parts else None
    return _read(parts[:-1], named) if named is not None else None


def _read(parts: list[str], country: str) -> Postal | None:
    """Read parts that end with the postcode or with "postcode city"."""
    if not parts:
        return None
    if match := _POSTCODE_CITY.fullmatch(parts[-1]):
        return _complete(parts[:-1], match["city"], "", match["postcode"], country)
    match = _REGION_POSTCODE.fullmatch(parts[-1]) or _ONLY_POSTCODE.fullmatch(parts[-1])
    if match is None or len(parts) < 2:  # noqa: PLR2004 - the city stands before the postcode
        return None
    region = match.groupdict().get("region") or ""
    before = parts[:-1]
    if not region and re.fullmatch(r"[A-Z]{2}", before[-1]):  # "Austin, TX, 78701"
        region, before = before[-1], before[:-1]
    elif len(region) > 2 and len(before) == 1:  # noqa: PLR2004 - "12 Elm Street, Austin 78701": longer than "TX"
        region, before = "", [*before, region]
    return _complete(before[:-1], before[-1] if before else "", region, match["postcode"], country)


def _complete(lines: list[str], city: str, region: str, postcode: str, country: str) -> Postal | None:
    is_city = len(city) > 1 and not any(char.isdigit() for char in city)
    if not 1 <= len(lines) <= 2 or not is_city or not any(char.isdigit() for char in lines[0]):  # noqa: PLR2004
        return None
    if not any(char.isalpha() for char in lines[0]):
        return None
    line2 = lines[1] if len(lines) > 1 else ""
    return Postal(line1=lines[0], line2=line2, city=city, region=region, postcode=postcode, country=country)
