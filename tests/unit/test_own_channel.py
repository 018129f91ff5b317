"""A reply has no recipient: whatever is said goes to its ticket's own channel, and no type could say otherwise."""

import inspect
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from adapters.assistants import port as assistants
from adapters.backends.shop.actions.registry import SPECS
from api.schemas import identity, messages, opening
from domain import ask, memory, outcome, step
from domain.ids import Label
from domain.ticket import TicketRef
from store import drafts, inbox
from store import messages as conversation
from workflows import state

#: What a recipient could be called. A ticket's `channel` stands in its TicketRef, and in the body that opens it.
RECIPIENT = {
    *("to", "cc", "bcc", "recipient", "recipients", "address", "addresses", "email", "email_address", "mail", "phone"),
    *("url", "webhook", "callback", "destination", "reply_to", "sender", "channel", "customer", "customer_id"),
}
#: What decides and writes replies, from the assistant's own types to the rows.
MODULES = (ask, assistants, conversation, drafts, identity, inbox, memory, messages, outcome, state, step)


def models() -> Iterator[type]:
    """Every type by which something is asked, planned, drafted, written or handed on."""
    for module in MODULES:
        for _, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ == module.__name__ and (
                issubclass(member, BaseModel) or hasattr(member, "__dataclass_fields__")
            ):
                yield member


def fields(model: type) -> set[str]:
    """The fields of a pydantic model or a dataclass."""
    if issubclass(model, BaseModel):
        return set(model.model_fields)
    return set(getattr(model, "__dataclass_fields__", {}))


def test_the_types_are_found() -> None:
    """The test looks at what it means to look at."""
    found = {model.__name__ for model in models()}
    assert {"DraftAsk", "RecordAsk", "Draft", "DraftBrief", "ReplyBody", "NewMessage", "NewDraft", "SendReply"} <= found


#: Rows that say whose they are, as everything of a customer does: compared with the ticket, and nowhere to send to.
READ_ONLY = {"LockedTicket": {"customer_id"}, "DraftRow": {"customer_id"}}


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_no_type_names_a_recipient(model: type) -> None:
    """Neither the assistant nor whoever replies can say where a reply goes."""
    assert fields(model) & RECIPIENT == READ_ONLY.get(model.__name__, set())


def test_whoever_opens_a_ticket_says_once_whose_it_is() -> None:
    """The channel and the customer are bound with the first message, and only there."""
    assert fields(opening.TicketBody) & RECIPIENT == {"customer_id", "channel"}
    assert fields(opening.FollowUpBody) & RECIPIENT == set()
    assert fields(TicketRef) & RECIPIENT == {"customer_id", "channel"}


#: An order's own delivery address may be changed by its customer; it is no address of ours to write to.
DELIVERY: dict[Label, set[str]] = {name: {"address"} for name in SPECS if "address" in name}


@pytest.mark.parametrize("name", sorted(SPECS))
def test_no_action_sends_anything_to_anybody(name: Label) -> None:
    """No tool of the assistant's takes a recipient."""
    assert set(SPECS[name].arguments) & RECIPIENT <= DELIVERY.get(name, set())
