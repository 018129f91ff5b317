"""Changing one thing in a passage, by rule: the copy then contradicts what it was copied from."""

import re
from collections.abc import Callable
from random import Random

from domain.conflict import ConflictKind

#: Takes a line and a source of chance; returns the line with one thing changed, or None if there is nothing to change.
Change = Callable[[str, Random], str | None]

_AMOUNT = re.compile(r"(?<![\w])\$(?P<number>\d{1,3}(?:,\d{3})*(?:\.\d+)?)")
_DURATION = re.compile(
    r"\b(?P<number>\d{1,3})(?P<unit>(?:[ -](?:business|calendar))?[ -](?:day|hour|month|week|year|minute)s?)\b"
)
_DATE = re.compile(
    r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b|\b(?P<hour>\d{1,2}):(?P<minute>\d{2})(?= ?[AP]M)"
)
_NUMBER = re.compile(
    r"(?<![\w$.,-])(?P<number>\d{1,3}(?:\.\d+)?)(?P<unit>%| (?:times|cards|accounts|transfers|users|points))"
)
_IS_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s")
_FACTORS = (2, 3, 0.5, 1.5, 4)

_NEGATIONS: tuple[tuple[str, str], ...] = (
    (r"\bcannot\b", "can"),
    (r"\bcan\b(?! not|not)", "cannot"),
    (r"\b(do|does) not (?=\w)", ""),
    (r"\b(is|are) not\b", r"\1"),
    (r"\bmust not\b", "must"),
    (r"\bmust\b(?! not)", "must not"),
    (r"\bwill not\b", "will"),
    (r"\bwill\b(?! not)", "will not"),
    (r"\b(is|are)\b(?! not)(?= \w+)", r"\1 not"),
    (r"\bmay\b(?! not)", "may not"),
    (r"(?<=: )Yes\b", "No"),
    (r"(?<=: )No\b(?=\W*$)", "Yes"),
    (r"(?<=\| )Yes\b", "No"),
    (r"(?<=\| )No\b(?= \|)", "Yes"),
    (r"\balways\b", "never"),
    (r"\bnever\b", "always"),
    (r"\beligible\b", "ineligible"),
    (r"\bnot required\b", "required"),
    (r"\bavailable\b", "unavailable"),
)
_PEOPLE = "(?:member|customer|client|cardholder|tier)"
_WHOM: tuple[tuple[str, str], ...] = (
    (r"\bnew (customer|cardholder|applicant|member|account holder)", r"existing \1"),
    (r"\bexisting (customer|cardholder|applicant|member|account holder)", r"new \1"),
    (r"\b[Bb]usiness (?=customer|client|owner|account|card|applicant|member)", "personal "),
    (r"\b[Pp]ersonal (?=customer|client|account|card|applicant|checking|savings)", "business "),
    (r"\bstudents?\b", "seniors"),
    (r"\bseniors?\b", "students"),
    (rf"\bGold\b(?= {_PEOPLE})", "Platinum"),
    (rf"\bSilver\b(?= {_PEOPLE})", "Gold"),
    (rf"\bPlatinum\b(?= {_PEOPLE})", "Silver"),
    (r"\bminors?\b", "adults"),
    (r"\badmins?\b", "viewers"),
    (r"\bverified\b", "unverified"),
    (r"\bat least (1[68]|21|65)(?= years)", "at least 25"),
    (r"\bprimary (?=cardholder|account holder|user|owner)", "authorized "),
    (r"\b(1[38]|17|21|65)(?=(?: years|\+| or older))", "30"),
    (r"\bchecking (?=account holder|customer)", "savings "),
)
_SAYS_WHO = re.compile(
    r"eligib|qualif|only|must be|available to|require|limited to|open to"
    r"|for (?:new|existing|students|seniors|business|personal|\w+ members)",
    re.IGNORECASE,
)


def _scaled(pattern: re.Pattern[str]) -> Change:
    def change(line: str, random: Random) -> str | None:
        start = len(mark[0]) if (mark := _IS_LIST_NUMBER.match(line)) else 0
        found = [match for match in pattern.finditer(line, start) if float(match["number"].replace(",", "")) > 0]
        if not found:
            return None
        match = random.choice(found)
        value = float(match["number"].replace(",", "")) * random.choice(_FACTORS)
        is_cents = "." in match["number"] and pattern is not _DURATION
        number = f"{value:,.2f}" if is_cents else f"{max(1, round(value)):,}"
        if float(number.replace(",", "")) == float(match["number"].replace(",", "")):
            number = str(round(value) + 3)
        return line[: match.start("number")] + number + line[match.end("number") :]

    return change


def _date(line: str, random: Random) -> str | None:
    found = list(_DATE.finditer(line))
    if not found:
        return None
    match = random.choice(found)
    if match["hour"]:
        return f"{line[: match.start('hour')]}{int(match['hour']) % 12 + 1}{line[match.end('hour') :]}"
    day = f"{match['year']}-{int(match['month']) % 12 + 1:02d}-{match['day']}"
    return line[: match.start()] + day + line[match.end() :]


def _replaced(rules: tuple[tuple[str, str], ...], condition: re.Pattern[str] | None = None) -> Change:
    def change(line: str, random: Random) -> str | None:
        if condition is not None and not condition.search(line):
            return None
        fitting = [(pattern, by) for pattern, by in rules if re.search(pattern, line)]
        if not fitting or line.lstrip().startswith("#") or line.rstrip().endswith("?"):
            return None
        pattern, by = random.choice(fitting)
        return re.sub(pattern, by, line, count=1)

    return change


CHANGES: dict[ConflictKind, Change] = {
    ConflictKind.amount: _scaled(_AMOUNT),
    ConflictKind.duration: _scaled(_DURATION),
    ConflictKind.date: _date,
    ConflictKind.number: _scaled(_NUMBER),
    ConflictKind.negation: _replaced(_NEGATIONS),
    ConflictKind.eligibility: _replaced(_WHOM, _SAYS_WHO),
}


def changed(text: str, kind: ConflictKind, random: Random) -> str | None:
    """`text` with one thing of `kind` changed in one line chosen by chance; None where no line has any."""
    lines = text.splitlines()
    order = list(range(len(lines)))
    random.shuffle(order)
    for number in order:
        other = CHANGES[kind](lines[number], random)
        if other is not None and other != lines[number]:
            return "\n".join([*lines[:number], other, *lines[number + 1 :]])
    return None
