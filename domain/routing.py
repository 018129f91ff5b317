"""Where a handoff goes: the rules of the policy file over what is known of the ticket, its customer and the reason."""

from typing import Any

from domain.ids import Label
from domain.model import Model
from domain.policy import Policy, RouteRule, evaluate


class Route(Model):
    """The queue that was chosen, by which rule, and the rules that could not be evaluated."""

    queue: Label
    urgent: bool
    rule: Label | None = None
    errors: tuple[Label, ...] = ()


def route(policy: Policy, asked: Label, facts: dict[str, Any], *, urgent: bool, language: str) -> Route:
    """Choose a queue for a handoff that asks for one: the first rule that matches, then whoever speaks the language.

    `facts` are `customer`, `ticket`, `facts` and `reason`. A rule that cannot be evaluated is passed over and reported:
    the ticket goes to a person all the same. Every matching rule may make it urgent, none makes it less so.
    """
    chosen: RouteRule | None = None
    errors: list[Label] = []
    for rule in policy.routes:
        try:
            matches = evaluate(rule.when, facts)
        except Exception:  # noqa: BLE001 - the evaluator raises many kinds; each means "cannot be judged"
            errors.append(rule.id)
            continue
        if matches:
            chosen = chosen or rule
            urgent = urgent or rule.urgent
    queue = asked
    if chosen is not None:
        queue = chosen.queue or _with_skill(policy, chosen.skill or "", language) or asked
    return Route(
        queue=_in_language(policy, queue, language),
        urgent=urgent,
        rule=chosen.id if chosen is not None else None,
        errors=tuple(errors),
    )


def _with_skill(policy: Policy, skill: Label, language: str) -> Label | None:
    """The first queue with a skill that speaks the language, or else the first with the skill."""
    skilled = [name for name, queue in policy.queues.items() if queue.skill == skill]
    return next((name for name in skilled if policy.queues[name].speaks(language)), next(iter(skilled), None))


def _in_language(policy: Policy, queue: Label, language: str) -> Label:
    """The queue itself, or one of the same skill that speaks the language where it does not."""
    known = policy.queues.get(queue)
    if known is None or known.speaks(language) or known.skill is None:
        return queue
    return next((name for name, it in policy.queues.items() if it.skill == known.skill and it.speaks(language)), queue)
