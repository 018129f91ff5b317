"""The evil model: an `Assistant` that answers whatever an assignment says, and remembers what it saw of others.

It is harsher than any model: it keeps its memory from ticket to ticket and from tenant to tenant, knows how handles are
made, and answers with what no validation would let through. Every brief it is handed is searched for foreign canaries.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass
from random import Random
from typing import Any

from temporalio import activity

from adapters.assistants.port import Cited, Draft, DraftBrief, PlanBrief, UnderstandBrief
from domain.errors import SetrightError
from domain.intent import AnswerKind, Classification, RankedIntent, Signals, WishFound
from domain.model import Model
from domain.step import Answer, Planned
from domain.ticket import TicketRef
from runtime.attack.canary import Owner, canaries_in
from runtime.attack.drafts import WRITERS
from runtime.attack.findings import Findings
from runtime.attack.moves import Move
from runtime.attack.values import Loot

#: The ticket that is being served in process; inside an activity the workflow's id says it.
CURRENT: ContextVar[TicketRef] = ContextVar("CURRENT")
#: Fields of briefs that hold the workspace's own words or none, and are large.
_NOT_SEARCHED = {"procedure", "procedures", "specs", "common", "template"}
#: So many words and handles of one customer are kept.
_KEPT = 8
_PATIENCE_SECONDS = 10.0


class WordsInError(SetrightError):
    """An assistant failed and put what it was reading into the error, as careless code does."""

    code = "words_in_error"


@dataclass
class Assignment:
    """What the attacker shall do on one ticket."""

    ref: TicketRef
    intent: str = "refund_request"
    moves: list[tuple[str, Move]] = field(default_factory=list)
    writer: str = "harmless"
    says_yes: bool = False
    fails_in: str | None = None  # `understand`, `plan` or `draft`: raise an error that quotes the brief
    quotes: str | None = None  # what it quotes, where it is not something stolen


class Attacker:
    """An `Assistant`; `calls` counts what it emitted, by category."""

    sends_words_out = False

    def __init__(self, findings: Findings, seed: int) -> None:
        self.findings = findings
        self.random = Random(seed)
        self.loot = Loot()
        self.calls: Counter[str] = Counter()
        self.scenarios: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self._assigned: dict[str, Assignment] = {}
        self._news = asyncio.Event()

    def assign(self, assignment: Assignment) -> None:
        """Tell it what to do on a ticket from now on."""
        self._assigned[assignment.ref.ticket_id] = assignment
        self._news.set()

    def release(self, ref: TicketRef) -> None:
        """Forget a ticket that is over."""
        self._assigned.pop(ref.ticket_id, None)

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Say that the customer wants what the assignment is about."""
        job = await self._begin("understand", brief)
        seq = max((message.seq for message in brief.messages), default=1)
        found = WishFound(ranked=(RankedIntent(intent=job.intent, confidence=1_000),), seq=seq, start=0, end=1)
        answer: AnswerKind = "yes" if job.says_yes else "none"
        self._count("classification", f"classification/{job.intent}/{answer}")
        return Classification(wishes=(found,), language="en", signals=Signals(), answer=answer)

    async def plan(self, brief: PlanBrief) -> Planned:
        """Make the next move of the assignment; when there is none left, call it settled."""
        job = await self._begin("plan", brief)
        self._take(brief)
        if not job.moves:
            step: Any = Answer(reply="resolved_thanks")
        else:
            name, move = job.moves.pop(0)
            step = move(brief, self.loot, self.random)
            self._count(name.partition("/")[0], name)
        return Planned.model_construct(
            wish=brief.wish.number,
            step=step,
            slots=brief.wish.slots,
            procedure_version=brief.wish.procedure_version or "",
            split=(),
        )

    async def draft(self, brief: DraftBrief) -> Draft:
        """Write what the assignment says, quoting something stolen where there is anything."""
        job = await self._begin("draft", brief)
        stolen = job.quotes or self.loot.word(self.random, (job.ref.tenant, job.ref.customer_id))
        text = WRITERS[job.writer](stolen, self.random)
        self._count("draft", f"draft/{job.writer}")
        cited = tuple(Cited(text, passage.passage_id) for part in brief.parts for passage in part.passages)
        return Draft(text=text, citations=cited or (Cited(text, 1),))

    async def _begin(self, call: str, brief: Any) -> Assignment:
        """Find the ticket that is being served, search the brief, and fail where that is the assignment."""
        job = await self._job()
        owner = Owner(job.ref.tenant, job.ref.customer_id)
        text = "\n".join(words_in(brief))
        self.findings.look(f"brief/{call}", text, owner)
        if job.fails_in == call:
            quoted = next((str(canary) for canary in canaries_in(text)), "cnry_t00_c00_error_1")
            self._count("error", f"error/{call}")
            raise WordsInError(f"could not read: {quoted}")
        return job

    async def _job(self) -> Assignment:
        """The assignment of the ticket; one opened over the API may be served before we have heard of its id."""
        ticket_id = _ticket_id()
        while ticket_id not in self._assigned:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), _PATIENCE_SECONDS)
        return self._assigned[ticket_id]

    def _take(self, brief: PlanBrief) -> None:
        """Remember handles and words for other tickets."""
        owner = (brief.ticket.tenant, brief.ticket.customer_id)
        if len(self.loot.handles.setdefault(owner, [])) < _KEPT:
            self.loot.handles[owner] += [handle for handle, _ in brief.context.records()][:_KEPT]
        if not self.loot.words.setdefault(owner, []):
            words = (str(canary) for canary in canaries_in("\n".join(words_in(brief.context))))
            self.loot.words[owner] += [word for word in words if f"_{owner[1]}_" in word][:_KEPT]

    def _count(self, category: str, scenario: str) -> None:
        self.calls[category] += 1
        self.scenarios.add(scenario)


def _ticket_id() -> str:
    if activity.in_activity():
        return (activity.info().workflow_id or "").removeprefix("ticket:")
    return CURRENT.get().ticket_id


def words_in(value: Any) -> Iterator[str]:  # noqa: C901 - one case a kind of value
    """Every string of a brief, a model or a mapping, but for the workspace's own."""
    match value:
        case str():
            yield value
        case Model():
            for name, item in value.__dict__.items():
                if name not in _NOT_SEARCHED:
                    yield from words_in(item)
        case dict():
            for key, item in value.items():
                yield from words_in(key)
                yield from words_in(item)
        case list() | tuple():
            for item in value:
                yield from words_in(item)
        case _ if is_dataclass(value):
            for known in fields(value):
                if known.name not in _NOT_SEARCHED:
                    yield from words_in(getattr(value, known.name))
        case _:
            return
