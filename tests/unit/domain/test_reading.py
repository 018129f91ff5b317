"""Unit: how much of a message the assistant reads, and what counts as read."""

from datetime import UTC, datetime

import pytest

from domain.message import AuthorKind, Message
from domain.reading import READ_CHARS, is_read_whole, part_read

OWN = "Please cancel order 10042.\n"
THREAD = "> We sent it on Monday.\n" * (READ_CHARS // 10)
SAYS_MORE = "No, leave it as it is.\n"


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("x" * READ_CHARS, True),
        ("x" * (READ_CHARS + 1), False),
        (OWN + THREAD, True),
        (OWN + THREAD + " \n\n", True),
        (OWN + THREAD + SAYS_MORE, False),  # an answer below the thread
        (OWN + THREAD + SAYS_MORE + THREAD, False),  # or within it
        (OWN + THREAD.replace(">", "> >").replace("We", ">> We"), True),
        (OWN + THREAD.replace("> ", ""), False),  # without marks nobody knows whose words they are
        (OWN + "x" * (READ_CHARS - len(OWN) - 3) + " > more", False),  # the mark begins no line
    ],
)
def test_what_follows_is_a_thread_or_unread(text: str, is_whole: bool) -> None:
    """Only lines that are marked as quoted may stand behind what is read."""
    assert is_read_whole(text) is is_whole


def test_places_stay_what_they_are() -> None:
    """What an assistant gets of a long message is its beginning with a blank thread, and a short one as it is."""
    said = Message(seq=1, author=AuthorKind.customer, text=OWN + THREAD, at=datetime(2026, 11, 28, tzinfo=UTC))
    assert part_read(said).text == OWN.rstrip()
    below = part_read(said.model_copy(update={"text": THREAD[: READ_CHARS // 2] + "\n" + OWN + "x" * READ_CHARS}))
    assert len(below.text) == READ_CHARS
    assert below.text.index("cancel") == READ_CHARS // 2 + 1 + OWN.index("cancel")
    assert below.text.split()[0] == "Please"
    short = said.model_copy(update={"text": OWN + "> We sent it."})
    assert part_read(short) is short
