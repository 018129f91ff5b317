"""What personal data looks like: one expression per form, bounded so that no text takes long.

A form is where to look. Whether a number is what it looks like is decided by its own check (`detectors.py`).
"""

import re

#: Every kind there is, as placeholders name it; `literal` is what looks like a placeholder and was written so.
KINDS = ("secret", "email", "iban", "card", "ip", "phone", "address", "name", "literal")

# Ambiguous words ("drive", "close") count as streets with a capital only.
_STREETS = (
    r"(?i:street|avenue|boulevard|road|lane)"
    r"|(?:Drive|Way|Court|Place|Square|Terrace|Crescent|Close|St|Ave|Rd|Ln|Dr|Blvd|Ct|Pl)"
)
_STREET_ENDINGS = r"(?:straße|strasse|str\.|gasse|weg|platz|allee|sgade|vej|gata|gatan|straat|laan|plein)"
_SIGNED = r"(?i:my name is|name:|i am called|mein name ist|regards,?|sincerely,?|cheers,?)"
_CALLED = r"(?i:phone|mobile|cell|tel|telephone|whatsapp|call me (?:at|on))"
_TOLD = r"(?i:password|passwort|passphrase|pin|cvv|cvc|api key)"
_VALUE = r"[^\s\[\],;]"  # never into a placeholder

#: Kind and expression; where there is a group `it`, that is the data and the rest its cue.
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(form))
    for kind, form in (
        # Keys with a prefix of their maker's, JSON web tokens, PEM blocks, and what somebody says is a password.
        ("secret", r"\b(?:sk|pk|rk|srk|ghp|gho|glpat|xox[abp])[-_][A-Za-z0-9_-]{12,200}"),
        ("secret", r"\bAKIA[0-9A-Z]{16}\b"),
        ("secret", r"\beyJ[\w-]{8,4000}\.[\w-]{8,4000}(?:\.[\w-]{0,4000})?"),
        ("secret", r"-----BEGIN [A-Z ]{1,40}-----[\s\S]*?(?:-----END [A-Z ]{1,40}-----|\Z)"),
        ("secret", rf"\b{_TOLD}(?: is| ist|:| ?=) *(?P<it>{_VALUE}{{0,60}}\d{_VALUE}{{0,60}})"),
        ("email", r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
        ("iban", r"(?i)(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])"),
        ("card", r"(?<![\w-])\d(?:[ -]?\d){12,22}(?!\w)"),
        ("ip", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)"),
        ("ip", r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])"),
        # With a country's code; with a trunk 0 or an area in brackets; North American; or after a cue.
        ("phone", r"(?<![\w#.])(?:\+|00)\d[\d ()./-]{6,18}\d(?!\w)"),
        ("phone", r"(?<![\w#.-])(?:\(\d{2,5}\) ?|0\d{1,4}[ /-])\d[\d ./-]{4,11}\d(?![\w-])"),
        ("phone", r"(?<![\w#.-])0\d{8,11}(?![\w-])"),
        ("phone", r"(?<![\w#.-])(?:1[ .-])?\d{3}[ .-]\d{3}[ .-]\d{4}(?![\w-])"),
        ("phone", rf"\b{_CALLED}\b(?: number)?(?: is|:|\.)? *(?P<it>\d[\d ()./-]{{5,16}}\d)(?!\w)"),
        ("address", rf"(?<!\w)\d{{1,5}}[A-Za-z]? (?:(?!\d+[A-Za-z]? )[\w'.-]{{1,30}} ){{1,3}}(?:{_STREETS})(?!\w)\.?"),
        ("address", rf"(?i)(?<!\w)\d{{1,5}}[a-z]? [\w-]{{2,40}}{_STREET_ENDINGS}(?!\w)"),
        ("address", rf"(?i)(?<!\w)[\w-]{{2,40}}{_STREET_ENDINGS} \d{{1,5}}[a-z]?(?!\w)"),
        ("name", rf"{_SIGNED}\s+(?P<it>[^\W\d_a-z][\w'-]{{1,40}}(?: [^\W\d_a-z][\w'-]{{1,40}}){{0,2}})"),
    )
)

#: What issuers number cards by, and how long those are (ISO/IEC 7812 ranges of the large networks).
CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|5[1-5]\d{14}|2[2-7]\d{14}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3[0689]\d{12,17}|35\d{14,17}|6\d{15,18}"  # Diners, JCB, Discover, UnionPay, Maestro
)
#: A day, month and year in any order, with one kind of separator.
DATE = re.compile(r"\d{1,4}([./ -])\d{1,2}\1\d{1,4}")
