"""Checking a reply before it is sent: each thing found wrong with it, and what each of its claims rests on."""

from collections.abc import Mapping
from typing import Literal

from domain.ids import ActionId
from domain.model import Model

Check = Literal[
    "ungrounded_claim",
    "ungrounded_number",
    "ungrounded_name",
    "ungrounded_link",
    "promise_not_done",
    "hidden_characters",
    "foreign_data",
    "tone",
    "wrong_language",
    "empty",
    "too_long",
]


#: The detail of a figure that stands in a source, but not of what the sentence says it of.
OF_SOMETHING_ELSE = "of_something_else"


class Finding(Model):
    """One thing wrong with a draft; `detail` is a label or a count, never the words themselves."""

    check: Check
    detail: str = ""


class Claim(Model):
    """One sentence of a draft that says something, and what it rests on; told by its place, never by its words."""

    number: int  # among the draft's claims, from 1
    start: int  # where it stands in the draft's text, in characters
    end: int
    supported_by: Literal["passage", "action", "template"] | None = None
    passage_id: int | None = None
    action_id: ActionId | None = None
    score: int = 0  # thousandths; 1000 is word for word


class Verification(Model):
    """The outcome of all checks of one draft."""

    findings: tuple[Finding, ...] = ()
    claims: tuple[Claim, ...] = ()
    stale: tuple[int, ...] = ()  # cited passages that nobody has confirmed for longer than should be
    is_held: bool = False  # the tenant wants a person to look before such a reply goes out

    @property
    def is_safe(self) -> bool:
        """Whether the reply may be sent."""
        return not self.findings


_SENTENCES: Mapping[str, str] = {
    "ungrounded_claim": "says something that no cited passage, no action and no template of the team carries",
    "ungrounded_number": "names a figure that stands nowhere in what is known",
    "ungrounded_name": "names somebody or something that stands nowhere in what is known",
    "ungrounded_link": "holds a link to a host that is not the team's",
    "promise_not_done": "says that something was done which the ledger does not show",
    "hidden_characters": "holds characters that nobody sees",
    "foreign_data": "holds an e-mail address that stands nowhere in what is known",
    "tone": "is not in the team's tone",
    "wrong_language": "is not in the customer's language",
    "empty": "is empty",
    "too_long": "is too long",
}
_TONES: Mapping[str, str] = {
    "blame": "blames the customer",
    "shouting": "shouts",
    "guarantee": "promises what nobody can keep",
    "rude": "is rude",
}


def explain(check: str, detail: str = "") -> str:
    """Say in words what a finding means; a check of another version is told by its name."""
    if check == "tone" and detail in _TONES:
        return f"it {_TONES[detail]}"
    if detail == OF_SOMETHING_ELSE:
        return "it names a figure that its sources give for something else"
    sentence = _SENTENCES.get(check)
    if sentence is None:
        return check.replace("_", " ")
    of = f" ({detail.replace('_', ' ')})" if check in {"ungrounded_number", "promise_not_done"} and detail else ""
    return f"it {sentence}{of}"
