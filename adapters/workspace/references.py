"""What the files of one tenant say of one another: names must exist, sentences be fillable, examples differ."""

import re
from collections.abc import Iterator

from adapters.workspace.conditions import wrong_names
from adapters.workspace.placeholders import wrong_placeholders
from adapters.workspace.problems import FieldPath, Problem, unknown
from adapters.workspace.source import Source
from adapters.workspace.staffing import check_staffing
from adapters.workspace.tenant import FALLBACK, TenantConfig
from domain.handoff import HandoffReason
from domain.policy import Verdict
from domain.procedure import Procedure

#: The common replies that a conversation cannot do without.
REQUIRED_REPLIES = (
    "greeting",
    "not_understood",
    "which_intent",
    "handed_off",
    "approval_requested",
    "approval_still_open",
    "approval_declined",
    "approval_expired",
    "withdrawn",
    "kept",
    "action_held",
    "action_undone",
    "effect_failed",
    "refused",
    "not_found",
    "needs_identity",
    "no_knowledge",
    "no_record",
    "action_failed",
    "action_unknown",
    "anything_else",
    "reminder",
    "closing",
    "resolved_thanks",
    "passed_on",
)
_HANDED_OFF = "handed_off_"
#: The letter with a one-time code: the one text that may name it, and must.
CODE_LETTER, CODE_PLACE = "identity_code", "{code}"


def check_references(tenant: TenantConfig) -> Iterator[Problem]:
    """Find every name in the tenant's files that names nothing, and every example that two procedures claim."""
    for name, procedure in tenant.procedures.items():
        source = tenant.source_of(name)
        yield from _check_queues(tenant, procedure, source)
        yield from _check_expressions(procedure, source)
        for locale, replies in procedure.replies.items():
            for reply, template in replies.items():
                for text in wrong_placeholders(template, procedure):
                    yield source.problem(("replies", locale, reply), text)
    yield from _check_policy(tenant, tenant.sources["policy"])
    yield from check_staffing(tenant, tenant.sources["policy"])
    yield from _check_replies(tenant, tenant.sources["replies"])
    yield from _check_examples(tenant)
    yield from _check_thresholds(tenant)


def _check_queues(tenant: TenantConfig, procedure: Procedure, source: Source) -> Iterator[Problem]:
    for index, step in enumerate(procedure.steps):
        if step.hand_off is not None and step.hand_off.queue not in tenant.queues:
            text = unknown("queue", step.hand_off.queue, tenant.queues)
            yield source.problem(("steps", index, "hand_off", "queue"), text)


def _check_expressions(procedure: Procedure, source: Source) -> Iterator[Problem]:
    facts = {*procedure.slots, *procedure.allowed_actions}
    for path, expression in _step_expressions(procedure):
        for text in wrong_names(expression, ("facts", "customer", "slots", "ticket"), facts, procedure.slots):
            yield source.problem(path, text)
    for name, slot in procedure.slots.items():
        for field in ("where", "prefer", "offers"):
            if (expression := getattr(slot, field)) is not None:
                for text in wrong_names(expression, ("it", "customer", "facts"), facts):
                    yield source.problem(("slots", name, field), text)


def _step_expressions(procedure: Procedure) -> Iterator[tuple[FieldPath, str]]:
    for index, step in enumerate(procedure.steps):
        if step.when is not None:
            yield ("steps", index, "when"), step.when
        for kind, action in (("propose", step.propose), ("read", step.read)):
            for argument, expression in (action.args if action else {}).items():
                yield ("steps", index, kind, "args", argument), expression


def _check_policy(tenant: TenantConfig, source: Source) -> Iterator[Problem]:
    seen: dict[str, FieldPath] = {}
    for index, rule in enumerate(tenant.policy.rules):
        path: FieldPath = ("rules", index)
        yield from _check_unique(rule.id, path, seen, source)
        for text in wrong_names(rule.when, ("action", "customer", "ticket", "facts")):
            yield source.problem((*path, "when"), text)
        if rule.verdict is Verdict.needs_approval and rule.role not in tenant.roles:
            yield source.problem((*path, "role"), unknown("role", rule.role, tenant.roles))
        if rule.tell_customer is not None and rule.tell_customer not in tenant.replies[FALLBACK]:
            text = unknown("common reply", rule.tell_customer, tenant.replies[FALLBACK])
            yield source.problem((*path, "tell_customer"), text)
    for index, handoff in enumerate(tenant.policy.handoffs):
        path = ("handoffs", index)
        yield from _check_unique(handoff.id, path, seen, source)
        for text in wrong_names(handoff.when, ("customer", "ticket", "facts")):
            yield source.problem((*path, "when"), text)
        if handoff.queue not in tenant.queues:
            yield source.problem((*path, "queue"), unknown("queue", handoff.queue, tenant.queues))


def _check_unique(rule: str, path: FieldPath, seen: dict[str, FieldPath], source: Source) -> Iterator[Problem]:
    if rule in seen:
        yield source.problem((*path, "id"), f"the id '{rule}' is taken in line {source.lines[*seen[rule], 'id']}")
    seen.setdefault(rule, path)


def _check_replies(tenant: TenantConfig, source: Source) -> Iterator[Problem]:
    english = tenant.replies[FALLBACK]
    for name in REQUIRED_REPLIES:
        if name not in english:
            yield source.problem((FALLBACK, name), "is missing")
    for locale, replies in tenant.replies.items():
        for name, template in replies.items():
            if name not in english:
                yield source.problem((locale, name), f"stands here but not in {FALLBACK}")
            reason = name.removeprefix(_HANDED_OFF)
            if name.startswith(_HANDED_OFF) and reason not in HandoffReason.__members__:
                yield source.problem((locale, name), unknown("handoff reason", reason, HandoffReason.__members__))
            is_letter = name == CODE_LETTER
            if is_letter and CODE_PLACE not in template:
                yield source.problem((locale, name), f"must hold {CODE_PLACE}")
            for text in wrong_placeholders(template.replace(CODE_PLACE, "") if is_letter else template, None):
                yield source.problem((locale, name), text)


def _check_examples(tenant: TenantConfig) -> Iterator[Problem]:
    """Two procedures with the same example cannot be told apart by it; one with it twice counts it double."""
    seen: dict[str, str] = {}
    for name, procedure in tenant.procedures.items():
        for index, example in enumerate(procedure.examples):
            key = normalised(example)
            if key in seen:
                yield tenant.source_of(name).problem(("examples", index), f"'{seen[key]}' has this example already")
            seen.setdefault(key, name)


def _check_thresholds(tenant: TenantConfig) -> Iterator[Problem]:
    """A threshold of a procedure that is gone would be kept in the belief that it does something."""
    for intent in tenant.clear_from:
        if intent not in tenant.procedures:
            yield tenant.sources["thresholds"].problem(
                ("clear_from", intent), unknown("procedure", intent, tenant.procedures)
            )


def normalised(utterance: str) -> str:
    """An utterance as far as its words go: lower case, single spaces, no punctuation, no apostrophes."""
    return " ".join(re.findall(r"\w+", re.sub("['\u2019]", "", utterance.lower())))
