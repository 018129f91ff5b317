"""Tickets served by the real chat-model adapter with a hostile model behind it: the same world, the same books."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import cycle

from activities.desk import Desk
from adapters.assistants.chat_model.assistant import ChatModelAssistant
from adapters.assistants.chat_model.calling import Caller
from adapters.assistants.embedded.assistant import EmbeddedAssistant
from adapters.assistants.redaction.redacted import attachable
from domain.ticket import TicketRef
from runtime.attack.attacker import Assignment
from runtime.attack.canary import Canary
from runtime.attack.driver import Driver
from runtime.attack.hostile_model import PLAN, PRIVATE, UNDERSTAND, HostileModel, Trick, wanting
from runtime.attack.session import ADDRESS, Session
from runtime.attack.workspace import GOODS, QUESTION, kind_of
from workflows.state import TicketState

_KEY = b"the mask of a world that is thrown away"
_ASKS = ("asks", wanting("information"))
_GOES_ON: tuple[str, Trick] = ("goes_on", lambda _: [("continue_procedure", {})])
#: What is wanted in turn, so that actions with every kind of argument are on offer.
_INTENTS = ("refund_request", "change_address", "cancel_order")
#: One of each family: all of them are written by the evil assistant, to the same check.
_WRITERS = ("quote/plain", "link/asked", "link/disguised", "invisible", "smuggled", "claims", "amounts", "long", "nul")
Play = tuple[str, tuple[str, Trick], tuple[str, Trick], str]


async def attack_by_model(session: Session) -> None:
    """Every hostile classification, plan and draft on a ticket of its own, of two customers of two tenants in turn."""
    await _play(session, _plays())


async def attack_mask(session: Session) -> None:
    """One ticket that is read, planned and answered: its prompts hold nothing that nobody outside may see."""
    await _play(session, [(QUESTION, _ASKS, _GOES_ON, "harmless")])


async def _play(session: Session, plays: Iterable[Play]) -> None:
    tenants = [tenant for tenant in session.place.world.tenants if kind_of(tenant) == GOODS][:2]
    model = HostileModel(session.attacker)
    driver = Driver(_attached(session.place.desk, tenants, model), session.findings, session.driver.now)
    for number, (says, understand, plan, draft) in enumerate(plays):
        customer = session.place.world.customers[number // 2 % 2]
        ref = driver.ref(tenants[number % 2], customer)
        model.take_on(understand, plan, draft)
        session.attacker.assign(Assignment(ref=ref))  # who serves it where the relay starts it again, in Temporal
        session.sequences += 1
        await driver.say(TicketState(ref=ref), _message(ref, says))
    session.driver.faults += driver.faults


def _plays() -> Iterator[Play]:
    """What the customer says, and what the model makes of it."""
    for intent, plan in zip(cycle(_INTENTS), PLAN.items(), strict=False):
        yield ADDRESS, (f"wants_{intent}", wanting(intent)), plan, "harmless"
    for understand in UNDERSTAND.items():
        yield ADDRESS, understand, _GOES_ON, "claims"
    for writer in _WRITERS:
        yield QUESTION, _ASKS, _GOES_ON, writer


def _message(ref: TicketRef, says: str) -> str:
    return f"{says} Write to {PRIVATE}. {Canary(ref.tenant, ref.customer_id, 'said', 1)}"


def _attached(desk: Desk, tenants: list[str], model: HostileModel) -> Desk:
    """The desk with the model attached as a worker attaches one, mask and all."""
    procedures = desk.tenants[tenants[0]].config.procedures  # the same for all of a kind
    embedded = EmbeddedAssistant.train(procedures, desk.embedder)
    assistant = attachable(ChatModelAssistant(Caller(model, provider="openai", name="hostile"), embedded), _KEY)
    served = {tenant: replace(desk.tenants[tenant], assistant=assistant, uses_model=True) for tenant in tenants}
    return replace(desk, tenants=served)
