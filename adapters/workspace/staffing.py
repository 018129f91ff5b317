"""Queues and routes of a policy file, held against the rest of the tenant's files."""

from collections.abc import Iterator

from adapters.workspace.conditions import wrong_names
from adapters.workspace.problems import FieldPath, Problem, unknown
from adapters.workspace.source import Source
from adapters.workspace.tenant import FALLBACK, TenantConfig
from domain.errors import ReplyInvalid
from domain.queue import Queue
from domain.template import placeholders

#: The common reply that is told when a promise is broken; needed where there are promises.
LATE = "handoff_late"
_WHEN = "handoff.by"
#: What a routing rule may weigh.
ROUTE_ROOTS = ("customer", "ticket", "facts", "reason")


def check_staffing(tenant: TenantConfig, source: Source) -> Iterator[Problem]:
    """Find queues that nobody has, roles that nobody has, rules that can never be judged, and promises left unsaid."""
    policy = tenant.policy
    for name, queue in policy.queues.items():
        yield from _check_queue(tenant, name, queue, source)
    taken = {rule.id for rule in policy.rules} | {rule.id for rule in policy.handoffs}
    for index, route in enumerate(policy.routes):
        path: FieldPath = ("routes", index)
        if route.id in taken:
            yield source.problem((*path, "id"), f"the id '{route.id}' is taken by another rule of this file")
        taken.add(route.id)
        for text in wrong_names(route.when, ROUTE_ROOTS):
            yield source.problem((*path, "when"), text)
        if "ticket.signals" in route.when:
            yield source.problem((*path, "when"), "signals are for handoff rules; a route weighs their `reason`")
        if route.queue is not None and route.queue not in tenant.queues:
            yield source.problem((*path, "queue"), unknown("queue", route.queue, tenant.queues))
    yield from _check_promises(tenant, source)


def _check_queue(tenant: TenantConfig, name: str, queue: Queue, source: Source) -> Iterator[Problem]:
    path: FieldPath = ("queues", name)
    if name not in tenant.queues:
        yield source.problem(path, unknown("queue", name, tenant.queues, "tenant.yaml"))
    if queue.escalate_to is not None and queue.escalate_to not in tenant.queues:
        yield source.problem((*path, "escalate_to"), unknown("queue", queue.escalate_to, tenant.queues))
    if queue.notify is not None and queue.notify not in tenant.roles:
        yield source.problem((*path, "notify"), unknown("role", queue.notify, tenant.roles))


def _check_promises(tenant: TenantConfig, source: Source) -> Iterator[Problem]:
    """A sentence that says by when needs a time for every queue; a promise needs a sentence for when it is broken."""
    promising = {name for name, queue in tenant.policy.queues.items() if queue.first_response is not None}
    replies = tenant.sources["replies"]
    if promising and LATE not in tenant.replies[FALLBACK]:
        yield replies.problem((FALLBACK, LATE), "is missing; queues promise a first response, and it may come late")
    for locale, common in tenant.replies.items():
        for name, template in common.items():
            if _names_a_time(template):
                for queue in sorted(set(tenant.queues) - promising):
                    text = f"the reply {locale}.{name} names {{{_WHEN}}}, and the queue '{queue}' has no first_response"
                    yield source.problem(("queues",), text)
                return


def _names_a_time(template: str) -> bool:
    try:
        return _WHEN in placeholders(template)
    except ReplyInvalid:  # told where replies are checked
        return False
