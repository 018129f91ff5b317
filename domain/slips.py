"""Slips of the keyboard: a letter left out, doubled, or changed places with the next."""

import re

WORD = re.compile(r"[^\W\d_]+")
#: Letters of a word that can be mended: a shorter one has too many neighbours.
SHORTEST = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def meant_by(slip: str) -> list[str]:
    """All spellings, in small letters, of which `slip` is one slip; the first letter is hardly ever wrong."""
    meant = {slip[:at] + letter + slip[at:] for at in range(1, len(slip) + 1) for letter in _LETTERS}
    for at in range(1, len(slip) - 1):
        meant.add(slip[:at] + slip[at + 1] + slip[at] + slip[at + 2 :])
    meant |= {slip[:at] + slip[at + 1 :] for at in range(1, len(slip)) if slip[at] == slip[at - 1]}
    return sorted(meant - {slip})
