"""How much of a message the assistant reads, and what of it nobody but a person has read then.

A message may be longer than an assistant can read well: a chat model would lose the middle, a price would grow with a
stranger's patience. So it reads the beginning. What follows is either a quoted thread, which says nothing new, or the
customer's own words, and then a person reads the message before anything is done about it.
"""

import re

from domain.message import Message

#: Characters of a message that an assistant reads; 3,500 words, more than one person in a thousand writes.
READ_CHARS = 20_000
#: A line of a quoted thread as mail programs mark it, or one that holds nothing. Threads that are quoted without marks
#: look like the customer's own words, and are taken for them.
_QUOTED = re.compile(r"[ \t]*(?:>.*)?")


def part_read(message: Message) -> Message:
    """The message as an assistant gets it: a long one is cut to `READ_CHARS` characters, and its thread left blank.

    Places in it stay what they are. The thread of a short message is read, for it may name what the answer is about.
    """
    if len(message.text) <= READ_CHARS:
        return message
    lines = message.text[:READ_CHARS].split("\n")
    own = "\n".join(" " * len(line) if _QUOTED.fullmatch(line) else line for line in lines)
    return message.model_copy(update={"text": own.rstrip()})


def is_read_whole(text: str) -> bool:
    """Whether nothing but a quoted thread stands behind the part of a message that an assistant reads."""
    if len(text) <= READ_CHARS:
        return True
    line = text.rfind("\n", 0, READ_CHARS) + 1  # the cut may stand inside a quoted line
    return all(_QUOTED.fullmatch(it) for it in text[line:].split("\n"))
