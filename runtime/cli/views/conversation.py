"""The conversation of a ticket, as a chat."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.text import Text

from runtime.cli.answers import Message
from runtime.cli.views.bar import Bar
from runtime.cli.views.words import clock

_STYLES = {"customer": "customer", "assistant": "assistant", "operator": "operator"}


def chat(messages: Iterable[Message], customer: str) -> RenderableType:
    """All messages in order; the customer is called `customer`."""
    return Group(*(bubble(message, customer) for message in messages))


def bubble(message: Message, customer: str) -> RenderableType:
    """One message with who wrote it and when."""
    style = _STYLES.get(message.author, "system")
    name = customer if message.author == "customer" else message.author.capitalize()
    head = Text.assemble("  ", (name, f"bold {style}"), (f"  {clock(message.at)}", "quiet"))
    files = [f"{attachment.name} ({_size(attachment.size)})" for attachment in message.attachments]
    text = Text(message.text)
    if files:
        text.append(f"\nattached: {', '.join(files)}", "quiet")
    return Group(head, Bar(text, style), Text())


def _size(size: int) -> str:
    return f"{size / 1024:.0f} KB" if size >= 1024 else f"{size} bytes"  # noqa: PLR2004 - the unit itself
