"""What a ticket can see: its customer's records, the answers of its reads, and what conditions may name of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities.desk import Desk, TenantDesk
from domain.action import ProposedAction
from domain.ask import Reads, TurnKey
from domain.customer import CustomerContext
from domain.facts import facts_view, ticket_view
from domain.ids import Label
from domain.intent import Signals
from domain.memory import Memory, Wish
from domain.procedure import Procedure
from domain.ticket import IdentityLevel
from store.facts import read_fact
from store.messages import read_spans
from store.procedures import read_procedure
from store.rows import Connection


@dataclass(frozen=True)
class Sight:
    """The customer context and the answers of this turn's reads, by action."""

    context: CustomerContext
    reads: Mapping[Label, Mapping[str, Any]]

    def facts(self, key: TurnKey, wish: Wish | None, memory: Memory, signals: Signals | None = None) -> dict[str, Any]:
        """The variables of conditions and templates for one wish."""
        ticket = conditions_of(key, memory, signals, wish)
        return facts_view(context=self.context, ticket=ticket, wish=wish, reads=self.reads)


def conditions_of(
    key: TurnKey, memory: Memory, signals: Signals | None = None, wish: Wish | None = None
) -> dict[str, Any]:
    """What conditions may name of the ticket."""
    return ticket_view(
        key.ticket,
        intent=wish.intent if wish else (memory.wishes[-1].intent if memory.wishes else ""),
        signals=signals or Signals(),
        reopens=memory.reopens,
        clarifications=memory.clarifications,
        language=memory.language,
    )


async def look(desk: Desk, conn: Connection, key: TurnKey, context_id: int | None, reads: Reads) -> Sight:
    """Load what the ticket sees; without a context yet, a stranger's: nothing."""
    tenant = key.ticket.tenant
    if context_id is None:
        context = CustomerContext(
            customer_id=key.ticket.customer_id, identity=IdentityLevel.anonymous, name="", first_name=""
        )
    else:
        context = await desk.contexts.read(conn, tenant, context_id)
    return Sight(
        context=context, reads={name: (await read_fact(conn, tenant, row)).body for name, row in reads.items()}
    )


async def words_of(conn: Connection, key: TurnKey, action: ProposedAction) -> dict[str, str]:
    """The words behind an action's span arguments, read from the message rows."""
    return await read_spans(conn, key.ticket, action.args)


async def procedure_of(conn: Connection, desk: TenantDesk, wish: Wish) -> Procedure | None:
    """The procedure of a wish, in the version the ticket is pinned to."""
    current = desk.config.procedures.get(wish.intent)
    if not wish.procedure_version or (current is not None and current.version == wish.procedure_version):
        return current
    return await read_procedure(conn, desk.config.tenant, wish.intent, wish.procedure_version)
