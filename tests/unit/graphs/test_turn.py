"""The turn graph over scripted effects: which outcome a turn comes to, and what it never does on the way."""

from datetime import timedelta
from pathlib import Path

import pytest
from langgraph.errors import GraphRecursionError

from domain.action import ActionStatus, ProposedAction
from domain.approval import ApprovalRequest, Decision, DecisionVerdict, PendingApproval
from domain.ask import DraftAsk, JudgeAsk, PerformAsk, PlanAsk
from domain.handoff import HandoffReason
from domain.intent import Signals, SignalSpan
from domain.memory import AskedConfirmation, AskedIdentity, AskedIntent, Memory, Wish, WishStatus
from domain.outcome import AskCustomer, AwaitApproval, HandOff, Resolve
from domain.policy import HandoffVerdict, Verdict
from domain.slot import LabelValue
from domain.step import Answer, AnswerFromKnowledge, AskIdentity, AskSlot, PassOn, Propose
from domain.verification import Finding, Verification
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import build_turn_graph, run_turn
from tests.support.effects import NOW, ScriptedEffects, action, judged, said, turn

UNSAFE = Verification(findings=(Finding(check="ungrounded_number"),))


async def run(effects: ScriptedEffects, state: TurnState) -> TurnState:
    """One turn."""
    return await run_turn(state, TurnContext(effects=effects))


def write(number: int = 1, wish: int = 1, confirm: str | None = None) -> Propose:
    """A step that proposes a write."""
    return Propose(action=action(number=number, wish=wish), is_write=True, confirm=confirm)


def waiting(*, confirmed: bool = True) -> Memory:
    """A ticket that waits for an approval."""
    asked_for = action()
    request = ApprovalRequest(
        approval_id=asked_for.action_id,
        action=asked_for,
        role="support",
        approvers=1,
        rules=("a_rule",),
        policy_version="0" * 64,
        requested_at=NOW,
        expires_at=NOW + timedelta(hours=72),
    )
    wish = Wish(
        number=1,
        intent="cancel_order",
        confidence=900,
        seq=1,
        start=0,
        end=10,
        confirmed=(asked_for.args_sha256,) if confirmed else (),
    )
    return Memory(wishes=(wish,), pending=(PendingApproval(request=request),), actions_proposed=1)


def decision(verdict: DecisionVerdict = DecisionVerdict.approved, **about: object) -> Decision:
    """An operator's answer to what `waiting` asks."""
    fields = {
        "decision_id": 1,
        "approval_id": action().action_id,
        "verdict": verdict,
        "args_sha256": action().args_sha256,
        "decided_by": "olga",
    }
    return Decision.model_validate(fields | about)


async def test_an_allowed_write_is_done_once_and_resolves() -> None:
    """A confirmed, allowed action is performed once, and the turn ends resolved."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [write(), Answer(reply="cancelled")]})
    final = await run(effects, turn())
    assert isinstance(final.outcome, Resolve)
    assert len(effects.of(PerformAsk)) == 1
    assert final.memory.wishes[0].status is WishStatus.done


async def test_nothing_is_done_before_the_customers_yes() -> None:
    """An action with a confirmation is restated, not performed."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [write(confirm="confirm_cancel")]})
    final = await run(effects, turn())
    assert isinstance(final.outcome, AskCustomer)
    assert isinstance(final.memory.asked, AskedConfirmation)
    assert not effects.of(PerformAsk)


async def test_what_policy_forbids_is_not_put_to_the_customer() -> None:
    """Policy is asked before the customer is: a forbidden action goes back to the procedure as a refusal."""
    effects = ScriptedEffects(
        said=said("cancel_order"),
        steps={1: [write(confirm="confirm_cancel"), Answer(reply="refused_wrong_status")]},
        verdicts={"cancel_order": judged(Verdict.forbid, tell_customer="wrong_status")},
    )
    final = await run(effects, turn())
    assert isinstance(final.outcome, Resolve)
    assert final.memory.wishes[0].results[0].status is ActionStatus.refused
    assert final.memory.wishes[0].results[0].code == "wrong_status"
    assert not effects.of(PerformAsk)


async def test_an_action_over_the_limit_waits_for_approval() -> None:
    """`needs_approval` ends the turn on hold with a request bound to the arguments."""
    effects = ScriptedEffects(
        said=said("cancel_order"),
        steps={1: [write()]},
        verdicts={"cancel_order": judged(Verdict.needs_approval)},
    )
    final = await run(effects, turn())
    assert isinstance(final.outcome, AwaitApproval)
    assert final.outcome.requests[0].action.args_sha256 == action().args_sha256
    assert not effects.of(PerformAsk)


async def test_an_approval_is_judged_again_and_then_performed() -> None:
    """A decision turn reads the facts again, judges again, and only then acts."""
    effects = ScriptedEffects(
        steps={1: [Answer(reply="cancelled")]}, verdicts={"cancel_order": judged(Verdict.needs_approval)}
    )
    final = await run(effects, turn(waiting(), Trigger.decision, seqs=(), decision=decision()))
    assert isinstance(final.outcome, Resolve)
    assert len(effects.of(JudgeAsk)) == 1
    performed = effects.of(PerformAsk)
    assert isinstance(performed[0], PerformAsk)
    assert performed[0].approval_id == action().action_id


async def test_an_approval_never_satisfies_forbid() -> None:
    """What policy forbids by the time of the decision is not done, approved or not."""
    effects = ScriptedEffects(
        steps={1: [Answer(reply="refused_wrong_status")]},
        verdicts={"cancel_order": judged(Verdict.forbid, tell_customer="wrong_status")},
    )
    await run(effects, turn(waiting(), Trigger.decision, seqs=(), decision=decision()))
    assert not effects.of(PerformAsk)


@pytest.mark.parametrize("is_forbidden", [True, False], ids=["by_policy", "by_the_system_of_record"])
async def test_an_amendment_that_is_refused_after_all_goes_to_a_person(*, is_forbidden: bool) -> None:
    """The customer asked for something else: they are neither refused nor is their ticket solved."""
    effects = ScriptedEffects(
        verdicts={"cancel_order": judged(Verdict.forbid if is_forbidden else Verdict.needs_approval)},
        results={"cancel_order": ActionStatus.refused},
    )
    own = ProposedAction.of(
        action_id=action().action_id, name="cancel_order", args={"reason": LabelValue(label="late")}, wish=1
    )
    amended = decision(DecisionVerdict.amended, amended=own)
    started = turn(waiting(), Trigger.decision, seqs=(), decision=amended, is_refusal_a_persons=True)
    final = await run(effects, started)
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.forbidden
    assert [part.reply for part in final.parts] == ["handed_off"]
    assert final.memory.wishes[0].status is WishStatus.passed_on


async def test_a_decision_for_other_arguments_does_nothing() -> None:
    """An approval whose digest is not that of the pending action never executes."""
    effects = ScriptedEffects(steps={1: [Answer(reply="refused")]})
    other = decision(args_sha256="b" * 64)
    final = await run(effects, turn(waiting(), Trigger.decision, seqs=(), decision=other))
    assert not effects.of(PerformAsk)
    assert final.memory.wishes[0].results[0].code == "approval_mismatch"


async def test_a_declined_action_is_told_with_its_reason() -> None:
    """Declining performs nothing and tells the customer why."""
    effects = ScriptedEffects()
    declined = decision(DecisionVerdict.declined)
    final = await run(effects, turn(waiting(), Trigger.decision, seqs=(), decision=declined))
    assert isinstance(final.outcome, Resolve)
    assert final.parts[0].reply == "approval_declined"
    assert final.parts[0].decision_id == 1
    assert not effects.of(PerformAsk)


async def test_a_withdrawal_cancels_the_request() -> None:
    """The customer takes the request back while it waits: nothing is pending any more."""
    effects = ScriptedEffects(said=said(withdraws=True))
    final = await run(effects, turn(waiting()))
    assert final.memory.pending == ()
    assert final.memory.wishes[0].status is WishStatus.withdrawn
    assert [part.reply for part in final.parts] == ["withdrawn"]


async def test_a_withdrawal_that_comes_too_late_changes_nothing() -> None:
    """If a person has decided already, the request stays for the decision's own turn."""
    effects = ScriptedEffects(said=said(withdraws=True), decided_by_others=frozenset({action().action_id}))
    final = await run(effects, turn(waiting()))
    assert len(final.memory.pending) == 1
    assert final.memory.wishes[0].status is WishStatus.open


async def test_a_question_while_waiting_is_answered() -> None:
    """A new wish is served while the first one waits; the ticket stays on hold."""
    effects = ScriptedEffects(said=said("information"), steps={2: [Answer(reply="window")]})
    final = await run(effects, turn(waiting()))
    assert isinstance(final.outcome, AwaitApproval)
    assert final.outcome.requests == ()
    assert final.outcome.draft is not None
    assert final.memory.wishes[1].status is WishStatus.done


async def test_two_wishes_are_both_settled() -> None:
    """Both wishes of one message are worked on, in order, in one reply."""
    effects = ScriptedEffects(
        said=said("cancel_order", "return_item"),
        steps={1: [Answer(reply="cancelled")], 2: [Answer(reply="returned")]},
    )
    final = await run(effects, turn())
    assert isinstance(final.outcome, Resolve)
    assert [part.reply for part in final.parts] == ["cancelled", "returned"]


async def test_an_unsupported_wish_is_passed_on_not_dropped() -> None:
    """One wish is settled, the other goes to a person, in the same turn."""
    effects = ScriptedEffects(
        said=said("repair", "cancel_order"),
        steps={1: [PassOn(reason=HandoffReason.not_supported)], 2: [Answer(reply="cancelled")]},
    )
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert [wish.status for wish in final.memory.wishes] == [WishStatus.passed_on, WishStatus.done]
    assert [part.reply for part in final.parts] == ["cancelled", "handed_off"]


async def test_a_question_comes_before_a_handoff_of_another_wish() -> None:
    """One wish is for a person, the other must be confirmed: first the answer, then both are settled."""
    effects = ScriptedEffects(
        said=said("repair", "cancel_order"),
        steps={
            1: [PassOn(reason=HandoffReason.not_supported), PassOn(reason=HandoffReason.not_supported)],
            2: [write(wish=2, confirm="confirm_cancel"), write(wish=2), Answer(reply="cancelled")],
        },
    )
    first = await run(effects, turn())
    assert isinstance(first.outcome, AskCustomer)
    assert [wish.status for wish in first.memory.wishes] == [WishStatus.open, WishStatus.open]
    effects.said = said(answer="yes")
    second = await run(effects, turn(first.memory, turn=2))
    assert isinstance(second.outcome, HandOff)
    assert len(effects.of(PerformAsk)) == 1
    assert [wish.status for wish in second.memory.wishes] == [WishStatus.passed_on, WishStatus.done]
    assert [part.reply for part in second.parts] == ["cancelled", "handed_off"]


async def test_the_third_question_is_a_handoff() -> None:
    """After two questions without a clear answer a person takes over."""
    slot = AskSlot(slot="order", reply="which_order")
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [slot, slot, slot]})
    first = await run(effects, turn())
    assert isinstance(first.outcome, AskCustomer)
    effects.said = said()
    second = await run(effects, turn(first.memory))
    assert isinstance(second.outcome, AskCustomer)
    third = await run(effects, turn(second.memory))
    assert isinstance(third.outcome, HandOff)
    assert third.outcome.notice.reason is HandoffReason.not_understood


async def test_who_is_not_proven_is_asked_twice_and_the_wish_is_kept() -> None:
    """The wish waits for the proof; a third question is a handoff that says why."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [AskIdentity(), AskIdentity(), AskIdentity()]})
    first = await run(effects, turn())
    assert isinstance(first.outcome, AskCustomer)
    assert first.memory.asked == AskedIdentity(wish=1)
    assert [part.reply for part in first.parts] == ["needs_identity"]
    assert {"asks": "identity", "times": 1} in [event.body for event in first.events]
    assert [wish.status for wish in first.memory.wishes] == [WishStatus.open]
    effects.said = said()
    second = await run(effects, turn(first.memory))
    assert isinstance(second.outcome, AskCustomer)
    third = await run(effects, turn(second.memory))
    assert isinstance(third.outcome, HandOff)
    assert third.outcome.notice.reason is HandoffReason.not_proven
    assert not effects.of(PerformAsk)


async def test_the_wish_goes_on_once_the_writer_is_proven() -> None:
    """What answers the question needs no words: the same wish is walked again, and ends."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [AskIdentity(), Answer(reply="cancelled")]})
    first = await run(effects, turn())
    effects.said = said()
    second = await run(effects, turn(first.memory))
    assert isinstance(second.outcome, Resolve)
    assert [part.reply for part in second.parts] == ["cancelled"]


async def test_an_unclear_message_is_asked_about_not_guessed() -> None:
    """Readings below the threshold become a question that names them."""
    effects = ScriptedEffects(said=said("cancel_order", "return_item", confidence=300))
    final = await run(effects, turn())
    assert isinstance(final.memory.asked, AskedIntent)
    assert final.memory.asked.choices == ("cancel_order", "return_item")
    assert not effects.of(PlanAsk)


async def test_a_handoff_rule_wins_over_everything() -> None:
    """A rule of the policy file sends the ticket to its queue before anything is planned."""
    rule = HandoffVerdict(rule="vip", reason=HandoffReason.vip, queue="vip", urgent=True)
    effects = ScriptedEffects(said=said("cancel_order"), handoff=rule)
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.queue == "vip"
    assert not effects.of(PlanAsk)


async def test_an_effect_that_cannot_be_read_back_goes_to_a_person() -> None:
    """Nobody is told of an effect that the system of record does not show."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [write()]}, is_read_back=False)
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.not_read_back


async def test_passages_that_do_not_answer_are_no_answer() -> None:
    """A reply that found nothing to quote says so and goes to a person; it does not count as resolved."""
    effects = ScriptedEffects(said=said("information"), steps={1: [AnswerFromKnowledge()]}, unanswered=True)
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.no_knowledge
    assert [part.reply for part in final.parts] == ["handed_off"]


async def test_a_held_answer_goes_to_a_person_and_results_are_told() -> None:
    """What rests on stale articles is a suggestion; what was done is told to the customer all the same."""
    held = Verification(stale=(4,), is_held=True)
    effects = ScriptedEffects(
        said=said("information", "cancel_order"),
        steps={1: [AnswerFromKnowledge()], 2: [write(wish=2), Answer(reply="cancelled")]},
        checks=[held],
    )
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert (final.outcome.notice.reason, final.outcome.notice.wish) == (HandoffReason.stale_knowledge, 1)
    assert [part.reply for part in final.parts] == ["cancelled", "handed_off"]
    assert [event.kind for event in final.events].count("reply_suggested") == 1


async def test_a_handoff_that_would_also_answer_from_stale_articles_does_not() -> None:
    """The reason of the handoff stays; the answer is a suggestion, and the reply is written without it."""
    held = Verification(stale=(4,), is_held=True)
    effects = ScriptedEffects(
        said=said("information", "cancel_order"),
        steps={1: [AnswerFromKnowledge()], 2: [PassOn(reason=HandoffReason.procedure)]},
        checks=[held],
    )
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.procedure
    first, last = effects.of(DraftAsk)
    assert isinstance(first, DraftAsk)
    assert isinstance(last, DraftAsk)
    assert [part.kind for part in first.parts] == ["knowledge", "common"]
    assert [part.kind for part in last.parts] == ["common"]
    assert final.outcome.draft is not None
    assert final.outcome.draft.draft_id == 2


async def test_an_unsafe_draft_is_written_again_once() -> None:
    """One redraft with the findings is sent if it is safe."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [Answer(reply="done")]}, checks=[UNSAFE])
    final = await run(effects, turn())
    assert isinstance(final.outcome, Resolve)
    assert len(effects.of(DraftAsk)) == 2


async def test_a_second_unsafe_draft_goes_to_a_person() -> None:
    """Two unsafe drafts: only the handoff's own sentence reaches the customer."""
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: [Answer(reply="done")]}, checks=[UNSAFE, UNSAFE])
    final = await run(effects, turn())
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.unsafe_reply
    last = effects.of(DraftAsk)[-1]
    assert isinstance(last, DraftAsk)
    assert [part.reply for part in last.parts] == ["handed_off"]


@pytest.mark.parametrize(("by_model", "drafts"), [({1}, 2), ({1, 2}, 3), ({2}, 3)])
async def test_after_two_unsafe_drafts_of_a_models_there_is_a_last_one(by_model: set[int], drafts: int) -> None:
    """It is told what was wrong with the second; where the second was the embedded assistant's, it was the last."""
    effects = ScriptedEffects(
        said=said("cancel_order"),
        steps={1: [Answer(reply="done")]},
        checks=[UNSAFE, UNSAFE],
        by_model=frozenset(by_model),
    )
    final = await run(effects, turn())
    asked = [ask for ask in effects.of(DraftAsk) if isinstance(ask, DraftAsk) and ask.parts[0].handoff is None]
    assert [ask.attempt for ask in asked] == [*range(1, drafts + 1)]
    assert asked[-1].findings == UNSAFE.findings
    assert isinstance(final.outcome, Resolve if drafts > 2 else HandOff)


async def test_a_graph_that_loops_is_stopped() -> None:
    """A procedure that never comes to an end raises instead of running for ever."""
    endless = [Propose(action=action(), is_write=False) for _ in range(100)]
    effects = ScriptedEffects(said=said("cancel_order"), steps={1: list(endless)})
    with pytest.raises(GraphRecursionError):
        await run(effects, turn())


def test_the_drawing_in_the_docs_is_the_graph() -> None:
    """docs/turn-graph.mmd is what the compiled graph draws of itself."""
    drawn = build_turn_graph().get_graph().draw_mermaid()
    assert Path("docs/turn-graph.mmd").read_text() == drawn, "run: setright graph > docs/turn-graph.mmd"


async def test_signals_are_noted_with_the_places_of_their_words() -> None:
    """In the event and in memory, never the words; signals that are not set are left out."""
    span = SignalSpan(signal="angry", seq=1, start=5, end=18)
    signals = Signals(angry=True, sentiment=-60)
    end = await run(ScriptedEffects(said=said(signals=signals, signal_spans=(span,))), turn())
    [classified] = [event for event in end.events if event.kind == "classified"]
    assert classified.body["signals"] == ["angry"]
    assert classified.body["sentiment"] == -60
    assert classified.body["signal_spans"] == [span.model_dump()]
    assert end.memory.signal_spans == (span,)
    quiet = await run(ScriptedEffects(said=said()), turn())
    [classified] = [event for event in quiet.events if event.kind == "classified"]
    assert not {"sentiment", "signal_spans"} & set(classified.body)
