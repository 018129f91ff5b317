"""An assistant behind the mask sees no personal data, and what it answers fits what was written."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from activities.desk import TenantDesk
from adapters.assistants.port import (
    Assistant,
    Cited,
    Draft,
    DraftBrief,
    PartFacts,
    Passage,
    PlanBrief,
    UnderstandBrief,
)
from adapters.assistants.redaction.detectors import find
from adapters.assistants.redaction.redacted import Redacted, attachable, known_of
from adapters.assistants.scripted import ScriptedAssistant
from domain.action import ProposedAction
from domain.customer import CustomerContext
from domain.errors import ReplyInvalid
from domain.intent import Classification, RankedIntent, Signals, SignalSpan, WishFound
from domain.memory import Memory, ReplyPart, Wish
from domain.message import AttachmentInfo, AuthorKind, Message
from domain.slot import SpanValue
from domain.step import Planned, Propose
from tests.unit.adapters.assistants.embedded.briefs import plan_brief, procedure, wish
from tests.unit.domain.customers import TICKET, TODAY, mara

KEY = b"a key"
WORDS = "Hi, mara@example.com here. Send order 10042 to 445 Maple Drive, 4020 Linz instead, or call +43 664 1234567."


class Elsewhere(ScriptedAssistant):
    """An assistant whose words leave the process."""

    sends_words_out = True


def message(text: str, seq: int = 1) -> Message:
    """A customer's message with a file."""
    photo = AttachmentInfo(name="mara@example.com.jpg", media_type="image/jpeg", size=1)
    return Message(seq=seq, author=AuthorKind.customer, text=text, at=TODAY, attachments=(photo,))


def span(text: str, words: str, seq: int = 1) -> SpanValue:
    """Where words stand in a text."""
    start = text.index(words)
    return SpanValue(seq=seq, start=start, end=start + len(words), sha256=digest(words))


def digest(words: str) -> str:
    """The digest of a span."""
    return hashlib.sha256(words.encode()).hexdigest()


def strings(value: object) -> list[str]:
    """Every string in a brief, wherever it is."""
    match value:
        case str():
            return [value]
        case BaseModel():
            return strings(dict(value))
        case Mapping():
            return [text for item in value.values() for text in strings(item)]
        case tuple() | list() | frozenset():
            return [text for item in value for text in strings(item)]
        case _ if dataclasses.is_dataclass(value):
            return strings({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
        case _:
            return []


def survivors(brief: object, context: CustomerContext | None = None) -> list[str]:
    """What a detector still finds in what the assistant was shown."""
    known = known_of(context) if context is not None else ()
    return [text for text in strings(brief) if find(text, known)]


def finding(words_shown: str) -> Any:  # noqa: ANN401 - a script
    """An assistant that finds a wish where certain words stand in what it is shown."""

    def understand(brief: UnderstandBrief) -> Classification:
        text = brief.messages[0].text
        start = text.index(words_shown)
        ranked = (RankedIntent(intent="change_order_address", confidence=990),)
        found = WishFound(ranked=ranked, seq=1, start=start, end=text.index("instead") + len("instead"))
        return Classification(wishes=(found,), language="en", signals=Signals())

    return understand


async def test_understanding_points_into_what_was_written() -> None:
    """The wish's place is that of the customer's own words, though the assistant saw placeholders before and in it."""
    inner = Elsewhere(understand=finding("Send order"))
    earlier = Wish(number=1, intent="x", confidence=1, seq=1, start=WORDS.index("Send"), end=len(WORDS))
    asked = UnderstandBrief((message(WORDS),), Memory(wishes=(earlier,)), {}, "en", TICKET)
    said = await Redacted(inner, KEY).understand(asked)
    [found] = said.wishes
    assert WORDS[found.start : found.end] == "Send order 10042 to 445 Maple Drive, 4020 Linz instead"
    [shown] = inner.briefs
    assert isinstance(shown, UnderstandBrief)
    assert survivors(shown) == []
    assert "order 10042" in shown.messages[0].text
    [place] = shown.memory.wishes
    assert shown.messages[0].text[place.start : place.end].startswith("Send order 10042")


async def test_signals_point_into_what_was_written_earlier_and_now() -> None:
    """Earlier messages are masked like the new ones, and the places of a signal's words are carried back."""

    def understand(brief: UnderstandBrief) -> Classification:
        shown = brief.earlier[0]
        start = shown.text.index("Send order")
        span = SignalSpan(signal="angry", seq=shown.seq, start=start, end=shown.text.index("instead"))
        return Classification(wishes=(), language="en", signals=Signals(angry=True), signal_spans=(span,))

    inner = Elsewhere(understand=understand)
    asked = UnderstandBrief((message("So?", 3),), Memory(), {}, "en", TICKET, earlier=(message(WORDS),))
    [span] = (await Redacted(inner, KEY).understand(asked)).signal_spans
    assert WORDS[span.start : span.end] == "Send order 10042 to 445 Maple Drive, 4020 Linz "
    [shown] = inner.briefs
    assert survivors(shown) == []
    assert isinstance(shown, UnderstandBrief)
    assert [it.seq for it in shown.messages] == [3]


def extracting(words: str) -> Any:  # noqa: ANN401 - a script
    """An assistant that proposes to change the address to the words after "to"."""

    def plan(brief: PlanBrief) -> Planned:
        text = brief.messages[0].text
        start = text.index(" to ") + len(" to ")
        place = SpanValue(seq=1, start=start, end=text.index(words), sha256="0" * 64)
        action = ProposedAction.of(
            action_id=f"{brief.ticket.ticket_id}/a1", name="cancel_order", args={"address": place}, wish=1
        )
        step = Propose(action=action, is_write=True, confirm="confirm")
        return Planned(wish=1, step=step, slots={**brief.wish.slots, "address": place}, procedure_version="1")

    return plan


async def test_planning_takes_the_address_that_was_written() -> None:
    """Slots and the action's arguments are places in the written message, with the digest of the written words."""
    inner = Elsewhere(plan=extracting(" instead"))
    cut = span(WORDS, "Maple Drive, 4020")  # it cuts into what is hidden, and comes back as it was
    given = plan_brief(procedure([{"answer": "done"}]), WORDS, about=wish(WORDS, slots={"kept": cut}))
    planned = await Redacted(inner, KEY).plan(given)
    expected = span(WORDS, "445 Maple Drive, 4020 Linz")
    assert planned.slots == {"kept": cut, "address": expected}
    assert isinstance(planned.step, Propose)
    assert planned.step.action.args == {"address": expected}
    assert planned.step.action.is_intact()
    assert planned.step.confirm == "confirm"
    [shown] = inner.briefs
    assert isinstance(shown, PlanBrief)
    assert survivors((shown.messages, shown.context, shown.reads, shown.facts, shown.ticket), given.context) == []
    assert mara().name not in json.dumps([message.text for message in shown.messages])

    again = dataclasses.replace(
        given, wish=given.wish.model_copy(update={"confirmed": (planned.step.action.args_sha256,)})
    )
    confirmed = await Redacted(Elsewhere(plan=extracting(" instead")), KEY).plan(again)
    assert isinstance(confirmed.step, Propose)
    assert confirmed.step.confirm is None  # the customer's yes was to the words as written


def drafting(text: str) -> Any:  # noqa: ANN401 - a script
    """An assistant that fills {first}, {to} and {quote} from what it is shown."""

    def draft(brief: DraftBrief) -> Draft:
        [part] = brief.parts
        shown = {"first": brief.first_name, "to": part.facts["action"]["address"], "quote": part.passages[0].text}
        return Draft(text=text.format(**shown), citations=(Cited(part.passages[0].text, 7),))

    return draft


def part() -> PartFacts:
    """A part that tells of an address, with a passage that has a phone number in it."""
    passage = Passage(passage_id=7, title="Help", section="Calling", text="Call +43 1 2345678 before 6 pm.")
    facts = {"action": {"address": "445 Maple Drive, 4020 Linz"}, "customer": {"first_name": "Mara"}, "n": 3}
    told = ReplyPart(kind="reply", reply="done")
    return PartFacts(part=told, template="Dear {first}", facts=facts, passages=(passage,), question=WORDS)


async def test_a_draft_has_the_real_words() -> None:
    """The placeholders of a reply are filled again, in the citations as well."""
    inner = Elsewhere(draft=drafting("Dear {first}, it goes to {to}. {quote}"))
    brief = DraftBrief((part(),), "en", {}, introduce=True, first_name="Mara", ticket_id=TICKET)
    draft = await Redacted(inner, KEY).draft(brief)
    assert draft.text == "Dear Mara, it goes to 445 Maple Drive, 4020 Linz. Call +43 1 2345678 before 6 pm."
    assert draft.citations == (Cited("Call +43 1 2345678 before 6 pm.", 7),)
    [shown] = inner.briefs
    assert isinstance(shown, DraftBrief)
    assert [text for text in strings(shown) if find(text, (("name", "Mara"),))] == []


async def test_a_made_up_placeholder_is_no_reply() -> None:
    """A model that invents one is refused; the ticket goes on as with any reply that cannot be written."""
    inner = Elsewhere(draft=[Draft(text="Write to [email_0123abcd].")])
    brief = DraftBrief((), "en", {}, introduce=True, first_name=None, ticket_id=TICKET)
    with pytest.raises(ReplyInvalid):
        await Redacted(inner, KEY).draft(brief)


def test_nothing_that_sends_words_out_is_attached_without_the_mask() -> None:
    """What says that it does, and what says nothing, is put behind the mask; a desk takes nothing else."""

    class Silent:
        """An assistant that does not say."""

    inside, outside = ScriptedAssistant(), Elsewhere()
    silent: Assistant = Silent()  # type: ignore[assignment] # that it says nothing is the point
    assert attachable(inside, KEY) is inside
    assert isinstance(attachable(outside, KEY), Redacted)
    assert isinstance(attachable(silent, KEY), Redacted)
    nothing: Any = None
    TenantDesk(config=nothing, assistant=attachable(outside, KEY), backend=nothing)
    with pytest.raises(RuntimeError, match="mask"):
        TenantDesk(config=nothing, assistant=outside, backend=nothing)
