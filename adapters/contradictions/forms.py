"""What figures look like in text, one expression for each kind; they are read in small letters and without grouping."""

import re
from decimal import Decimal

_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
ONES = {word: number for number, word in enumerate(_ONES.split())}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * number for number, word in enumerate(_TENS.split(), 2)}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "k": 1_000, "m": 1_000_000}
_WORD = "|".join(sorted((*ONES, *TENS), key=len, reverse=True))
SPELLED = re.compile(rf"\b(?:{_WORD}|hundred|thousand)(?:[ -](?:and )?(?:{_WORD}|hundred|thousand|million))*\b")
DOUBLED = re.compile(r"\b(\d+) ?\(\1\)")  # thirty (30) days
_N = r"\d{1,12}(?:\.\d{1,6})?"  # what is longer is no figure that anybody compares
GROUPED = re.compile(r"\d{1,3}(?:[,'\u2019]\d{3})+(?!\d)")
SCALED = re.compile(rf"(?<![\w.])({_N}) ?(k|m|thousand|million)\b")
_RANGE = r"(?: ?(?:-|\u2013|to|or|and) ?)"

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
CURRENCIES = {
    "dollar": "USD",
    "buck": "USD",
    "usd": "USD",
    "euro": "EUR",
    "eur": "EUR",
    "pound": "GBP",
    "gbp": "GBP",
    "yen": "JPY",
    "jpy": "JPY",
    "franc": "CHF",
    "chf": "CHF",
}
_CURRENCY = "dollars?|bucks?|usd|euros?|eur|pounds?|gbp|yen|jpy|francs?|chf"
AMOUNT = re.compile(
    rf"(?:us)?(?P<sign>[€$£¥]) ?(?P<a>{_N})(?: ?(?:{_CURRENCY})\b)?"
    rf"|\b(?P<code>usd|eur|gbp|jpy|chf) ?(?P<b>{_N})(?: ?dollars?\b)?"
    rf"|(?<![\w.])(?P<c>{_N}) ?(?:(?P<after>[€$£¥])|us (?=dollar)|)(?P<name>(?:{_CURRENCY})\b)?"
)

HOURS = {
    "second": Decimal(1) / 3600,
    "minute": Decimal(1) / 60,
    "hour": Decimal(1),
    "day": Decimal(24),
    "night": Decimal(24),
    "week": Decimal(168),
    "month": Decimal(730),
    "quarter": Decimal(2190),
    "year": Decimal(8760),
}
SHORT_UNITS = {"sec": "second", "min": "minute", "hr": "hour", "yr": "year"}
_UNIT = r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|quarters?|years?|yrs?"
DURATION = re.compile(
    rf"(?<![\w.$€£])(?P<low>{_N}|an?(?= (?:hour|day|week|month|year|full|whole)))(?:{_RANGE}(?P<high>{_N}))?[ -]?"
    r"(?:full |whole |consecutive |calendar )?(?P<business>(?:business|working|bank|banking)[ -])?"
    rf"(?P<unit>{_UNIT})\b(?![ -]olds?\b)"
)
PERCENT = re.compile(rf"(?<![\w.])({_N})(?: ?%|[ -]?per ?cent\b)")
PERCENT_RANGE = re.compile(rf"(?<![\w.])({_N}){_RANGE}(?={_N} ?(?:%|per ?cent))")
COUNT = re.compile(rf"(?<![\w.-])({_N})(x\b)?(?![\w]|\.\d)")

TIME = re.compile(
    r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>[ap])\.?m\b\.?"
    r"|\b(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)\b"
)
ROUND_THE_CLOCK = re.compile(r"\b24 ?/ ?7\b|\b24x7\b")
WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b")
#: The month, not the verb; written "mmay" from there on.
MAY = re.compile(r"\bMay(?= \d)|(?<=\d )May\b|(?<=\d of )May\b|(?<=\dth )May\b")
_MONTHS = "january february march april mmay june july august september october november december"
MONTHS = {name[:length]: number for number, name in enumerate(_MONTHS.split(), 1) for length in (3, 4, len(name))}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DATE = re.compile(
    r"\b(?P<iso>\d{4}-\d{2}-\d{2})\b|\b(?P<us>\d{1,2}/\d{1,2}/\d{4})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\b\.?,?(?: (?P<year>\d{{4}}))?"
    rf"|\b(?P<month_first>{_MONTH})\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<year_after>\d{{4}})\b)?"
    rf"|\b(?P<only_month>{_MONTH}) (?P<only_year>(?:19|20)\d{{2}})\b"
)
