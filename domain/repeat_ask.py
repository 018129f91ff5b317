"""Questions whose answer is already there: what a customer must not be asked twice.

A question is read by its subject, from short lists of how such questions are put in English and German. Only subjects
that a packet can hold are looked for: a question for anything else is never flagged, and one that asks to choose
between things that are named in it ("did you mean 10042 or 10043?") is a new question.
"""

import re
from collections.abc import Mapping
from typing import Literal

from domain.handoff import HandoffPacket
from domain.ids import Label
from domain.memory import Memory
from domain.model import Model
from domain.slot import SlotValues
from domain.ticket import IdentityLevel, TicketRef

Subject = Literal["order", "identity", "contact", "address", "item", "reason", "problem", "tried", "photo"]

#: Sentence by sentence: a pattern that looks for its mark from every letter on takes minutes for 100,000 of them.
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_ASKS = re.compile(r"\?$|\b(?:please|could you|can you|bitte)\b", re.IGNORECASE)
_WORDS: Mapping[Subject, str] = {
    "order": r"\border(?: number| id| no\.?)\b|\bwhich order\b|\bbestell(?:ung\w*|nummer)\b",
    "identity": r"\b(?:verify|confirm|prove) (?:your identity|who you are|that it'?s (?:really )?you)\b"
    r"|\bidentität\b|\bwer sie sind\b",
    "contact": r"\b(?:your|the) (?:e-?mail(?: address)?|phone number|full name|name on the (?:account|order))\b"
    r"|\bihre (?:e-?mail\w*|telefonnummer)\b|\bihr(?:en)? (?:vollen )?namen\b",
    "address": r"\b(?:what|which|your|the) (?:is your )?(?:new |delivery |shipping |postal )?address\b"
    r"|\b(?:liefer)?adresse\b",
    "item": r"\bwhich (?:item|product|article|one)\b|\bwelche[nrs]? (?:artikel|produkt)\b",
    "reason": r"\bwhy (?:do|did|would) you\b|\bthe reason (?:for|why)\b|\bwarum\b|\bgrund\b",
    "problem": r"\b(?:how (?:can|may) (?:i|we) help"
    r"|what (?:happened|is (?:the (?:problem|issue|matter)|this about|wrong))"
    r"|(?:describe|explain|tell (?:me|us)) (?:what|the (?:problem|issue)|your (?:problem|issue)))\b"
    r"|\bwas (?:ist passiert|kann ich für sie tun)\b|\bworum geht es\b",
    "tried": r"\bhave you (?:already )?(?:tried|contacted)\b|\bwhat (?:have you|did you) (?:already )?tr(?:y|ied)\b"
    r"|\bhaben sie (?:schon |bereits )?versucht\b",
    "photo": r"\b(?:photo|picture|image|screenshot|foto|bild)s?\b",
}
_SUBJECTS: Mapping[Subject, re.Pattern[str]] = {
    subject: re.compile(words, re.IGNORECASE) for subject, words in _WORDS.items()
}
#: Which subject a slot's value answers, by a part of its name; the first that fits.
_SLOT_SUBJECTS: tuple[tuple[str, Subject], ...] = (
    ("order", "order"),
    ("address", "address"),
    ("reason", "reason"),
    ("item", "item"),
    ("line", "item"),
    ("product", "item"),
    ("email", "contact"),
    ("phone", "contact"),
    ("name", "contact"),
)


class RepeatedAsk(Model):
    """A question of a text that need not have been asked: where it stands, about what, and what is known."""

    start: int
    end: int
    subject: Subject
    known: str


class Asked(Model):
    """How many questions a text puts, and those that are repeated."""

    questions: int
    repeated: tuple[RepeatedAsk, ...] = ()


#: What is known already, by subject.
Known = Mapping[Subject, str]


def known_from(packet: HandoffPacket) -> Known:
    """What a packet answers."""
    known = {subject: text for slot, text in packet.slots.items() if text and (subject := subject_of(slot))}
    orders = sorted({name.removeprefix("order ") for name in packet.known if name.startswith("order ")})
    if orders and any(text == orders[0] for text in packet.slots.values()):
        known.setdefault("order", orders[0])
    if len(orders) == 1:
        known.setdefault("order", orders[0])
    if packet.customer is not None and packet.customer.identity == IdentityLevel.proven:
        known["identity"] = packet.customer.identity
        known["contact"] = packet.customer.name
    if packet.intents:
        known["problem"] = ", ".join(packet.intents)
    if packet.attachments:
        known["photo"] = ", ".join(packet.attachments)
    if packet.tried:
        known["tried"] = ", ".join(dict.fromkeys(tried.name for tried in packet.tried))
    return known


def check_words(text: str, known: Known) -> Asked:
    """Read the questions of an operator's or the assistant's message, and flag those that are answered already."""
    questions = [match for match in _SENTENCE.finditer(text) if _ASKS.search(match[0])]
    repeated: list[RepeatedAsk] = []
    for match in questions:
        subject = next((it for it, words in _SUBJECTS.items() if words.search(match[0])), None)
        if subject is None or subject not in known or _offers(match[0], known[subject]):
            continue
        repeated.append(RepeatedAsk(start=match.start(), end=match.end(), subject=subject, known=known[subject]))
    return Asked(questions=len(questions), repeated=tuple(repeated))


def subject_of(slot: Label) -> Subject | None:
    """What a slot is about, by its name; None where no question is known for it."""
    return next((subject for part, subject in _SLOT_SUBJECTS if part in slot), None)


def is_asked_again(asks: str, slot: Label | None, wish_slots: SlotValues, memory: Memory, ticket: TicketRef) -> bool:
    """Whether a question of the assistant's own is answered already: by a filled slot, a proof, or an open wish."""
    match asks:
        case "identity":
            return ticket.identity is IdentityLevel.proven
        case "slot":
            return slot is not None and slot in wish_slots
        case "intent":
            return bool(memory.open_wishes())
        case _:
            return False


def _offers(question: str, known: str) -> bool:
    """Whether the question names what is known, so that it only asks to confirm it."""
    return bool(known) and known.casefold() in question.casefold()
