"""A procedure is walked from the top to the first thing that is not done, and never past what failed."""

import pytest

from adapters.assistants.embedded.planner import walk
from domain.action import ProposedAction
from domain.errors import ConditionFailed
from domain.handoff import HandoffReason
from domain.memory import AskedConfirmation, AskedSlot
from domain.slot import HandlesValue, HandleValue, LabelValue
from domain.step import Answer, AnswerFromKnowledge, AskIdentity, AskSlot, PassOn, Propose
from domain.ticket import IdentityLevel
from tests.unit.adapters.assistants.embedded.briefs import (
    CANCEL,
    LATE_REFUND,
    plan_brief,
    procedure,
    result,
    wish,
)
from tests.unit.domain.customers import DELIVERED, HEADPHONES, LAMP, PENDING, SHIPPED, customer, handle, order

REFUND = handle("refund", "r1")


def proposed(brief_texts: tuple[str, ...] = ("cancel order 10050",)) -> ProposedAction:
    """The cancellation that the walk proposes for these messages."""
    step = walk(plan_brief(CANCEL, *brief_texts)).step
    assert isinstance(step, Propose)
    return step.action


def test_slots_are_filled_on_the_way_to_a_proposal() -> None:
    """What the message says is collected, and the action is restated before anything is done."""
    planned = walk(plan_brief(CANCEL, "please cancel order 10050, I ordered it by mistake"))
    assert planned.slots == {
        "order": HandleValue(handle=PENDING.handle),
        "cause": LabelValue(label="ordered_by_mistake"),
    }
    assert isinstance(planned.step, Propose)
    assert planned.step.confirm == "confirm"
    assert planned.step.is_write
    assert planned.step.action.action_id == "T-0A1B2C3D/a1"
    assert planned.procedure_version == CANCEL.version


def test_the_arguments_are_what_the_expressions_yield() -> None:
    """A handle and a label become typed arguments of the action."""
    assert proposed().args == {
        "order": HandleValue(handle=PENDING.handle),
        "reason": LabelValue(label="no_longer_needed"),
    }


def test_a_condition_that_holds_ends_the_walk() -> None:
    """An order that cannot be cancelled any more is answered, not proposed."""
    assert walk(plan_brief(CANCEL, "cancel order 10061")).step == Answer(reply="told")


def test_a_missing_slot_is_asked_for_with_its_choices() -> None:
    """Two orders with headphones: the customer says which."""
    step = walk(plan_brief(CANCEL, "cancel the headphones")).step
    assert step == AskSlot(slot="order", reply="ask", choices=(PENDING.handle, DELIVERED.handle))


def test_the_answer_to_a_slot_goes_on() -> None:
    """The answer picks the order, and the walk goes on to the proposal."""
    asked = AskedSlot(wish=1, slot="order", choices=(PENDING.handle, DELIVERED.handle))
    planned = walk(plan_brief(CANCEL, "cancel the headphones", "the first", asked=asked))
    assert planned.slots["order"] == HandleValue(handle=PENDING.handle)
    assert isinstance(planned.step, Propose)


def test_an_unknown_number_asks_again_in_the_words_for_not_found() -> None:
    """A foreign order and one that does not exist get the same answer; the wish stays open for another number."""
    assert walk(plan_brief(CANCEL, "cancel order 99999")).step == AskSlot(slot="order", reply="not_found")


def test_an_unknown_number_is_told_before_any_condition_speaks() -> None:
    """Whoever's order it is: no sentence about the customer's own orders comes before "not found"."""
    told_first = procedure(
        [{"when": "size(customer.orders) > 0", "answer": "told"}, {"collect": "order"}, {"answer": "done"}],
        slots={"order": {"kind": "order"}},
    )
    assert walk(plan_brief(told_first, "cancel order 99999")).step == AskSlot(slot="order", reply="not_found")
    assert walk(plan_brief(told_first, "cancel order 10050")).step == Answer(reply="told")


def test_no_record_is_an_answer() -> None:
    """A customer without orders is told so, and may come back."""
    step = walk(plan_brief(CANCEL, "cancel my order", context=customer())).step
    assert step == Answer(reply="no_record", resolves=False)


def test_private_matters_need_a_proven_identity() -> None:
    """Without it nothing is collected and nothing is read."""
    planned = walk(plan_brief(CANCEL, "cancel order 10050", identity=IdentityLevel.claimed))
    assert planned.step == AskIdentity()
    assert planned.slots == {}


def test_where_nobody_can_be_proven_a_person_is_asked() -> None:
    """A channel that proves nothing gets no question that cannot be answered."""
    planned = walk(plan_brief(CANCEL, "cancel order 10050", identity=IdentityLevel.anonymous, can_prove=False))
    assert planned.step == PassOn(reason=HandoffReason.not_proven)


def test_a_confirmed_action_is_proposed_without_another_question() -> None:
    """The customer's yes is bound to the digest of exactly these arguments."""
    texts = ("cancel order 10050", "yes")
    digest = proposed(texts).args_sha256
    step = walk(plan_brief(CANCEL, *texts, about=wish(texts[0], confirmed=(digest,)))).step
    assert isinstance(step, Propose)
    assert step.confirm is None


def test_a_correction_changes_the_slot_and_is_restated() -> None:
    """Another cause at the confirmation gives another action, which the old yes does not cover."""
    texts = ("cancel order 10050", "yes, and it was ordered by mistake by the way")
    first = proposed(texts[:1])
    about = wish(
        texts[0],
        slots={"order": HandleValue(handle=PENDING.handle), "cause": LabelValue(label="no_longer_needed")},
        confirmed=(first.args_sha256,),
    )
    planned = walk(plan_brief(CANCEL, *texts, about=about, asked=AskedConfirmation(action=first)))
    assert planned.slots["cause"] == LabelValue(label="ordered_by_mistake")
    assert isinstance(planned.step, Propose)
    assert planned.step.confirm == "confirm"
    assert planned.step.action.args_sha256 != first.args_sha256


def test_after_success_the_walk_goes_on() -> None:
    """A done action is not proposed again; a duplicate of an earlier one counts as done."""
    for status in ("succeeded", "duplicate"):
        about = wish("cancel order 10050", results=(result("cancel_order", status),))
        assert walk(plan_brief(CANCEL, "cancel order 10050", about=about)).step == Answer(reply="done")


@pytest.mark.parametrize(
    ("status", "code", "step"),
    [
        ("refused", "wrong_status", Answer(reply="refused_wrong_status")),
        ("refused", "refused_high_value", Answer(reply="refused_high_value")),
        ("refused", "refused", Answer(reply="refused")),
        ("refused", "approval_mismatch", PassOn(reason=HandoffReason.forbidden)),
        ("failed", "already_cancelled", PassOn(reason=HandoffReason.action_failed)),
        ("unknown", "timeout", PassOn(reason=HandoffReason.effect_unknown, urgent=True)),
    ],
)
def test_what_was_not_done_is_never_told_as_done(status: str, code: str, step: Answer | PassOn) -> None:
    """Steps after an action that was not done are not for this case."""
    about = wish("cancel order 10050", results=(result("cancel_order", status, code),))
    assert walk(plan_brief(CANCEL, "cancel order 10050", about=about)).step == step


def test_a_procedure_may_speak_of_the_failure_itself() -> None:
    """A later step whose condition reads the action's status handles it; one that only knows that it ran does not."""
    reads = {"refund_status": {"status": "failed"}}
    failed = wish("my refund", intent="late_refund", results=(result("reissue_refund", "failed", "provider"),))
    assert walk(plan_brief(LATE_REFUND, "my refund", about=failed, reads=reads)).step == Answer(reply="failed")
    refused = wish("my refund", intent="late_refund", results=(result("reissue_refund", "refused", "not_failed"),))
    step = walk(plan_brief(LATE_REFUND, "my refund", about=refused, reads=reads)).step
    assert step == Answer(reply="refused_not_failed")


def test_a_read_is_proposed_once_a_turn() -> None:
    """What is not read yet is read; what was read is a fact."""
    step = walk(plan_brief(LATE_REFUND, "where is my refund?")).step
    assert isinstance(step, Propose)
    assert (step.action.name, step.is_write, step.confirm) == ("refund_status", False, None)
    assert step.action.args == {"refund": HandleValue(handle=REFUND)}
    done = walk(plan_brief(LATE_REFUND, "where is my refund?", reads={"refund_status": {"status": "succeeded"}})).step
    assert done == Answer(reply="told")


def test_a_read_that_failed_goes_to_a_person() -> None:
    """That the look-up failed must never be taken for the refund's own status."""
    about = wish("my refund", results=(result("refund_status", "failed", "unavailable"),))
    assert walk(plan_brief(LATE_REFUND, "my refund", about=about)).step == PassOn(reason=HandoffReason.action_failed)


def test_without_a_confirm_an_action_is_proposed_at_once() -> None:
    """Where the message itself asks for exactly this, nothing is restated; a raw slot passes as an argument."""
    step = walk(plan_brief(LATE_REFUND, "my refund", reads={"refund_status": {"status": "failed"}})).step
    assert isinstance(step, Propose)
    assert (step.action.name, step.confirm) == ("reissue_refund", None)
    assert step.action.args == {"refund": HandleValue(handle=REFUND)}


def test_knowledge_needs_evidence() -> None:
    """Nothing found means that nothing is answered."""
    how = procedure([{"answer_from_knowledge": True}], needs_identity=False)
    assert walk(plan_brief(how, "how long?", has_evidence=True)).step == AnswerFromKnowledge()
    assert walk(plan_brief(how, "how long?")).step == PassOn(reason=HandoffReason.no_knowledge)


def test_the_end_of_the_steps_and_a_handoff_go_to_a_person() -> None:
    """A procedure that ends without an answer is not supported; one that hands off says why and where."""
    how = procedure([{"when": "false", "answer": "done"}])
    assert walk(plan_brief(how, "hello there")).step == PassOn(reason=HandoffReason.not_supported)
    handed = procedure([{"hand_off": {"queue": "billing", "reply": "told", "urgent": True}}])
    assert walk(plan_brief(handed, "hello there")).step == PassOn(
        reason=HandoffReason.procedure, queue="billing", urgent=True, reply="told"
    )


def test_several_orders_are_split_into_wishes() -> None:
    """Of two orders named the first fills this wish, and the second is handed out."""
    planned = walk(plan_brief(CANCEL, "cancel orders 10050 and 10061"))
    assert planned.slots["order"] == HandleValue(handle=PENDING.handle)
    assert planned.split == ({"order": HandleValue(handle=SHIPPED.handle)},)


def test_another_wishs_words_are_left_out() -> None:
    """The number that belongs to another wish does not fill this one."""
    text = "cancel my order. where is order 10061?"
    pending = customer(PENDING, SHIPPED)
    how = procedure(
        [{"collect": "order"}, {"answer": "done"}],
        slots={"order": {"kind": "order", "where": "it.status == 'pending'", "take_only": False}},
    )
    alone = wish(text, end=16)
    planned = walk(plan_brief(how, text, about=alone, context=pending, others=((1, 16, len(text)),)))
    assert planned.step == AskSlot(slot="order", reply="ask", choices=(PENDING.handle,))


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([{"when": "facts.nothing.there", "answer": "done"}], r"cancel_order, steps\[1\].when"),
        ([{"answer": "done", "when": "1 + 1"}], r"cancel_order, steps\[1\].when"),
        (
            [{"propose": {"action": "cancel_order", "args": {"order": "facts.order.handle"}}}],
            r"cancel_order, steps\[1\].cancel_order.order",
        ),
        (
            [{"propose": {"action": "cancel_order", "args": {"reason": "42"}}}],
            r"cancel_order, steps\[1\].cancel_order.reason yields no choice",
        ),
        (
            [{"propose": {"action": "cancel_order", "args": {"who": "'me'"}}}],
            r"no argument 'who'",
        ),
    ],
)
def test_what_cannot_be_evaluated_names_its_place(steps: list[dict[str, object]], place: str) -> None:
    """A broken expression stops the walk with the procedure's name and the step's number."""
    with pytest.raises(ConditionFailed, match=place):
        walk(plan_brief(procedure(steps), "cancel order 10050"))


def test_a_broken_slot_condition_names_the_slot() -> None:
    """`where` and `prefer` are conditions too."""
    how = procedure([{"collect": "order"}], slots={"order": {"kind": "order", "where": "it.colour == 'red'"}})
    with pytest.raises(ConditionFailed, match=r"cancel_order, slots.order"):
        walk(plan_brief(how, "cancel my order"))


def test_an_action_the_back_end_lacks() -> None:
    """A procedure for another shop's action fails aloud."""
    how = procedure([{"propose": {"action": "fly", "args": {}}}], allowed_actions=["fly"])
    with pytest.raises(ConditionFailed, match="offers no such action"):
        walk(plan_brief(how, "cancel order 10050"))


def test_items_of_an_optional_argument() -> None:
    """Null leaves an argument out; money and records are typed by the action's declaration."""
    how = procedure(
        [
            {"collect": "items"},
            {
                "propose": {
                    "action": "return_items",
                    "args": {
                        "items": "facts.items",
                        "amount": "facts.items[0].price",
                        "payment_method": "has(facts.method) ? facts.method : null",
                    },
                }
            },
        ],
        slots={"items": {"kind": "items"}},
    )
    step = walk(plan_brief(how, "return the lamp", context=customer(order("1", LAMP, HEADPHONES)))).step
    assert isinstance(step, Propose)
    assert set(step.action.args) == {"items", "amount"}
    assert step.action.is_intact()


def test_messages_of_one_burst_are_read_together() -> None:
    """The number stands in one message, the goods in the next: together they name one line."""
    how = procedure([{"collect": "items"}, {"answer": "done"}], slots={"items": {"kind": "items"}})
    texts = ("Hello, this is about order 10042.", "I would really like to return the headphones you sent.")
    about = wish(texts[1], seq=2)
    planned = walk(plan_brief(how, *texts, about=about, new_from=1))
    assert planned.slots == {"items": HandlesValue(handles=(HEADPHONES.handle,))}
    alone = walk(plan_brief(how, *texts, about=about, new_from=2))
    assert isinstance(alone.step, AskSlot)
