"""Marks in place of what is personal, for texts that are kept and never shown with the words behind the marks again."""

from adapters.assistants.redaction.detectors import find
from adapters.assistants.redaction.redacted import known_of
from domain.customer import CustomerContext


def marked(text: str, context: CustomerContext | None) -> str:
    """The text with "[email]" and the like for what is personal, by its form or by what is known of the customer."""
    shown, at = "", 0
    for stretch in find(text, known_of(context) if context is not None else ()):
        shown += f"{text[at : stretch.start]}[{stretch.kind}]"
        at = stretch.end
    return shown + text[at:]
