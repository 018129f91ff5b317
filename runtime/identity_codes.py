"""Making and sending the one-time codes that were asked for, by the process that serves the API.

For a customer whom the records do not know everything happens but the sending, so that nothing tells the two apart.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from adapters.backends.port import Scope
from adapters.channels.port import AddressBook, Letter, LetterBox, is_address
from adapters.workspace.tenant import TenantConfig
from domain.identity import CODE_LIFETIME
from domain.ids import TenantId
from domain.template import render
from store.codes import make_code
from store.outbox import Nudge
from store.pools import Pools
from store.tickets import read_ticket

#: What the letter says where replies.yaml has no `identity_code` of its own.
_LETTER = "Your code is {code}. It works once, within 10 minutes. If you did not ask for it, you need not do anything."


class CodeSender:
    """Makes a code, and sends it to the address in the tenant's records."""

    def __init__(
        self,
        pools: Pools,
        key: bytes,
        tenants: Mapping[TenantId, TenantConfig],
        addresses: AddressBook,
        letters: LetterBox,
    ) -> None:
        self._pools = pools
        self._key = key
        self._tenants = tenants
        self._addresses = addresses
        self._letters = letters

    async def send(self, asked: Nudge) -> None:
        """Make and send the code that an outbox row asks for; sent again, it replaces the one before.

        Raises:
            Unavailable: the database, the records or the letter box do not answer; try again.
        """
        ref, now = asked.ticket, datetime.now(UTC)
        config = self._tenants.get(ref.tenant)
        if config is None:
            return
        scope = Scope(tenant=ref.tenant, customer_id=ref.customer_id, ticket_id=ref.ticket_id, identity=ref.identity)
        to = await self._addresses.address(scope)
        async with self._pools.operator(ref.tenant) as conn:
            language = (await read_ticket(conn, ref.tenant, ref.ticket_id)).language or config.language
            code = await make_code(conn, self._key, ref, asked.ref, now)
        if code is None or to is None or not is_address(to):
            return
        template = config.reply(language, "identity_code") or _LETTER
        text = render(template, {"code": f"{code[:4]} {code[4:]}"}, language)
        await self._letters.send(
            Letter(tenant=ref.tenant, to=to, subject=config.name, text=text, at=now, expires_at=now + CODE_LIFETIME)
        )
