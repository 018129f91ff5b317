"""A small valid tenant to break in one place at a time, and the shipped tenants."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.references import REQUIRED_REPLIES
from adapters.workspace.tenant import Workspace

ROOT = Path(__file__).parents[4]
TENANTS = ROOT / "examples" / "shop" / "tenants"

TENANT = """\
tenant: acme
name: Acme
currency: EUR
language: en
backend: shop
queues: {support: Support}
roles: {support_lead: Lead}
windows: {reopen_days: 7, reminder_hours: 48, close_hours: 120}
"""
POLICY = """\
rules:
  - id: small
    actions: [reissue_refund]
    when: action.amount.amount <= 10000
    verdict: allow
    reason: Small refunds are routine.
  - id: large
    actions: [reissue_refund]
    when: action.amount.amount > 10000
    verdict: needs_approval
    role: support_lead
    expires_after: 3 days
    reason: Large ones are approved.
handoffs:
  - id: angry
    when: ticket.signals.angry
    handoff: angry
    queue: support
    reason: An angry customer wants a person.
"""
REPLIES = "en:\n" + "".join(f"  {name}: A sentence.\n" for name in REQUIRED_REPLIES)
PROCEDURE = """\
name: late_refund
title: a late refund
description: The money isn't there.
examples:
  - Where is my refund?
  - My refund is late.
  - no refund yet
  - I still wait for my money
  - refund missing
slots:
  refund:
    kind: refund
    ask: which
    where: it.reissued_as == null
allowed_actions: [refund_status, reissue_refund]
steps:
  - collect: refund
  - read: {action: refund_status, args: {refund: facts.refund.handle}}
  - when: facts.refund_status.status == 'failed'
    propose:
      action: reissue_refund
      args: {refund: facts.refund.handle}
  - answer: done
replies:
  en:
    which: Which refund is it, {choices}?
    done: I sent {refund.amount} for order {refund.order.number} again.
"""
ARTICLE = """\
---
title: Refunds
language: en
updated: 2026-03-01
---

## How long does it take?

Five days.
"""
FILES = {
    "tenant.yaml": TENANT,
    "policy.yaml": POLICY,
    "replies.yaml": REPLIES,
    "procedures/late_refund.yaml": PROCEDURE,
    "articles/refunds.md": ARTICLE,
}

#: Writes the small tenant with some files changed (None: left out) and returns the folder of tenants.
Write = Callable[[dict[str, str | None]], Path]
#: Writes it with one passage of one file replaced, loads it, and returns what is wrong.
Problems = Callable[[str, str, str], list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a writer of the small tenant."""

    def write_files(changes: dict[str, str | None]) -> Path:
        for name, text in (FILES | changes).items():
            file = tmp_path / "acme" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is not None:
                file.write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def problems(write: Write) -> Problems:
    """Give a function that breaks one file of the small tenant and tells what the loader says, without the folder."""

    def break_file(name: str, old: str, new: str) -> list[str]:
        assert FILES[name].count(old) >= 1, f"{name} does not hold {old!r}"
        folder = write({name: FILES[name].replace(old, new, 1)})
        try:
            load_workspace(folder)
        except WorkspaceErrors as errors:
            return [str(problem).removeprefix(f"{folder}/acme/") for problem in errors.problems]
        return []

    return break_file


@pytest.fixture(scope="session")
def shipped() -> Workspace:
    """Give the example's tenants, loaded once."""
    return load_workspace(TENANTS)
