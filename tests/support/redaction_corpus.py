"""Made-up personal data and look-alikes in support sentences, and how many of each the detectors find.

`python -m tests.support.redaction_corpus` prints the table. All of it is generated from a seed: nobody's data is in it.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits

from adapters.assistants.redaction.detectors import find, is_luhn

CARRIERS = (
    "Hello, {it} is what I have on file. Where is my order?",
    "Please use {it} from now on, thanks.",
    "I wrote to you before: {it}. Nobody answered!",
    "({it})",
    "Hi\n{it}\nplease help",
    "{it}",
)
_FIRST = ("Mara", "Yusuf", "Dan", "Aoife", "José", "Zoë", "Kwame", "Ivana", "Liang", "Sofía")
_LAST = ("Hoffmann", "Rossi", "O'Neill", "Walsh", "Ångström", "Nakamura", "Okafor", "Novak", "Santos", "Miller")
_STREETS = ("Maple", "Oak Hill", "Sunset", "Park", "Elm", "Cedar", "Hillcrest", "Lake View")
_KINDS = ("Drive", "Street", "Avenue", "Lane", "Road", "Boulevard", "street", "avenue", "Way", "Court")
_GERMAN = ("Zwetschgenweg", "Hauptstraße", "Lindengasse", "Bahnhofstrasse", "Schlossplatz", "Kastanienallee")
_IBANS = {"DE": 18, "AT": 16, "FR": 23, "GB": 18, "NL": 14, "ES": 20, "IT": 23, "NO": 11}


@dataclass(frozen=True)
class Score:
    """Of so many, so many were found; `what` is a kind of data or of look-alike."""

    what: str
    is_personal: bool
    shown: int
    found: int


def number(random: Random, length: int) -> str:
    """Some digits."""
    return "".join(random.choice(digits) for _ in range(length))


def grouped(text: str, random: Random, by: int) -> str:
    """The same in groups, or as one."""
    gap = random.choice(("", " ", "-") if by == 4 and text[0].isdigit() else ("", " "))
    return gap.join(text[at : at + by] for at in range(0, len(text), by))


def card(random: Random) -> str:
    """A number that passes Luhn's check, in an issuer's range."""
    start, length = random.choice((("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("37", 15), ("6011", 16)))
    body = start + number(random, length - len(start) - 1)
    return grouped(body + next(digit for digit in digits if is_luhn(body + digit)), random, 4)


def iban(random: Random) -> str:
    """An account number whose check digits hold (98 minus the remainder, ISO 13616-1)."""
    country, length = random.choice(sorted(_IBANS.items()))
    body = number(random, length)
    if country in {"GB", "NL"}:
        body = "".join(random.choice(ascii_uppercase) for _ in range(4)) + body[4:]
    remainder = int("".join(str(int(sign, 36)) for sign in f"{body}{country}00")) % 97
    whole = grouped(f"{country}{98 - remainder:02}{body}", random, 4)
    return whole if random.random() < 0.8 else whole.lower()


def phone(random: Random) -> str:
    """As people write them: with a country's code, with a trunk 0, North American, or after a cue."""
    local, end = number(random, 3), number(random, 4)
    return random.choice(
        (
            f"+43 664 {number(random, 7)}",
            f"+1 ({random.randint(201, 989)}) {local}-{end}",
            f"+4930{number(random, 7)}",
            f"0049 170 {number(random, 7)}",
            f"0664 {number(random, 7)}",
            f"0{random.randint(20, 99)}/{number(random, 7)}",
            f"({random.randint(201, 989)}) {local}-{end}",
            f"{random.randint(201, 989)}-{local}-{end}",
            f"{random.randint(201, 989)}.{local}.{end}",
            f"my phone number is {random.randint(2, 9)}{number(random, 9)}",
        )
    )


def email(random: Random) -> str:
    """An address."""
    name = f"{random.choice(_FIRST)}.{random.choice(_LAST)}".lower().replace("'", "")
    return (
        f"{name}{random.choice(('', '+shop', '_7'))}@{random.choice(('example.com', 'mail.example.co.uk', 'x-y.io'))}"
    )


def address(random: Random) -> str:
    """A street with its number."""
    if random.random() < 0.3:
        return f"{random.choice(_GERMAN)} {random.randint(1, 220)}{random.choice(('', 'a', 'b'))}"
    return f"{random.randint(1, 9999)} {random.choice(_STREETS)} {random.choice(_KINDS)}"


def name(random: Random) -> str:
    """A name behind a cue; without one, names are found where they are known."""
    whole = f"{random.choice(_FIRST)} {random.choice(_LAST)}"
    return random.choice(("My name is {}", "Kind regards, {}", "Regards\n{}", "Sincerely, {}")).format(whole)


def ip(random: Random) -> str:
    """An address on the internet."""
    if random.random() < 0.7:
        return ".".join(str(random.randint(1, 254)) for _ in range(4))
    return ":".join(f"{random.randint(1, 0xFFFF):x}" for _ in range(8))


def secret(random: Random) -> str:
    """A key or a password."""
    noise = "".join(random.choice(ascii_lowercase + digits) for _ in range(24))
    return random.choice((f"sk_live_{noise}", f"ghp_{noise}", f"srk_{noise}", f"password: {noise[:8]}7"))


PERSONAL: Mapping[str, Callable[[Random], str]] = {
    "card": card,
    "iban": iban,
    "phone": phone,
    "email": email,
    "address": address,
    "name": name,
    "ip": ip,
    "secret": secret,
}


def date(random: Random) -> str:
    """A date, as people write them."""
    day, month, year = random.randint(1, 28), random.randint(1, 12), random.randint(2024, 2027)
    return random.choice(
        (
            f"{year}-{month:02}-{day:02}",
            f"{day:02}.{month:02}.{year}",
            f"{month:02}/{day:02}/{year}",
            f"{day}. {month}. {year}",
            f"{day:02}-{month:02}-{year % 100:02}",
            f"{year}-{month:02}-{day:02}T{day:02}:30:00Z",
        )
    )


def order(random: Random) -> str:
    """An order's number, as shops write it."""
    seven = number(random, 7)
    return random.choice((f"#W{seven}", f"#{seven}", f"order {random.randint(10000, 99999)}", f"W{seven}"))


def tracking(random: Random) -> str:
    """A parcel's number: of UPS, FedEx, USPS, or the Universal Postal Union's form."""
    ten, nine = number(random, 10), number(random, 9)
    return random.choice((f"1Z999AA1{ten}", f"{random.randint(1, 9)}0{ten}", f"9400{ten}{nine[:8]}", f"RR{nine}CN"))


def amount(random: Random) -> str:
    """An amount of money."""
    three = number(random, 3)
    return random.choice((f"€{random.randint(1, 9)},{three}.00", f"${random.randint(1, 999)}.95", f"{three} EUR"))


def product(random: Random) -> str:
    """What a product is called or comes in."""
    return random.choice(
        ("iPhone 15 Pro Max", "64 GB memory card", "27-inch monitor, 144 Hz", "USB-C 3.1", "size 10.5")
    )


#: What is in every other ticket and is nobody's personal data.
LOOK_ALIKES: Mapping[str, Callable[[Random], str]] = {
    "order number": order,
    "item number": lambda random: f"item {random.randint(1, 9)}{number(random, 9)}",
    "invoice number": lambda random: f"INV-2026-{number(random, 4)}",
    "tracking number": tracking,
    "date": date,
    "amount": amount,
    "time": lambda random: f"{random.randint(0, 23):02}:{random.randint(0, 59):02}",
    "product": product,
    "handle": lambda random: f"order_{random.getrandbits(40):010x}",
    "16 random digits": lambda random: f"{random.randint(1, 9)}{number(random, 15)}",
}


def score(seed: int = 1, each: int = 300) -> list[Score]:
    """Show `each` of every kind and of every look-alike, and count what was found."""
    random = Random(seed)
    scores = []
    for what, make in {**PERSONAL, **LOOK_ALIKES}.items():
        found = 0
        for _ in range(each):
            text = random.choice(CARRIERS).format(it=make(random))
            kinds = Counter(it.kind for it in find(text))
            found += bool(kinds[what]) if what in PERSONAL else bool(kinds)
        scores.append(Score(what, what in PERSONAL, each, found))
    return scores


def main() -> None:
    """Print the table."""
    for line in score(each=2000):
        share = 100 * line.found / line.shown
        found = "found" if line.is_personal else "false alarms"
        sys.stdout.write(f"{line.what:18} {found:13} {share:5.1f} % of {line.shown}\n")


if __name__ == "__main__":
    main()
