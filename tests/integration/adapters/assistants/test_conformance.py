"""What every assistant owes us, embedded or with a model behind it: the same tests for each, and every fault ends."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.assistants.chat_model.assistant import ChatModelAssistant
from adapters.assistants.chat_model.calling import Caller
from adapters.assistants.chat_model.opening import ModelChoice, open_chat_model
from adapters.assistants.chat_model.prices import OwnPrices
from adapters.assistants.embedded.assistant import EmbeddedAssistant
from adapters.assistants.metering import Meter
from adapters.assistants.port import Assistant, DraftBrief, PartFacts, Passage, PlanBrief, UnderstandBrief
from adapters.assistants.redaction.redacted import attachable
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import TenantConfig
from domain.conversation import CLEAR
from domain.errors import ModelDown
from domain.intent import OUT_OF_SCOPE
from domain.memory import AskedConfirmation, Memory, ReplyPart
from domain.message import AuthorKind, Message
from domain.model_call import CallBegun, CallEnded
from domain.step import Propose
from runtime.model_server.app import ModelServer
from runtime.model_server.faults import Fault, FaultKind, Script
from runtime.model_server.serve import serving
from runtime.settings import Settings
from runtime.wiring import embedder_of
from tests.support.rules_model import RulesModel
from tests.support.servers import VECTORS
from tests.unit.adapters.assistants.embedded.briefs import CANCEL, plan_brief, wish
from tests.unit.domain.customers import TODAY

KEY = b"a key"
LATE = "I sent my headphones back three weeks ago and my refund has not arrived."
CONTACT = "My name is Mara. Reach me at mara@example.com or +43 664 1234567."
OWN = OwnPrices.model_validate({"input": "0.1", "output": "0.4", "cached_read": "0.05"})
#: What the client is given; a fault that keeps silent is cut off after it.
SECONDS = 2.0


@dataclass
class Counting(Meter):
    """Keeps what it was told, as the ledger does."""

    is_last_try: bool = True
    begun: list[CallBegun] = field(default_factory=list)
    ended: list[CallEnded] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    async def begin(self, call: CallBegun) -> int:
        """Keep it."""
        self.begun.append(call)
        return len(self.begun)

    async def end(self, call_id: int, ended: CallEnded) -> None:
        """Keep it."""
        assert call_id == len(self.begun)
        self.ended.append(ended)

    async def show(self, text: str) -> None:
        """Keep it."""
        self.shown.append(text)


@dataclass(frozen=True)
class Subject:
    """An assistant under test, and what its model received."""

    assistant: Assistant
    received: list[dict[str, object]]
    server: ModelServer | None = None


@pytest.fixture(scope="module")
def config() -> TenantConfig:
    """The example shop."""
    return load_workspace(Path("examples/shop/tenants")).tenants["meridian"]


@pytest.fixture(scope="module")
def embedded(config: TenantConfig) -> EmbeddedAssistant:
    """The shop's embedded assistant."""
    return EmbeddedAssistant.train(config.procedures, embedder_of(Settings(vector_cache=VECTORS)))


@pytest.fixture(params=["embedded", "in process", "over the wire"])
async def subject(request: pytest.FixtureRequest, embedded: EmbeddedAssistant) -> AsyncIterator[Subject]:
    """Each assistant, as it would be attached."""
    match request.param:
        case "embedded":
            yield Subject(embedded, [])
        case "in process":
            model = RulesModel(received=[])
            caller = Caller(model, provider="openai", name="rules", prices=OWN)
            yield Subject(attachable(ChatModelAssistant(caller, embedded), KEY), model.received)
        case _:
            server = ModelServer()
            async with serving(server) as url:
                yield Subject(over_the_wire(url, embedded), server.received, server)


@pytest.fixture
async def wired(embedded: EmbeddedAssistant) -> AsyncIterator[Subject]:
    """The one with a server behind it."""
    server = ModelServer()
    async with serving(server) as url:
        yield Subject(over_the_wire(url, embedded), server.received, server)


def over_the_wire(url: str, embedded: EmbeddedAssistant) -> Assistant:
    """The real client of langchain-openai."""
    model = open_chat_model(ModelChoice(name="openai:any", base_url=url, seconds=SECONDS))
    caller = Caller(model, provider="openai", name="any", seconds=SECONDS, prices=OWN, is_elsewhere=True)
    return attachable(ChatModelAssistant(caller, embedded), KEY)


def says(*texts: str) -> tuple[Message, ...]:
    """Messages of a customer."""
    return tuple(Message(seq=seq, author=AuthorKind.customer, text=text, at=TODAY) for seq, text in enumerate(texts, 1))


def reading(config: TenantConfig, meter: Meter, *texts: str, memory: Memory | None = None) -> UnderstandBrief:
    """A brief to understand."""
    return UnderstandBrief(
        messages=says(*texts),
        memory=memory or Memory(),
        procedures=config.procedures,
        default_language="en",
        ticket_id="T-00000001",
        meter=meter,
    )


def planning(meter: Meter, text: str = "Cancel order 10050, I don't need it any more.") -> PlanBrief:
    """A brief to plan."""
    return dataclasses.replace(plan_brief(CANCEL, text), meter=meter)


def writing(config: TenantConfig, meter: Meter) -> DraftBrief:
    """A brief to write: a question, and a passage that answers it."""
    passage = Passage(7, "Returns", "How long", "You may return goods within 30 days. Send them to our warehouse.")
    part = PartFacts(
        part=ReplyPart(kind="knowledge", reply="knowledge", wish=1, passages=(7,)),
        template=None,
        facts={},
        passages=(passage,),
        question="How many days do I have to return something?",
    )
    return DraftBrief(
        parts=(part,),
        language="en",
        common=config.common("en"),
        introduce=True,
        first_name="Mara",
        ticket_id="T-00000001",
        meter=meter,
    )


async def test_labels_are_the_workspaces_and_places_are_in_the_text(subject: Subject, config: TenantConfig) -> None:
    """A clear wish is found; every intent is a procedure or out of scope, every place lies in its message."""
    said = await subject.assistant.understand(reading(config, Counting(), LATE))
    assert said.wishes[0].best is not None
    assert said.wishes[0].best.intent == "late_refund"
    assert said.wishes[0].best.confidence >= CLEAR
    for found in said.wishes:
        assert 0 <= found.start < found.end <= len(LATE)
        assert {it.intent for it in found.ranked} <= {*config.procedures, OUT_OF_SCOPE}
        assert sum(it.confidence for it in found.ranked) <= 1005


async def test_it_abstains_where_nothing_fits(subject: Subject, config: TenantConfig) -> None:
    """What no procedure handles is never read as clearly one of them."""
    said = await subject.assistant.understand(reading(config, Counting(), "zork blip quux frobnicate"))
    clear = [it.best for it in said.wishes if it.best is not None and it.best.confidence >= CLEAR]
    assert all(best.intent == OUT_OF_SCOPE for best in clear)


async def test_consent_is_read_by_rules_alone(subject: Subject, config: TenantConfig) -> None:
    """Whatever a model answers, "no" to a confirmation is no, and a plain remark is no yes."""
    planned = await subject.assistant.plan(planning(Counting()))
    assert isinstance(planned.step, Propose)
    memory = Memory(
        wishes=(wish("cancel_order"),), asked=AskedConfirmation(action=planned.step.action), is_introduced=True
    )
    refused = await subject.assistant.understand(reading(config, Counting(), "No, don't.", memory=memory))
    assert refused.answer == "no"
    unclear = await subject.assistant.understand(reading(config, Counting(), "The weather is fine.", memory=memory))
    assert unclear.answer != "yes"


async def test_a_plan_stays_within_the_procedure(subject: Subject) -> None:
    """Only an allowed action is proposed, with records of the customer, restated before it is done."""
    planned = await subject.assistant.plan(planning(Counting()))
    assert isinstance(planned.step, Propose)
    assert planned.step.action.name in CANCEL.allowed_actions
    assert planned.step.action.is_intact()
    assert planned.step.confirm is not None


async def test_a_draft_cites_passages_that_it_was_given(subject: Subject, config: TenantConfig) -> None:
    """The answer stands in the passage, and is cited; the reply says that an assistant writes."""
    meter = Counting()
    draft = await subject.assistant.draft(writing(config, meter))
    assert "30 days" in draft.text
    assert {cited.passage_id for cited in draft.citations} == {7}
    assert "assistant" in draft.text


async def test_nothing_personal_goes_out_and_every_call_is_counted(subject: Subject, config: TenantConfig) -> None:
    """What the model received holds placeholders; what it cost is in the ledger, by the price that was set."""
    meter = Counting()
    await subject.assistant.understand(reading(config, meter, f"{LATE} {CONTACT}"))
    await subject.assistant.plan(planning(meter, f"Cancel order 10050, I don't need it any more. {CONTACT}"))
    await subject.assistant.draft(writing(config, meter))
    wire = json.dumps(subject.received)
    for personal in ("mara@example.com", "1234567", "Maple Drive", '"Mara"', "Mara."):
        assert personal not in wire
    assert len(meter.begun) == len(meter.ended) == len(subject.received)
    assert ("[email_" in wire) == bool(subject.received)
    for ended in meter.ended:
        assert ended.outcome == "answered"
        assert ended.price.source == "config"
        assert ended.price.microdollars
    if subject.server is not None:  # the one that streams
        assert meter.shown
        assert {call.purpose for call in meter.begun} == {"understand", "plan", "draft"}


async def test_what_is_the_same_for_every_ticket_is_sent_first_and_byte_for_byte(
    wired: Subject, config: TenantConfig
) -> None:
    """Tools and the system message do not change between tickets: the second call reads them from the cache."""
    meter = Counting()
    await wired.assistant.understand(reading(config, meter, LATE))
    await wired.assistant.understand(reading(config, meter, "Where is my parcel?"))
    first, second = wired.received
    assert first["tools"] == second["tools"]
    assert first["messages"][0] == second["messages"][0]  # type: ignore[index]
    assert (meter.ended[0].tokens.cached_read or 0) == 0
    assert (meter.ended[1].tokens.cached_read or 0) > 500


#: What becomes of each fault, and how it stands in the ledger; a repair asks a second time.
FAULTS: dict[FaultKind, tuple[str, str, int]] = {
    "truncated_json": ("unusable_answer", "unusable", 2),
    "unknown_tool": ("unusable_answer", "unusable", 2),
    "many_calls": ("unusable_answer", "answered", 2),
    "same_call": ("unusable_answer", "answered", 2),
    "refusal": ("unusable_answer", "refused", 2),
    "empty": ("unusable_answer", "unusable", 2),
    "huge_arguments": ("unusable_answer", "unusable", 2),
    "bad_request": ("unusable_answer", "rejected", 1),
    "rate_limited": ("model_down", "rate_limited", 1),
    "server_error": ("model_down", "unavailable", 1),
    "timeout": ("model_down", "timed_out", 1),
    "slow_stream": ("model_down", "timed_out", 1),
    "cut_stream": ("model_down", "unavailable", 1),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_ends_in_an_answer_of_the_embedded_assistant(
    wired: Subject, config: TenantConfig, embedded: EmbeddedAssistant, fault: FaultKind
) -> None:
    """At most two calls, each kept; the answer is the embedded assistant's, and says why."""
    assert wired.server is not None
    reason, outcome, calls = FAULTS[fault]
    wired.server.script = Script([Fault(fault=fault, seconds=10)])
    own = await embedded.understand(reading(config, Counting(), LATE))
    meters = [Counting(), Counting()]
    said, draft = await asyncio.gather(
        wired.assistant.understand(reading(config, meters[0], LATE)),
        wired.assistant.draft(writing(config, meters[1])),
    )
    assert said == own.model_copy(update={"fallback": reason})
    assert draft.fallback == reason
    assert "30 days" in draft.text
    for meter in meters:
        assert [ended.outcome for ended in meter.ended] == [outcome] * calls


async def test_a_plan_survives_nonsense_too(wired: Subject) -> None:
    """A tool that nobody offered, or the same call for ever, leaves the procedure's own step."""
    assert wired.server is not None
    for fault in ("unknown_tool", "many_calls"):
        wired.server.script = Script([Fault(fault=fault)])
        meter = Counting()
        planned = await wired.assistant.plan(planning(meter))
        assert isinstance(planned.step, Propose)
        assert planned.step.confirm is not None
        assert len(meter.begun) <= 2


async def test_while_somebody_will_try_again_a_provider_that_is_down_is_an_error(
    wired: Subject, config: TenantConfig
) -> None:
    """Temporal waits as long as the provider asks, within bounds."""
    assert wired.server is not None
    wired.server.script = Script([Fault(fault="rate_limited", seconds=3600)])
    with pytest.raises(ModelDown) as down:
        await wired.assistant.understand(reading(config, Counting(is_last_try=False), LATE))
    assert down.value.facts["retry_after"] == 20


async def test_one_bad_answer_is_repaired(wired: Subject, config: TenantConfig) -> None:
    """The second try is the model's own answer; both are paid for."""
    assert wired.server is not None
    wired.server.script = Script([Fault(fault="truncated_json", times=1)])
    meter = Counting()
    said = await wired.assistant.understand(reading(config, meter, LATE))
    assert said.fallback is None
    assert [ended.outcome for ended in meter.ended] == ["unusable", "answered"]
    assert all(ended.price.microdollars for ended in meter.ended)
