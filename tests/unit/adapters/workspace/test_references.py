"""Names that one file of a tenant uses and another declares, placeholders, conditions and examples."""

from collections.abc import Callable

import pytest

from adapters.workspace.references import normalised

Problems = Callable[[str, str, str], list[str]]
PROCEDURE = "procedures/late_refund.yaml"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (PROCEDURE, "{refund.amount}", "{refnd.amount}", "27: replies.en.done: there is no fact 'refnd'; did you mean"),
        (PROCEDURE, "{refund.amount}", "{refund.ammount}", "27: replies.en.done: there is no field of refund"),
        (PROCEDURE, "{refund.amount}", "{refund.amount.cents}", "27: replies.en.done: there is no field of money"),
        (PROCEDURE, "{refund.amount}", "{refund.reason.why}", "27: replies.en.done: 'reason' has no fields"),
        (PROCEDURE, "{refund.order.number}", "{refund.order.total}", "27: replies.en.done: there is no field of an"),
        (PROCEDURE, "{refund.amount}", "{Refund.amount}", "27: replies.en.done: A brace is not part of a placeholder"),
        (PROCEDURE, "{refund.amount}", "{customer.shoe_size}", "27: replies.en.done: there is no field of a customer"),
        (PROCEDURE, "{refund.amount}", "{refund.amount", "27: replies.en.done: A brace is not part of a placeholder"),
        (
            PROCEDURE,
            "- answer: done",
            "- hand_off: {queue: suport}",
            "23: steps[4].hand_off.queue: there is no queue 'suport'; did you mean 'support'?",
        ),
        (
            PROCEDURE,
            "when: facts.refund_status.status",
            "when: refund_status.status",
            "19: steps[3].when: there is no variable 'refund_status' here, only customer, facts, slots, ticket",
        ),
        (
            PROCEDURE,
            "when: facts.refund_status.status",
            "when: facts.refund_stats.status",
            "19: steps[3].when: there is no name 'refund_stats' in facts; did you mean 'refund_status'?",
        ),
        (
            PROCEDURE,
            "      args: {refund: facts.refund.handle}",
            "      args: {refund: slots.refunds}",
            "22: steps[3].propose.args.refund: there is no name 'refunds' in slots; did you mean 'refund'?",
        ),
        (PROCEDURE, "it.reissued_as == null", "it.reissued_as ==", "14: slots.refund.where: not a CEL expression"),
        (PROCEDURE, "it.reissued_as == null", "ticket.channel == 'web'", "14: slots.refund.where: there is no"),
        (PROCEDURE, "no refund yet", "where is MY refund", "7: examples[3]: 'late_refund' has this example already"),
        ("policy.yaml", "id: large", "id: small", "7: rules[2].id: the id 'small' is taken in line 2"),
        ("policy.yaml", "id: angry", "id: small", "15: handoffs[1].id: the id 'small' is taken in line 2"),
        (
            "policy.yaml",
            "role: support_lead",
            "role: support_led",
            "11: rules[2].role: there is no role 'support_led'; did you mean 'support_lead'?",
        ),
        (
            "policy.yaml",
            "verdict: allow",
            "verdict: forbid\n    tell_customer: refuse",
            "6: rules[1].tell_customer: there is no common reply 'refuse'; did you mean 'refused'?",
        ),
        (
            "policy.yaml",
            "ticket.signals.angry",
            "ticket.signals.furious",
            "16: handoffs[1].when: there is no name 'furious' in ticket.signals",
        ),
        ("policy.yaml", "ticket.signals.angry", "ticket.angry", "16: handoffs[1].when: there is no name 'angry' in"),
        ("policy.yaml", "ticket.signals.angry", "action.name == 'x'", "16: handoffs[1].when: there is no variable"),
        ("policy.yaml", "queue: support", "queue: rage", "18: handoffs[1].queue: there is no queue 'rage'"),
        ("replies.yaml", "  kept: A sentence.\n", "", "1: en.kept: is missing"),
        ("replies.yaml", "kept: A sentence.", "kept: About {refund.amount}.", "11: en.kept: there is no fact 'refund'"),
        (
            "replies.yaml",
            "en:\n",
            "en:\n  handed_off_angri: Sorry.\n",
            "2: en.handed_off_angri: there is no handoff reason 'angri'; did you mean 'angry'?",
        ),
        ("replies.yaml", "en:\n", "de:\n  keptt: Gut.\nen:\n", "2: de.keptt: stands here but not in en"),
        ("replies.yaml", "en:\n", "en:\n  identity_code: Hi.\n", "2: en.identity_code: must hold {code}"),
        ("replies.yaml", "en:\n", "en:\n  hello: It is {code}.\n", "2: en.hello: there is no fact 'code'"),
    ],
)
def test_a_name_that_names_nothing_is_found(problems: Problems, name: str, old: str, new: str, says: str) -> None:
    """A name in one file that another lacks is one problem, at its line, with the name that was probably meant."""
    found = problems(name, old, new)
    assert len(found) == 1
    assert found[0].startswith(f"{name}:{says}"), found[0]


@pytest.mark.parametrize(
    "condition",
    [
        "has(facts.refund_status) && facts.refund_status.status == 'failed'",
        "customer.orders.exists(o, o.refunds.all(r, r.amount.amount > 0))",
        "customer.orders.filter(o, o.handle == slots.refund.handle).map(o, o.number) == ['facts.nothing']",
        "ticket.signals.angry && ticket.reopens > 1",
        "ticket.signals.frustrated || ticket.signals.sentiment <= -40",
    ],
)
def test_conditions_over_what_exists_pass(problems: Problems, condition: str) -> None:
    """Macro variables, strings that look like names, and every declared name are taken for what they are."""
    old = "when: facts.refund_status.status == 'failed'"
    assert problems(PROCEDURE, old, f'when: "{condition}"') == []


@pytest.mark.parametrize(
    "template", ["{refund.expected_on}", "{refund}", "{choices}", "{action.refund}", "{refund_status.method_label}"]
)
def test_placeholders_of_what_exists_pass(problems: Problems, template: str) -> None:
    """Slots, their fields, actions and the common names can be written."""
    assert problems(PROCEDURE, "{refund.amount}", template) == []


def test_normalised_utterances_differ_only_by_their_words() -> None:
    """Case, punctuation, spacing and apostrophes make no other utterance."""
    assert normalised("Where's   my REFUND?!") == normalised("wheres my refund") == "wheres my refund"
