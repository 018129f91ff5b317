"""How pages call a customer."""

from domain.ids import CustomerId

_VISITOR = "visitor:"
_SHOWN = 4  # characters of a visitor's id: enough to tell two of them apart in a list


def person(customer_id: CustomerId, name: str | None = None) -> str:
    """The name that a turn has read last; without one a visitor by the begin of their id, anybody else by theirs."""
    if name:
        return name
    if customer_id.startswith(_VISITOR):
        return f"Visitor {customer_id.removeprefix(_VISITOR)[:_SHOWN]}"
    return customer_id
