"""Which queue a ticket goes to and what may be promised there, by the policy file and what is known now."""

from datetime import datetime

from activities.desk import TenantDesk
from activities.sight import Sight
from domain.ask import TurnKey
from domain.handoff import HandoffReason
from domain.ids import Label
from domain.memory import Memory, ReplyPart
from domain.queue import Promise
from domain.routing import route
from domain.sla import promise
from domain.spoken_time import by_when

#: The sentence of a promise that was not kept.
LATE: Label = "handoff_late"


def is_about_handoff(part: ReplyPart) -> bool:
    """Whether a paragraph says who takes over, and by when."""
    return part.handoff is not None or part.reply == LATE


def promise_for(desk: TenantDesk, key: TurnKey, memory: Memory, sight: Sight, part: ReplyPart) -> Promise:
    """What the customer can be promised by this paragraph: of a handoff, in the queue that the rules choose."""
    asked = part.queue or "support"
    if part.handoff is None:  # a promise was broken; who comes next was settled when it was made
        return promise(desk.config.policy.staffing, asked, key.now, urgent=True)
    return chosen(desk, key, memory, sight, part.handoff, asked, part.wish, urgent=part.urgent)


def chosen(
    desk: TenantDesk,
    key: TurnKey,
    memory: Memory,
    sight: Sight,
    reason: HandoffReason,
    asked: Label,
    wish: int | None,
    *,
    urgent: bool,
) -> Promise:
    """Route a handoff, and say what its queue may promise now."""
    policy = desk.config.policy
    about = memory.wish(wish) if wish is not None else (memory.wishes[-1] if memory.wishes else None)
    facts = sight.facts(key, about, memory) | {"reason": reason.value}
    to = route(policy, asked, facts, urgent=urgent, language=memory.language)
    return promise(policy.staffing, to.queue, key.now, urgent=to.urgent, rule=to.rule)


def told(desk: TenantDesk, given: Promise, now: datetime, language: str) -> dict[str, str]:
    """The promise as templates name it: the queue as customers know it, and by when in their own words."""
    facts = {"queue": desk.config.queues.get(given.queue, given.queue)}
    if given.due_at is not None:
        hours = desk.config.policy.staffing.hours_of(given.queue)
        zone = hours.time_zone if hours is not None else "UTC"
        facts["by"] = by_when(given.due_at, now, zone, language)
    return facts
