"""Passwords of operators: argon2id, off the event loop, and as slow for unknown names as for known ones."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import InvalidInput

SHORTEST, LONGEST = 12, 1024  # characters; the upper end keeps anybody from having megabytes hashed
#: Made of random bytes that nobody kept, with the parameters below: what an unknown name's password is checked against.
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$z7zfZegL6arOhDSmzIYS1g$YMdblZF4Nw07nLT60ue2TZW6jX5C1lM5vv/8bx5dBV8"


class Passwords:
    """Makes and checks hashes in threads; how many at once is the caller's business."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()  # RFC 9106, the second recommended choice: 64 MiB, three passes

    async def hash(self, password: str) -> str:
        """Return what is kept of a password; raises InvalidInput for one that is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise InvalidInput(f"A password has {SHORTEST} to {LONGEST} characters; a few words in a row are good.")
        return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether it is the password of `kept`; for None (no such operator, or none set) the same work, and no."""
        is_right = await asyncio.to_thread(self._verify, kept or _NOBODYS, _normal(password[:LONGEST]))
        return is_right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    """The same characters, however a keyboard composes them (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
