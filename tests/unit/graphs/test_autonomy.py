"""The four levels of a procedure in the turn graph: what is sent, what is done, and what is kept."""

import pytest

from domain.action import ActionStatus
from domain.approval import ApprovalRequest, Decision, DecisionVerdict, PendingApproval
from domain.ask import DraftAsk, JudgeAsk, PerformAsk
from domain.autonomy import Autonomy
from domain.event import EventDraft
from domain.handoff import HandoffReason
from domain.memory import Memory, Wish, WishStatus
from domain.outcome import AskCustomer, AwaitApproval, DraftRef, HandOff, Resolve, Suggest
from domain.policy import Judgment, Verdict
from domain.step import Answer, AskIdentity, AskSlot, PassOn, Planned, PlanStep, Propose
from domain.verification import Finding, Verification
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import run_turn
from tests.support.effects import NOW, ScriptedEffects, action, judged, said, turn

PROPOSE = Propose(action=action(), is_write=True)


def effects(level: Autonomy, *steps: PlanStep, verdict: Verdict | None = None) -> ScriptedEffects:
    """One wish to cancel an order, at a level; as the judge does, a write wants approval at all levels but one."""
    verdict = verdict or (Verdict.allow if level == "auto" else Verdict.needs_approval)
    return ScriptedEffects(
        said=said("cancel_order"),
        steps={1: list(steps)},
        levels={1: level},
        verdicts={"cancel_order": judged(verdict, autonomy=level)},
    )


async def run(effects: ScriptedEffects, state: TurnState | None = None) -> TurnState:
    """One turn."""
    return await run_turn(state or turn(), TurnContext(effects=effects))


def kept(final: TurnState) -> EventDraft:
    """The event of what was withheld."""
    (event,) = [event for event in final.events if event.kind in {"reply_suggested", "reply_shadowed"}]
    return event


def suggested(level: Autonomy = "suggest") -> Memory:
    """A ticket whose action waits for the operator who holds it."""
    request = ApprovalRequest(
        approval_id=action().action_id,
        action=action(),
        role="support",
        approvers=1,
        rules=("autonomy",),
        policy_version="0" * 64,
        requested_at=NOW,
        expires_at=NOW.replace(day=4),
    )
    wish = Wish(number=1, intent="cancel_order", confidence=900, seq=1, start=0, end=10, autonomy=level)
    return Memory(wishes=(wish,), pending=(PendingApproval(request=request),), actions_proposed=1)


def decided(verdict: DecisionVerdict, memory: Memory) -> TurnState:
    """The turn of an operator's decision on it."""
    decision = Decision(
        decision_id=1,
        approval_id=action().action_id,
        verdict=verdict,
        args_sha256=action().args_sha256,
        decided_by="olga",
    )
    return turn(memory, Trigger.decision, seqs=(), decision=decision, is_with_operator=True)


async def test_auto_acts_and_answers() -> None:
    """Policy alone decides."""
    scripted = effects("auto", PROPOSE, Answer(reply="cancelled"))
    final = await run(scripted)
    assert isinstance(final.outcome, Resolve)
    assert len(scripted.of(PerformAsk)) == 1


async def test_approve_answers_and_lets_a_person_decide_each_write() -> None:
    """The customer is told that somebody must agree; nothing is done."""
    scripted = effects("approve", PROPOSE)
    final = await run(scripted)
    assert isinstance(final.outcome, AwaitApproval)
    assert final.outcome.draft is not None
    assert not scripted.of(PerformAsk)


async def test_suggest_sends_one_sentence_and_gives_the_operator_the_action() -> None:
    """The customer hears that a person will answer; the action waits for that person; nothing is done."""
    scripted = effects("suggest", PROPOSE)
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.suggestion
    assert [request.action for request in final.outcome.requests] == [action()]
    assert [part.reply for ask in drafts(scripted) for part in ask.parts] == ["handed_off"]
    assert final.memory.wishes[0].status is WishStatus.open
    assert not scripted.of(PerformAsk)


async def test_suggest_offers_the_question_and_what_follows_the_yes() -> None:
    """A restated action is drafted for the operator, who may ask first or do it at once."""
    scripted = effects("suggest", PROPOSE.model_copy(update={"confirm": "confirm_cancel"}))
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.suggested == DraftRef(draft_id=1, sha256="a" * 64)
    assert final.outcome.draft == DraftRef(draft_id=2, sha256="a" * 64)
    assert len(final.outcome.requests) == 1
    assert kept(final).body["would"] == "ask"
    assert final.memory.asked is None


async def test_an_approved_suggestion_is_done_and_its_reply_is_suggested_too() -> None:
    """After the operator's yes the action is performed; the operator, not the customer, gets the words."""
    scripted = effects("suggest", Answer(reply="cancelled"))
    final = await run(scripted, decided(DecisionVerdict.approved, suggested()))
    assert isinstance(final.outcome, Suggest)
    assert final.outcome.suggested is not None
    assert len(scripted.of(PerformAsk)) == 1
    assert kept(final).body["would"] == "answer"


async def test_a_declined_suggestion_says_nothing_to_the_customer() -> None:
    """The refusal is a draft like any other."""
    scripted = effects("suggest")
    final = await run(scripted, decided(DecisionVerdict.declined, suggested()))
    assert isinstance(final.outcome, Suggest)
    assert not scripted.of(PerformAsk)


async def test_what_became_of_a_suggested_action_is_never_hidden_from_a_person() -> None:
    """Nobody knows whether it took effect: the operator who holds the ticket gets a packet, the customer no words."""
    scripted = effects("suggest")
    unknown = ScriptedEffects(
        verdicts=scripted.verdicts, levels=scripted.levels, results={"cancel_order": ActionStatus.unknown}
    )
    final = await run(unknown, decided(DecisionVerdict.approved, suggested()))
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.reason is HandoffReason.effect_unknown
    assert final.outcome.draft is None


@pytest.mark.parametrize("confirm", [None, "confirm_cancel"])
async def test_shadow_does_nothing_and_keeps_what_it_would_have_done(confirm: str | None) -> None:
    """No write, no request, no draft for the operator; the proposal is kept whole."""
    scripted = effects("shadow", PROPOSE.model_copy(update={"confirm": confirm}))
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    assert (final.outcome.notice.reason, final.outcome.suggested, final.outcome.requests) == (
        HandoffReason.shadow,
        None,
        (),
    )
    assert kept(final).kind == "reply_shadowed"
    assert kept(final).body["actions"] == [action().model_dump(mode="json")]
    assert not scripted.of(PerformAsk)
    assert final.memory.pending == ()
    assert final.memory.wishes[0].status is WishStatus.passed_on


@pytest.mark.parametrize("level", ["shadow", "suggest"])
@pytest.mark.parametrize("step", [AskIdentity(), AskSlot(slot="order", reply="which_order")])
async def test_a_withheld_question_is_not_on_record_as_asked(level: Autonomy, step: PlanStep) -> None:
    """No question event: it would send a code, and the next message would be read as an answer."""
    final = await run(effects(level, step))
    assert isinstance(final.outcome, HandOff)
    assert "question_asked" not in {event.kind for event in final.events}
    assert (final.memory.asked, kept(final).body["would"]) == (None, "ask")


@pytest.mark.parametrize("level", ["shadow", "suggest"])
async def test_a_withheld_handoff_keeps_its_reason_and_queue(level: Autonomy) -> None:
    """The procedure's own handoff goes where it says; the customer hears the usual sentence and nothing of the rest."""
    scripted = effects(level, PassOn(reason=HandoffReason.procedure, queue="returns", reply="card_closed"))
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.notice.queue == "returns"
    assert [part.reply for ask in drafts(scripted) for part in ask.parts] == ["handed_off"]
    assert kept(final).body["would"] == "hand_off"


async def test_a_trusted_procedure_speaks_beside_one_in_shadow() -> None:
    """Two wishes: what was done for the trusted one is told, what the other would have said is not."""
    scripted = ScriptedEffects(
        said=said("where_is_my_order", "cancel_order"),
        steps={1: [Answer(reply="shipped")], 2: [Answer(reply="cancelled")]},
        levels={2: "shadow"},
    )
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    written = [[part.reply for part in ask.parts] for ask in drafts(scripted)]
    assert written == [["cancelled"], ["shipped", "handed_off"]]


async def test_the_level_is_the_one_of_this_turn() -> None:
    """A wish that was put to approval under one level is carried out under the level of the decision's turn."""
    scripted = effects("auto", Answer(reply="cancelled"), verdict=Verdict.allow)
    final = await run(scripted, decided(DecisionVerdict.approved, suggested("shadow")))
    assert isinstance(final.outcome, Resolve)
    assert final.memory.wishes[0].autonomy == "auto"


async def test_an_unsafe_suggestion_is_no_suggestion() -> None:
    """What the checks refuse twice is not put before an operator either."""
    unsafe = Verification(findings=(Finding(check="ungrounded_number"),))
    scripted = effects("suggest", Answer(reply="cancelled"))
    scripted.checks = [unsafe, unsafe]
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    assert (final.outcome.suggested, kept(final).body["draft"]) == (None, None)
    assert final.outcome.draft is not None


async def test_old_histories_know_no_level() -> None:
    """What an older activity answered has no level: it counts as `auto`, under which older releases ran."""
    old = {"wish": 1, "step": {"kind": "answer", "reply": "x"}, "slots": {}, "procedure_version": "v1"}
    assert Planned.model_validate(old).autonomy == "auto"
    assert Judgment.model_validate({"verdict": "allow", "rules": [], "policy_version": "0" * 64}).autonomy == "auto"
    final = await run(effects("auto", AskSlot(slot="order", reply="which_order")))
    assert isinstance(final.outcome, AskCustomer)


async def test_a_refusal_is_judged_at_every_level() -> None:
    """What policy forbids is neither put to the operator nor kept as something that would have been done."""
    scripted = effects("suggest", PROPOSE, Answer(reply="refused"), verdict=Verdict.forbid)
    final = await run(scripted)
    assert isinstance(final.outcome, HandOff)
    assert final.outcome.requests == ()
    assert kept(final).body["actions"] == []
    assert len(scripted.of(JudgeAsk)) == 1


def drafts(scripted: ScriptedEffects) -> list[DraftAsk]:
    """What was asked to be written, in order."""
    return [ask for ask in scripted.asked if isinstance(ask, DraftAsk)]
