"""An assistant that sends words elsewhere, behind a mask: it sees placeholders, and its answers are put right again.

Places in messages are carried over both ways, so that slots point into what the customer wrote. Whether an action was
confirmed is decided here once more, because a confirmation is bound to the places as written.
"""

from dataclasses import replace

from typing_extensions import override

from adapters.assistants.port import Assistant, Cited, Draft, DraftBrief, PlanBrief, UnderstandBrief
from adapters.assistants.redaction.mask import Mask
from adapters.assistants.redaction.places import Places
from adapters.assistants.redaction.strings import hidden
from domain.customer import Address, CustomerContext
from domain.intent import Classification
from domain.step import Planned, Propose


def attachable(assistant: Assistant, key: bytes) -> Assistant:
    """The assistant as it may be attached: itself if words stay in this process, behind a mask otherwise.

    One that does not say is taken for one that sends them.
    """
    return Redacted(assistant, key) if getattr(assistant, "sends_words_out", True) else assistant


class Redacted(Assistant):
    """An `Assistant` that lets another one see no personal data; `key` makes placeholders that nobody can guess."""

    sends_words_out = False

    def __init__(self, assistant: Assistant, key: bytes) -> None:
        self._assistant = assistant
        self._key = key

    @override
    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Say what the customer wants, from masked messages; raises what the assistant raises."""
        mask = Mask(self._key, brief.ticket_id)
        places = Places(mask, (*brief.earlier, *brief.messages))
        before = len(brief.earlier)
        shown = replace(
            brief,
            earlier=places.messages[:before],
            messages=places.messages[before:],
            memory=places.shown(brief.memory),
        )
        return places.written(await self._assistant.understand(shown))

    @override
    async def plan(self, brief: PlanBrief) -> Planned:
        """Say what comes next, from masked messages and records; raises what the assistant raises."""
        mask = Mask(self._key, brief.ticket.ticket_id, known_of(brief.context))
        places = Places(mask, brief.messages)
        shown = replace(
            brief,
            ticket=hidden(brief.ticket, mask),
            wish=places.shown(brief.wish),
            context=hidden(brief.context, mask),
            messages=places.messages,
            asked=places.shown(brief.asked),
            reads=hidden(brief.reads, mask),
            others=tuple((seq, *places.span(seq, start, end)) for seq, start, end in brief.others),
            facts=hidden(brief.facts, mask),
        )
        planned = places.written(await self._assistant.plan(shown))
        match planned.step:
            case Propose(action=action) as step if action.args_sha256 in brief.wish.confirmed:
                return planned.model_copy(update={"step": step.model_copy(update={"confirm": None})})
            case _:
                return planned

    @override
    async def draft(self, brief: DraftBrief) -> Draft:
        """Write the reply with placeholders, and put back what they stand for.

        Raises:
            ReplyInvalid: the reply names a placeholder that stands for nothing; and what the assistant raises.
        """
        known = (("name", brief.first_name),) if brief.first_name else ()
        mask = Mask(self._key, brief.ticket_id, known)
        parts = tuple(
            replace(
                part,
                facts=hidden(part.facts, mask),
                passages=hidden(part.passages, mask),
                question=mask.hide(part.question).text,
            )
            for part in brief.parts
        )
        shown = replace(
            brief,
            parts=parts,
            first_name=hidden(brief.first_name, mask),
            wordings=hidden(brief.wordings, mask),  # marked already; another customer's words are masked twice
        )
        draft = await self._assistant.draft(shown)
        return replace(
            draft,
            text=mask.restore(draft.text),
            citations=tuple(Cited(mask.restore(cited.sentence), cited.passage_id) for cited in draft.citations),
        )


def known_of(context: CustomerContext) -> tuple[tuple[str, str], ...]:
    """What the records know of the customer that has no form of its own: names, and the parts of addresses."""
    names = [context.name, *context.name.split(), context.first_name]
    addresses = [context.address, *(order.address for order in context.orders)]
    parts = [part for address in addresses if address is not None for part in _parts(address)]
    found = [*(("name", name) for name in names), *(("address", part) for part in parts)]
    return tuple(dict.fromkeys((kind, words) for kind, words in found if words))


def _parts(address: Address) -> tuple[str, ...]:
    return (address.line1, address.line2, address.postcode)
