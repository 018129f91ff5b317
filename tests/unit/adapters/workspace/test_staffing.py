"""Queues, hours and routes of a policy file: what is wrong is told with its line and field."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.tenant import Workspace
from domain.routing import route

Write = Callable[[dict[str, str | None]], Path]
POLICY = """\
rules: []
hours:
  desk: {time_zone: Europe/Berlin, days: [mon, tue], opens: "09:00", closes: "17:00"}
queues:
  support: {hours: desk, first_response: 4 hours, notify: support_lead}
routes:
  - id: large
    when: customer.is_vip
    queue: support
    reason: Theirs.
"""
LATE = "  handoff_late: Late. {handoff.queue} will reply {handoff.by}.\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Europe/Berlin", "Europe/Berlyn", "3: hours.desk.time_zone: there is no time zone 'Europe/Berlyn'"),
        ('"09:00"', "9", "3: hours.desk.opens: must be a time of day in quotes"),
        ('"17:00"', '"08:00"', "3: hours.desk.closes: must be at least 15 minutes later than opens"),
        ("hours: desk", "hours: dusk", "5: queues.support.hours: there are no hours 'dusk'"),
        ("4 hours", "4", "5: queues.support.first_response: must be a span of working time like"),
        ("notify: support_lead", "notify: support_led", "5: queues.support.notify: there is no role 'support_led'"),
        ("notify: support_lead", "escalate_to: suport", "5: queues.support.escalate_to: there is no queue 'suport'"),
        ("notify: support_lead", "escalate_to: support", "5: queues.support.escalate_to: escalation goes in a circle"),
        ("  support: {", "  suport: {", "5: queues.suport: there is no queue 'suport' in tenant.yaml; did you mean"),
        ("    queue: support", "    queue: suport", "9: routes[1].queue: there is no queue 'suport'"),
        ("    queue: support", "    skill: magic", "9: routes[1].skill: no queue has the skill 'magic'"),
        ("    queue: support\n", "", "7: routes[1]: name one of `queue` and `skill`"),
        ("customer.is_vip", "customer.is_vp", "8: routes[1].when: there is no name 'is_vp' in customer"),
        ("customer.is_vip", "ticket.signals.angry", "8: routes[1].when: signals are for handoff rules"),
        ("customer.is_vip", "action.amount > 1", "8: routes[1].when: there is no variable 'action' here"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(write: Write, old: str, new: str, says: str) -> None:
    """One fault, one problem, where it stands."""
    assert old in POLICY
    replies = (write({}) / "acme" / "replies.yaml").read_text() + LATE
    folder = write({"policy.yaml": POLICY.replace(old, new, 1), "replies.yaml": replies})
    with pytest.raises(WorkspaceErrors) as raised:
        load_workspace(folder)
    told = [str(problem).removeprefix(f"{folder}/acme/policy.yaml:") for problem in raised.value.problems]
    assert any(line.startswith(says) for line in told), told


def test_a_promise_needs_a_sentence_and_a_sentence_needs_a_promise(write: Write) -> None:
    """Neither a promise that is broken in silence, nor "by …" for a queue that promises nothing."""
    replies = (write({}) / "acme" / "replies.yaml").read_text()
    with pytest.raises(WorkspaceErrors, match=r"en\.handoff_late: is missing"):
        load_workspace(write({"policy.yaml": POLICY}))
    silent = POLICY.replace(", first_response: 4 hours", "")
    with pytest.raises(WorkspaceErrors, match="the queue 'support' has no first_response"):
        load_workspace(write({"policy.yaml": silent, "replies.yaml": replies + LATE}))
    assert load_workspace(write({"policy.yaml": POLICY, "replies.yaml": replies + LATE})).tenants


@pytest.mark.parametrize(
    ("reason", "is_vip", "queue"),
    [
        ("effect_unknown", False, "billing"),
        ("angry", True, "vip"),
        ("legal_threat", True, "legal"),
        ("angry", False, "support"),
    ],
)
def test_the_shops_handoffs_go_to_the_right_people(shipped: Workspace, reason: str, is_vip: bool, queue: str) -> None:
    """Money that nobody is sure of to those who see the books, VIPs to their desk, the law to the lawyers."""
    policy = shipped.tenants["meridian"].policy
    asked = "legal" if reason == "legal_threat" else "support"
    facts = {"customer": {"is_vip": is_vip}, "ticket": {}, "facts": {}, "reason": reason}
    found = route(policy, asked, facts, urgent=False, language="en")
    assert (found.queue, found.errors) == (queue, ())
