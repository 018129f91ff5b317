"""Saying that none of the choices is meant: "neither", "none of these, I want …", "nein, etwas anderes"."""

import re
from dataclasses import dataclass

_THEM = r"(?: of (?:them|these|those|the two|the above|that|it))?"
#: None of the choices, whatever follows.
_ALL = (
    rf"neither{_THEM}(?: one)?|none{_THEM}|not (?:any|either|one){_THEM}|nothing of (?:the sort|that)"
    r"|(?:it(?:'s| is) (?:about )?|about )?(?:something|smth|sth) (?:else|different)|anything but that"
    r"|(?:that|this|it)(?:'s| is) (?:not (?:it|what i \w+|about (?:that|this|either))|neither)"
    r"|weder (?:das|dies(?:es)?|noch)\b[^,.;:!?\n]{0,30}|weder noch|kein(?:s|es|e|er) (?:von|der) \w+|kein(?:s|es)"
    r"|nichts davon|(?:es geht )?(?:um )?(?:et)?was (?:ganz )?ander(?:e|em|es)|darum geht es nicht"
)
#: No to the question as it stands; what follows may correct it.
_NO = r"no|nope|nah|nein|nee|ne|not (?:that|this|those|these)|nicht (?:das|so)"
_DENIAL = re.compile(
    rf"^\W*(?:(?:sorry|um|uh|well|hi|hello|hallo|leider)\W+)*(?:(?P<all>{_ALL})|(?P<no>{_NO}))(?![\w'\u2019-])"
    rf"(?:\W+(?P<more>{_ALL})(?![\w'\u2019-]))?[^\w\"']*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Denial:
    """A denial at the head of a message: where the rest begins, and whether it rules every choice out."""

    end: int
    is_of_all: bool


def read_denial(text: str) -> Denial | None:
    """The denial a message begins with; None where it begins otherwise."""
    found = _DENIAL.match(text.replace("\u2019", "'"))
    if found is None:
        return None
    return Denial(found.end(), is_of_all=found["all"] is not None or found["more"] is not None)
