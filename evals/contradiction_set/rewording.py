"""Saying the same in other words, by rule: reordered, with synonyms, formatted otherwise, with numbers spelled out.

The synonyms are this file's own: it knows nothing of the ones that the detector knows.
"""

import re
from collections.abc import Callable
from random import Random

Rewording = Callable[[str, Random], str]

_SYNONYMS: tuple[tuple[str, str], ...] = (
    (r"\bcustomers\b", "clients"),
    (r"\bpurchases\b", "orders"),
    (r"\breceive\b", "get"),
    (r"\badditional\b", "extra"),
    (r"\bensure\b", "make sure"),
    (r"\bobtain\b", "get"),
    (r"\bselect\b", "choose"),
    (r"\bassist\b", "help"),
    (r"\bimmediately\b", "right away"),
    (r"\brequest\b", "ask for"),
    (r"\bmust\b(?! not)", "have to"),
    (r"\bcannot\b", "can't"),
    (r"\bdo not\b", "don't"),
    (r"\bis not\b", "isn't"),
    (r"\bare not\b", "aren't"),
    (r"\bwill not\b", "won't"),
    (r"\bdoes not\b", "doesn't"),
    (r"\bup to\b", "at most"),
    (r"\bat least\b", "no less than"),
    (r"\bmaximum\b", "max"),
    (r"\bminimum\b", "min"),
    (r"\bprovided\b", "supplied"),
    (r"\bprior to\b", "before"),
    (r"\bcomplete\b", "finish"),
    (r"\bapproximately\b", "about"),
    (r"\bper month\b", "each month"),
    (r"\bper year\b", "a year"),
    (r"\bverify\b", "confirm"),
    (r"\bmonitor\b", "watch"),
    (r"\bfee\b", "charge"),
    (r"\bfees\b", "charges"),
    (r"\bcontact\b", "get in touch with"),
    (r"\bincludes\b", "comes with"),
    (r"\btypically\b", "usually"),
    (r"\bcurrently\b", "now"),
    (r"\bYou can\b", "You are able to"),
)
_WORDS = {
    1: "one",
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    11: "eleven",
    12: "twelve",
    14: "fourteen",
    15: "fifteen",
    20: "twenty",
    30: "thirty",
    60: "sixty",
    90: "ninety",
}
_SPELLABLE = re.compile(
    r"(?<![\w$.,-])(\d{1,2})(?= (?:business |calendar )?(?:day|month|year|hour|week|account|card|time)s?\b)"
)
_CURRENCY = re.compile(r"\$(\d{1,3}(?:,\d{3})*)(\.\d+)?")
_UNITS = (
    (r"\b14 days\b", "2 weeks"),
    (r"\b7 days\b", "one week"),
    (r"\b24 hours\b", "one day"),
    (r"\b12 months\b", "one year"),
    (r"\b48 hours\b", "2 days"),
    (r"\b24 months\b", "two years"),
    (r"\b72 hours\b", "three days"),
)


def _reordered(text: str, random: Random) -> str:
    lines = text.splitlines()
    runs: list[list[str]] = [[]]
    for line in lines:
        is_item = line.startswith(("- ", "* "))
        if runs[-1] and is_item != runs[-1][0].startswith(("- ", "* ")):
            runs.append([])
        runs[-1].append(line)
    for run in runs:
        if len(run) > 1 and run[0].startswith(("- ", "* ")):
            random.shuffle(run)
    return "\n".join(line for run in runs for line in run)


def _with_synonyms(text: str, random: Random) -> str:
    for pattern, by in _SYNONYMS:
        if random.random() < 0.7:  # noqa: PLR2004 - a writer varies some words, not all
            text = re.sub(pattern, by, text)
    return text


def _formatted(text: str, random: Random) -> str:
    bullet = random.choice(("* ", "+ ", "• "))
    text = re.sub(r"(?m)^- ", bullet, text)
    text = re.sub(r"(?m)^(\W*)([A-Z][\w ]{3,30}):(?= \S)", r"\1**\2**:", text)
    return re.sub(r"\n{2,}", "\n\n", text)


def _spelled_out(text: str, random: Random) -> str:
    del random
    return _SPELLABLE.sub(lambda match: _WORDS.get(int(match[1]), match[1]), text)


def _other_currency_form(text: str, random: Random) -> str:
    form = random.choice(("USD {}", "{} dollars", "${}"))

    def written(match: re.Match[str]) -> str:
        cents = match[2] or ""
        cents = "" if cents == ".00" else cents or (".00" if form == "${}" else "")
        return form.format(match[1].replace(",", "") + cents)

    return _CURRENCY.sub(written, text)


def _other_units(text: str, random: Random) -> str:
    del random
    for pattern, by in _UNITS:
        text = re.sub(pattern, by, text)
    return text


REWORDINGS: tuple[Rewording, ...] = (
    _reordered,
    _with_synonyms,
    _formatted,
    _spelled_out,
    _other_currency_form,
    _other_units,
)


def reworded(text: str, random: Random) -> str:
    """`text` after one to three rewordings chosen by chance; the same text where none of them applies."""
    for rewording in random.sample(REWORDINGS, random.randint(1, 3)):
        text = rewording(text, random)
    return text
