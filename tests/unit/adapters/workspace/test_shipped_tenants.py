"""The shipped tenants: complete, consistent with the back end, and walkable for every demo customer."""

import re
from datetime import timedelta

import pytest

from adapters.backends.shop.actions.registry import SPECS, WRITES
from adapters.workspace.actions import check_actions
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import Workspace
from domain.grounding import check_reply
from domain.intent import Signals
from domain.policy import judge_handoff
from tests.unit.adapters.workspace.conftest import POLICY, Write
from tests.unit.adapters.workspace.walks import Walk

TENANTS = ("meridian", "tidewater")


@pytest.mark.parametrize("tenant", TENANTS)
def test_every_action_named_is_one_of_the_back_end(shipped: Workspace, tenant: str) -> None:
    """Procedures and policy fit the shop's specs, and every write it offers is judged by some rule."""
    config = shipped.tenants[tenant]
    check_actions(config, SPECS)
    judged = {action for rule in config.policy.rules for action in rule.actions}
    used = {action for procedure in config.procedures.values() for action in procedure.allowed_actions}
    assert used & set(WRITES) <= judged


def test_the_example_is_as_large_as_it_says(shipped: Workspace) -> None:
    """Some twelve procedures with varied examples, about 25 articles, and a small second tenant."""
    shop, saas = shipped.tenants["meridian"], shipped.tenants["tidewater"]
    assert len(shop.procedures) >= 12
    assert len(shop.articles) >= 25
    assert {"cancel_subscription", "charged_after_cancelling", "unused_time", "information"} <= set(saas.procedures)
    for tenant in (shop, saas):
        assert all(len(procedure.examples) >= 20 for procedure in tenant.procedures.values())


def test_articles_are_short_and_their_sections_shorter(shipped: Workspace) -> None:
    """An article has 80 to 350 words; a section is a passage, so it fits the embedder (256 tokens) with room."""
    for tenant in shipped.tenants.values():
        for article in tenant.articles:
            assert 80 <= len(article.body.split()) <= 350, article.slug
            for section in article.sections:
                assert 8 <= len(section.text.split()) <= 90, (article.slug, section.heading)


def test_every_write_is_restated_but_a_failed_refund_sent_again(shipped: Workspace) -> None:
    """Only re-issuing a refund goes without the customer's yes: it is exactly what they ask for."""
    unconfirmed = {
        step.propose.action
        for tenant in shipped.tenants.values()
        for procedure in tenant.procedures.values()
        for step in procedure.steps
        if step.propose is not None and step.propose.confirm is None
    }
    assert unconfirmed == {"reissue_refund"}


def test_sentences_before_anything_was_done_claim_nothing(shipped: Workspace) -> None:
    """Questions, restatements, refusals and handoffs pass the check for promises although no action was performed."""
    for tenant in shipped.tenants.values():
        common = [(tenant.tenant, name, text) for name, text in tenant.replies["en"].items()]
        own = [
            (procedure.name, name, text)
            for procedure in tenant.procedures.values()
            for name, text in procedure.replies["en"].items()
            if name not in {"refunded", "paid"}
        ]
        for where, name, text in (*common, *own):
            filled = re.sub(r"\{[^}]*\}", "something", text)
            checks = {finding.check for finding in check_reply(filled, facts_text=[text]).findings}
            assert not checks, (where, name)
            assert "!" not in text, (where, name)


def test_refunds_are_limited_as_the_policy_says(shipped: Workspace) -> None:
    """To €100 allowed, above it one support lead, above €2,000 two; approvals expire after three days."""
    rules = {rule.id: rule for rule in shipped.tenants["meridian"].policy.rules}
    assert rules["refund_above_100"].expires_after == timedelta(days=3)
    assert (rules["refund_above_100"].approvers, rules["refund_above_2000"].approvers) == (1, 2)


@pytest.mark.parametrize(
    ("signal", "queue"),
    [
        ("wants_person", "support"),
        ("angry", "support"),
        ("legal_threat", "legal"),
        ("sensitive", "support"),
        ("possible_injection", None),
        ("repeated_contact", None),
    ],
)
def test_signals_send_a_ticket_to_the_right_queue(shipped: Workspace, signal: str, queue: str | None) -> None:
    """One signal is enough for those that need a person; without any, and without reopens known, nothing matches."""
    signals = Signals(**{signal: True}).model_dump()
    facts = {"customer": {"is_vip": False}, "ticket": {"signals": signals}, "facts": {}}
    verdict = judge_handoff(shipped.tenants["meridian"].policy, facts)
    assert (verdict.queue if verdict else None) == queue


@pytest.mark.parametrize(("sentiment", "is_handed_off"), [(-60, True), (-20, False)])
def test_a_rule_may_weigh_the_mood_of_a_conversation(write: Write, sentiment: int, is_handed_off: bool) -> None:
    """Signals over the conversation are names like the others; sentiment is a number."""
    mood = "ticket.signals.frustrated && ticket.signals.sentiment <= -40"
    policy = load_workspace(write({"policy.yaml": POLICY.replace("ticket.signals.angry", mood)})).tenants["acme"].policy
    signals = Signals(frustrated=True, sentiment=sentiment).model_dump()
    facts = {"customer": {"is_vip": False}, "ticket": {"signals": signals}, "facts": {}}
    assert (judge_handoff(policy, facts) is not None) == is_handed_off


def test_vip_customers_have_their_own_desk(shipped: Workspace) -> None:
    """A VIP goes to the VIP queue whatever they write."""
    facts = {"customer": {"is_vip": True}, "ticket": {"signals": Signals().model_dump()}, "facts": {}}
    verdict = judge_handoff(shipped.tenants["meridian"].policy, facts)
    assert verdict is not None
    assert (verdict.queue, verdict.reason) == ("vip", "vip")


PATHS = [
    ("ada", "late_refund", "where is my refund", [], ["refund_status", "reissue_refund", "sent_again"]),
    ("ben", "late_refund", "where is my refund", [], ["refund_status", "procedure to billing"]),
    ("cleo", "late_refund", "where is my refund", [], ["refund_status", "submitted"]),
    ("vic", "late_refund", "where is my refund", [], ["refund_status", "paid"]),
    ("gia", "late_refund", "where is my refund", [], ["no_refund_found"]),
    (
        "dan",
        "refund_request",
        "refund my television, it is cracked",
        [],
        ["confirm issue_refund (needs_approval)", "issue_refund", "refunded"],
    ),
    ("gia", "refund_request", "refund the jacket", ["I'd rather not keep it"],
     ["ask cause", "confirm return_items (allow)", "return_items", "return_registered"]),
    ("finn", "cancel_order", "cancel it", [], ["confirm cancel_order (allow)", "cancel_order", "cancelled"]),
    ("wes", "cancel_order", "cancel it", [], ["already_on_its_way"]),
    ("ada", "cancel_order", "cancel order 10042", [], ["already_delivered"]),
    ("gia", "return_item", "return the jacket", [], ["confirm return_items (allow)", "return_items", "registered"]),
    ("hal", "return_item", "return my backpack", ["it is in order"], ["ask state", "too_late"]),
    ("hal", "return_item", "return my backpack", ["the zipper is broken"], ["ask state", "procedure to returns"]),
    ("hal", "return_item", "the zipper of my backpack is broken, I'm returning it", [], ["procedure to returns"]),
    ("tess", "return_item", "return my camera", [], ["confirm return_items (allow)", "return_items", "registered"]),
    ("finn", "return_item", "return my lamp", [], ["nothing_delivered"]),
    ("ida", "exchange_item", "exchange my shoes for size 43", [],
     ["confirm exchange_items (allow)", "exchange_items", "registered"]),
    ("hal", "exchange_item", "exchange my backpack for a black one", [], ["refused_outside_window"]),
    ("finn", "change_item", "the lamp in black, not brass", [],
     ["confirm modify_items (allow)", "modify_items", "changed"]),
    ("gia", "change_item", "the jacket in red", [], ["too_late"]),
    ("nia", "change_address", "send it to Birkenallee 4, 22301 Hamburg, Germany", [],
     ["confirm change_order_address (allow)", "change_order_address", "changed"]),
    ("wes", "change_address", "send it to Birkenallee 4, 22301 Hamburg, Germany", [], ["too_late"]),
    ("nia", "change_default_address", "I live at Birkenallee 4, 22301 Hamburg, Germany", [],
     ["confirm change_default_address (allow)", "change_default_address", "changed"]),
    ("finn", "change_payment_method", "pay another way", [], ["no_other_method"]),
    ("jon", "where_is_my_order", "where is my watch", [],
     ["track_shipment", "confirm open_trace (allow)", "open_trace", "trace_opened"]),
    ("max", "where_is_my_order", "where is my laptop", [], ["track_shipment", "on_its_way"]),
    ("finn", "where_is_my_order", "where is my lamp", [], ["track_shipment", "not_sent_yet"]),
    ("kim", "delivered_not_arrived", "it never came", [],
     ["track_shipment", "confirm open_trace (allow)", "open_trace", "trace_opened"]),
    ("lea", "charged_twice", "charged twice", [], ["confirm issue_refund (allow)", "issue_refund", "refunded"]),
    ("gia", "charged_twice", "charged twice", [], ["charged_once"]),
    ("oli", "arrived_damaged", "my vase is broken", ["a new one"],
     ["ask remedy", "confirm send_replacement (allow)", "send_replacement", "replaced"]),
    ("oli", "arrived_damaged", "my vase is broken", ["my money back"],
     ["ask remedy", "confirm issue_refund (allow)", "issue_refund", "refunded"]),
    ("eve", "product_broken", "It doesn't work.", ["the speaker", "help me"], ["ask items", "ask wanted", "knowledge"]),
    ("eve", "product_broken", "It doesn't work.", ["the grinder", "a new one"],
     ["ask items", "ask wanted", "confirm send_replacement (allow)", "send_replacement", "replaced"]),
    ("hal", "product_broken", "my backpack is broken", ["a new one"], ["ask wanted", "procedure to returns"]),
    ("finn", "talk_to_person", "a person please", [], ["asked_for_person to support"]),
    ("finn", "information", "how long is the warranty", [], ["knowledge"]),
]  # fmt: skip
SAAS_PATHS = [
    ("quin", "cancel_subscription", "cancel", ["today"],
     ["ask at", "confirm cancel_subscription (allow)", "cancel_subscription", "ended"]),
    ("quin", "cancel_subscription", "don't renew it", [],
     ["confirm cancel_subscription (allow)", "cancel_subscription", "ends_later"]),
    ("rosa", "cancel_subscription", "cancel", [], ["already_cancelled"]),
    ("rosa", "charged_after_cancelling", "charged again", [],
     ["confirm refund_invoice (allow)", "refund_invoice", "refunded"]),
    ("quin", "charged_after_cancelling", "charged again", [], ["no_such_charge"]),
    ("quin", "unused_time", "refund the rest", [], ["monthly"]),
    ("sam", "unused_time", "refund the rest", [],
     ["confirm cancel_subscription (allow)", "cancel_subscription", "confirm refund_invoice (needs_approval)",
      "refund_invoice", "refunded"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tenant", "customer", "intent", "words", "answers", "path"),
    [("meridian", *path) for path in PATHS] + [("tidewater", *path) for path in SAAS_PATHS],
)
def test_a_demo_customer_walks_to_the_right_end(
    shipped: Workspace, tenant: str, customer: str, intent: str, words: str, answers: list[str], path: list[str]
) -> None:
    """Every condition evaluates, every sentence can be filled, and the wish ends where the customer's truth says."""
    walk = Walk(shipped.tenants[tenant], f"cus_{customer}", intent, words)
    assert walk.to_its_end(answers) == path
    assert all("{" not in sentence for sentence in walk.said)


def test_a_suspected_injection_permits_and_forbids_nothing(shipped: Workspace) -> None:
    """Every customer's wish ends as it does without the suspicion, with the same verdicts on the way."""
    suspected = Signals(possible_injection=True)
    for tenant, paths in (("meridian", PATHS), ("tidewater", SAAS_PATHS)):
        for customer, intent, words, answers, path in paths:
            walk = Walk(shipped.tenants[tenant], f"cus_{customer}", intent, words, suspected)
            assert walk.to_its_end(answers) == path, (customer, intent)


def test_a_refund_sent_again_is_told_with_amount_order_and_day(shipped: Workspace) -> None:
    """Story 1: one sentence names what was paid, for which order, where to, and by when."""
    walk = Walk(shipped.tenants["meridian"], "cus_ada", "late_refund", "where is my refund")
    walk.to_its_end()
    for fact in ("€89.00", "10042", "Visa ending 4242", "2 December 2026"):
        assert fact in walk.said[-1]
