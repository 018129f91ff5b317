"""What conditions and replies may name of the customer and of the ticket, taken from the views they are given."""

from domain.customer import CustomerContext
from domain.facts import customer_view, ticket_view
from domain.intent import Signals
from domain.ticket import IdentityLevel, TicketRef

_NOBODY = CustomerContext(customer_id="nobody", identity=IdentityLevel.anonymous, name="", first_name="")
_NOTHING = TicketRef(
    tenant="none", ticket_id="T-00000000", customer_id="nobody", channel="api", identity=IdentityLevel.anonymous
)

CUSTOMER = frozenset(customer_view(_NOBODY))
TICKET = frozenset(
    ticket_view(_NOTHING, intent="none", autonomy="auto", signals=Signals(), reopens=0, clarifications=0, language="en")
)
SIGNALS = frozenset(Signals.model_fields)
#: What a reply about a handoff may name: the queue as customers know it, and by when somebody will have answered.
HANDOFF = frozenset({"queue", "by"})
