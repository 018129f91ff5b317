"""The words that a comparison of two statements turns on: which mean the same, which are opposites, which tell cases apart.

English only, as the rest of the embedded understanding: statements in other languages are compared by their figures and
by equal words.
"""

import re

_PLURALS = (("ies", "y"), ("sses", "ss"), ("es", "e"), ("s", ""))
_VERB_ENDINGS = (("ing", ""), ("ed", ""))
_SHORTEST_STEM = 3

#: Phrases that are read as one word, in this order.
PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[\u2018\u2019]", "'"),
        (r"\bcan't\b|\bcan not\b", "cannot"),
        (r"\bwon't\b", "will not"),
        (r"(\w)n't\b", r"\1 not"),
        (r"\b(?:no|not) (?:more|later|longer|greater|higher) than\b|\b(?:do|does|must|may|should|cannot|can)(?: not)? exceed\b"
         r"|\bnot exceed(?:ing)?\b|\bat (?:the )?most\b|\bup to\b|\bor (?:less|fewer|under)\b|\bas (?:much|many) as\b", " atmost "),
        (r"\b(?:no|not) (?:less|fewer|lower|earlier|sooner) than\b|\bat least\b|\bor (?:more|over|older|above|higher)\b"
         r"|\bmeets? or exceeds?\b", " atleast "),
        (r"\b(?:exceeds?|exceeding|more than|longer than|greater than|over(?= [$€£\d]))\b", " atleast "),
        (r"\b(?:less|fewer|shorter|under|below) than\b", " atmost "),
        (r"\bnot only\b(?=.*\bbut\b)", "also"),
        (r"\bnot (?:yet|necessarily)\b", "not"),
        (r"\b(?:do|does|did) not (?:need|have) to\b|\bneed not\b|\b(?:is|are) not (?:required|obliged|necessary|needed)\b"
         r"|\bnot (?:required|necessary|mandatory|needed)\b|\bno need to\b", " optional "),
        (r"\b(?:ha(?:ve|s)|need|needs|required|obliged) to\b|\b(?:is|are) (?:required|mandatory|obligatory)\b", " must "),
        (r"\b(?:is|are) (?:able|allowed|permitted|free|entitled) to\b", " can "),
        (r"\b(?:is|are) (?:unable|forbidden|prohibited) (?:to|from)\b|\bmay not\b|\bmust not\b", " cannot "),
        (r"\bfree of charge\b|\bat no (?:extra |additional )?(?:cost|charge)\b|\bwithout (?:a )?(?:fee|charge)\b"
         r"|\bno (?:additional |extra )?(?:fee|charge|cost)s?\b", " free "),
        (r"\bper (?:year|annum)\b|\ba year\b|\beach year\b|\bevery year\b|\byearly\b|\bannual(?:ly)?\b", " peryear "),
        (r"\bper month\b|\ba month\b|\beach month\b|\bevery month\b|\bmonthly\b", " permonth "),
        (r"\bper week\b|\ba week\b|\beach week\b|\bevery week\b|\bweekly\b", " perweek "),
        (r"\bper day\b|\ba day\b|\beach day\b|\bevery day\b|\bdaily\b", " perday "),
        (r"\bsend(?:s|ing)? (?:\w+ )?back\b|\bsent back\b|\bgive back\b", "return"),
        (r"\b(?:pay|paid|pays) back\b|\bmoney back\b", "refund"),
        (r"\b(?:sign|log)(?:ging|ned)? (?:in|on)\b", "login"),
        (r"\bone(?: |-)?time\b", "onetime"),
        (r"\bout(?: |-)of(?: |-)network\b", "outnetwork"),
        (r"\bin(?: |-)network\b", "innetwork"),
    )
)  # fmt: skip

STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "from",
        "by",
        "with",
        "as",
        "and",
        "or",
        "if",
        "then",
        "than",
        "that",
        "this",
        "these",
        "those",
        "it",
        "its",
        "is",
        "are",
        "be",
        "been",
        "being",
        "was",
        "were",
        "will",
        "would",
        "shall",
        "should",
        "do",
        "does",
        "did",
        "has",
        "have",
        "had",
        "you",
        "your",
        "we",
        "our",
        "us",
        "they",
        "their",
        "them",
        "i",
        "my",
        "me",
        "he",
        "she",
        "his",
        "her",
        "there",
        "here",
        "which",
        "who",
        "whom",
        "whose",
        "what",
        "when",
        "where",
        "how",
        "why",
        "so",
        "such",
        "into",
        "onto",
        "per",
        "via",
        "within",
        "any",
        "each",
        "every",
        "all",
        "also",
        "just",
        "simply",
        "please",
        "note",
        "make",
        "sure",
        "ensure",
        "ensures",
        "ensured",
        "about",
        "upon",
        "once",
        "during",
        "while",
        "until",
        "yes",
        "may",
        "can",
        "could",
        "might",
        "must",
        "cannot",
        "optional",
        "not",
        "no",
        "never",
        "always",
        "only",
        "atmost",
        "atleast",
    ]
)

#: Words that carry little of what a statement is about: one more or less of them changes no case.
LIGHT = frozenset(
    [
        "get",
        "give",
        "take",
        "take",
        "keep",
        "use",
        "apply",
        "set",
        "allow",
        "offer",
        "provide",
        "include",
        "receive",
        "come",
        "go",
        "let",
        "need",
        "want",
        "help",
        "see",
        "find",
        "customer",
        "people",
        "person",
        "user",
        "member",
        "client",
        "buyer",
        "shopper",
        "holder",
        "everyone",
        "anyone",
        "somebody",
        "someone",
        "time",
        "period",
        "day",
        "date",
        "window",
        "limit",
        "total",
        "amount",
        "value",
        "number",
        "level",
        "rate",
        "current",
        "currently",
        "standard",
        "normal",
        "normally",
        "usually",
        "typically",
        "available",
        "generally",
        "automatically",
        "simple",
        "easy",
        "easily",
        "new",
        "directly",
        "right",
        "full",
        "fully",
        "item",
        "thing",
        "option",
        "detail",
        "information",
        "require",
        "requirement",
        "rule",
        "policy",
        "process",
        "step",
        "case",
        "charge",
        "cost",
        "price",
        "count",
        "equal",
        "stand",
        "remain",
        "last",
        "start",
        "begin",
        "end",
        "complete",
        "request",
        "minimum",
        "maximum",
        "max",
        "min",
        "up",
        "out",
        "off",
        "over",
        "more",
        "most",
        "less",
        "least",
        "next",
        "before",
        "after",
        "come",
        "cover",
        "last",
        "run",
        "arrive",
        "reach",
        "work",
        "hold",
        "belong",
        "deduct",
        "accept",
        "take",
        "old",
        "remaining",
        "run",
        "happen",
        "occur",
        "arise",
        "count",
        "mean",
        "say",
        "call",
        "know",
        "one",
        "two",
    ]
)

#: Groups of words that mean the same here; the first stands for all.
_SYNONYM_GROUPS = (
    "buy purchase order", "fee charge cost price", "refund reimburse reimbursement repay", "begin start commence",
    "end finish stop terminate", "customer client buyer shopper", "get receive obtain", "show display",
    "send ship dispatch deliver delivery shipment", "pick choose select", "help assist assistance support",
    "ask request", "change modify amend alter update edit", "cancel cancellation", "return", "keep retain",
    "fix repair mend", "verify verification confirm", "need require", "permit allow let", "phone telephone call",
    "item product article good", "parcel package", "close shut", "give provide offer supply", "money fund",
    "purchase buy", "complete finish", "immediate instant", "guarantee warranty", "sum amount",
    "max maximum", "min minimum", "apply application", "eligible eligibility qualify qualification entitle", "login signin",
    "email mail e-mail", "holiday vacation", "child kid", "big large", "fast quick", "post mail",
    "cover coverage", "ID identification", "store shop", "subscribe subscription", "expire expiry expiration",
    "pay payment", "process processing", "approve approval", "remove delete erase",
    "annual peryear yearly year", "month permonth", "week perweek", "day perday",
)  # fmt: skip

#: What is one word with the other's opposite: the word, and the one that it denies.
_OPPOSITES = {
    "unavailable": "available", "ineligible": "eligible", "nonrefundable": "refundable", "non-refundable": "refundable",
    "nontransferable": "transferable", "non-transferable": "transferable", "excluded": "include", "exclude": "include",
    "excludes": "include", "excluding": "include", "except": "include", "inactive": "active", "disabled": "enable",
    "disable": "enable", "disables": "enable", "invalid": "valid", "impossible": "possible",
    "prohibited": "allow", "forbidden": "allow", "banned": "allow", "disallowed": "allow", "denied": "accept",
    "declined": "accept", "rejected": "accept", "refused": "accept", "reject": "accept", "decline": "accept",
    "permitted": "allow", "unsupported": "support", "unverified": "verified", "irreversible": "reversible", "unable": "able",
    "ineffective": "effective", "incomplete": "complete", "unsecured": "secured", "without": "with",
    "lack": "have", "lacks": "have", "waived": "charged", "waive": "charge", "unused": "used", "unopened": "opened",
    "fails": "succeed", "optional": "must", "never": "always", "no": "yes", "uninsured": "insured", "unregistered": "registered",
}  # fmt: skip
_NOT_DENYING = frozenset({"permitted"})

#: Words of which a difference means another case, never another claim about the same one.
_CONTRAST_GROUPS = (
    "incoming outgoing inbound outbound receive send", "domestic international abroad foreign overseas local", "minimum maximum min max atmost atleast",
    "peryear permonth perweek perday hour", "debit credit prepaid", "checking saving savings", "express standard economy priority expedited overnight",
    "online branch store phone mail app mobile", "first second third fourth fifth final last initial additional subsequent",
    "deposit withdrawal withdraw transfer purchase", "open close", "increase decrease raise lower",
    "replacement new renewal", "lost stolen damaged defective faulty", "morning evening night", "weekday weekend", "monday tuesday wednesday thursday friday saturday sunday",
    "before after", "innetwork outnetwork", "sender recipient", "single joint", "primary secondary authorized", "low medium high",
    "front back", "bonus base", "fixed variable", "import export", "upgrade downgrade", "add remove", "start end", "early late",
)  # fmt: skip

#: Whom a rule is for. Ages and scores are figures.
_WHO_GROUPS = (
    "bronze silver gold platinum diamond emerald basic standard plus premium pro enterprise elite vip free starter advanced",
    "new existing returning current former prospective", "personal business individual corporate company consumer commercial small-business",
    "student graduate teacher senior adult minor veteran military employee retiree pensioner child parent teenager youth",
    "member nonmember non-member guest subscriber visitor", "resident nonresident non-resident citizen national foreigner",
    "owner admin administrator manager auditor finance viewer cosigner co-owner signer", "verified unverified registered unregistered",
    "primary authorized joint secondary", "startup nonprofit non-profit charity partnership", "domestic international",
    "employed self-employed unemployed", "checking saving",
)  # fmt: skip

#: What says that a statement is about who may.
ELIGIBLE = re.compile(
    r"\b(?:eligib|qualif|entitle|only|exclusive|limited to|restrict|reserved|available (?:to|for|on)|open to|must be|designed for"
    r"|intended for|offered to|applies to|apply to|who (?:is|are|can|may)|requirements?|required?s?|members? (?:get|receive|can|may)"
    r"|customers? (?:get|receive|can|may)|(?:holders|users|students|owners) (?:get|receive|can|may)|for \w+ (?:customers|members|clients|accounts|users|holders))",
    re.IGNORECASE,
)
NEGATIONS = frozenset(
    {"not", "no", "never", "cannot", "nor", "neither", "none", "nobody", "nothing", "without", "unable"}
)
_DOUBLED = re.compile(r"(\w)\1$")


def stem(word: str) -> str:
    """The word without its endings: plain, quick, and the same for the forms of one word."""
    word = word.removesuffix("'s").removesuffix("'")
    for suffixes in (_PLURALS, _VERB_ENDINGS):
        for suffix, replacement in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM and not word.endswith("ss"):
                word = word[: -len(suffix)] + replacement
                word = _DOUBLED.sub(r"\1", word) if suffixes is _VERB_ENDINGS else word  # stopped, stop
                break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM else word


def _grouped(groups: tuple[str, ...]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for word in group.split():
            found.setdefault(canonical(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


SYNONYMS = {stem(word): stem(group.split()[0]) for group in reversed(_SYNONYM_GROUPS) for word in group.split()}


def canonical(word: str) -> str:
    """The stem that stands for the word and all that mean the same."""
    stemmed = stem(word)
    return SYNONYMS.get(stemmed, stemmed)


OPPOSITES = {word: (canonical(other), word not in _NOT_DENYING) for word, other in _OPPOSITES.items()}
LIGHT_STEMS = frozenset(canonical(word) for word in LIGHT)
CONTRASTS = _grouped(_CONTRAST_GROUPS)
WHO = _grouped(_WHO_GROUPS)


def tells_apart(one: frozenset[str], other: frozenset[str], groups: dict[str, frozenset[int]]) -> bool:
    """Whether a word of `one` and another of `other` belong to the same group of `groups`."""
    mine = {number for word in one for number in groups.get(word, ())}
    return any(number in mine for word in other for number in groups.get(word, ()))
