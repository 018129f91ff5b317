"""How often somebody may fail to sign in: by name and by address, over all processes together."""

from datetime import datetime

from api.buckets import Rate, taken_of
from api.rates import too_many
from store.rows import Connection
from store.sign_in_failures import failures_left, note_failure

#: A few at once, then one every so many seconds.
_NAME_RATE, _ADDRESS_RATE = Rate(per_second=1 / 30, burst=10), Rate(per_second=1 / 5, burst=30)


class Guesser:
    """Somebody who tries to get in, from an address and perhaps under a name."""

    def __init__(self, address: str, login: str | None = None) -> None:
        self._counted = [(f"address {address}", _ADDRESS_RATE)]
        if login is not None:
            self._counted.append((f"name {login}", _NAME_RATE))

    async def check(self, conn: Connection, at: datetime) -> None:
        """Raise Refused (429) after too many failures."""
        for who, rate in self._counted:
            taken = taken_of(rate, await failures_left(conn, who, rate, at))
            if not taken.is_allowed:
                raise too_many(taken)

    async def failed(self, conn: Connection, at: datetime) -> None:
        """Count one failure."""
        for who, rate in self._counted:
            await note_failure(conn, who, rate, at)
