"""Understanding and planning: rows in, labels out."""

from temporalio import activity
from typing_extensions import override

from activities.contracts import UnderstandingActivities
from activities.desk import Desk
from activities.failures import typed_failures
from activities.fence import fence_classification, fence_plan
from activities.levels import level_of
from activities.looking_first import LookingFirst
from activities.metering import asked
from activities.sight import conditions_of, look, procedure_of
from adapters.assistants.port import PlanBrief, UnderstandBrief
from domain.ask import PlanAsk, UnderstandAsk
from domain.handoff import HandoffReason
from domain.intent import Classification
from domain.memory import AskedConfirmation, AskedSlot
from domain.message import AuthorKind
from domain.reading import is_read_whole, part_read
from domain.step import PassOn, Planned
from domain.ticket import IdentityLevel
from store.corrections import read_lessons
from store.messages import read_messages

#: Messages of either side before the new ones that are read for the mood of the conversation.
_LOOK_BACK = 20


class Understanding(UnderstandingActivities):
    """Ask the tenant's assistant; it gets words, it answers in labels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @override
    @activity.defn
    @typed_failures
    async def understand_messages(self, ask: UnderstandAsk) -> Classification:
        ticket = ask.key.ticket
        async with self._desk.pools.operator(ticket.tenant) as conn:
            desk = await self._desk.current(conn, ticket.tenant)
            messages = await read_messages(
                conn, ticket.tenant, ticket.ticket_id, after=max(0, min(ask.seqs) - 1 - _LOOK_BACK), upto=max(ask.seqs)
            )
            lessons = await read_lessons(conn, ticket.tenant)
        theirs = [message for message in messages if message.author is AuthorKind.customer]
        cut = tuple(it.seq for it in theirs if it.seq in ask.seqs and not is_read_whole(it.text))
        customers = tuple(part_read(message) for message in theirs)
        async with asked(self._desk, desk, ask.key) as (assistant, meter):
            said = await assistant.understand(
                UnderstandBrief(
                    messages=tuple(message for message in customers if message.seq in ask.seqs),
                    earlier=tuple(message for message in customers if message.seq < min(ask.seqs)),
                    memory=ask.memory,
                    procedures=desk.config.procedures,
                    default_language=desk.config.language,
                    clear_from=desk.config.clear_from,
                    ticket_id=ticket.ticket_id,
                    meter=meter,
                    lessons=lessons,
                )
            )
        said = fence_classification(said, desk.config).model_copy(update={"part_read": cut})
        return said if cut else await LookingFirst(self._desk).read(ask, desk, said, customers)

    @override
    @activity.defn
    @typed_failures
    async def plan_step(self, ask: PlanAsk) -> Planned:
        ticket, memory = ask.key.ticket, ask.memory
        wish = memory.wish(ask.wish)
        async with self._desk.pools.operator(ticket.tenant) as conn:
            desk = await self._desk.current(conn, ticket.tenant)
            procedure = await procedure_of(conn, desk, wish)
            if procedure is None:  # the workspace has no such procedure (any more): a person knows what to do
                step = PassOn(reason=HandoffReason.not_supported)
                return Planned(wish=wish.number, step=step, slots=wish.slots, procedure_version="")
            sight = await look(self._desk, conn, ask.key, ask.context_id, ask.reads)
            messages = await read_messages(conn, ticket.tenant, ticket.ticket_id)
            level = await level_of(conn, desk, procedure, ask.key.now)
        question = memory.asked
        is_about_this = (isinstance(question, AskedSlot) and question.wish == wish.number) or (
            isinstance(question, AskedConfirmation) and question.action.wish == wish.number
        )
        async with asked(self._desk, desk, ask.key) as (assistant, meter):
            planned = await assistant.plan(
                PlanBrief(
                    ticket=ticket,
                    wish=wish,
                    procedure=procedure,
                    context=sight.context,
                    messages=tuple(part_read(m) for m in messages if m.author is AuthorKind.customer),
                    new_from=min(ask.seqs, default=2**31),
                    asked=question if is_about_this else None,
                    language=memory.language,
                    reads=sight.reads,
                    specs=desk.backend.specs,
                    next_action=memory.actions_proposed + 1,
                    now=ask.key.now,
                    has_evidence=ask.has_evidence,
                    others=tuple((w.seq, w.start, w.end) for w in memory.wishes if w.number != wish.number),
                    can_prove=desk.config.channels.of(ticket.channel).highest is IdentityLevel.proven,
                    facts=conditions_of(ask.key, memory, wish=wish),
                    meter=meter,
                )
            )
        return fence_plan(planned, desk.config, procedure, sight.context, wish).model_copy(update={"autonomy": level})
