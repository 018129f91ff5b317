"""What an assistant answers becomes state only in names that the workspace knows."""

import pytest

from activities.fence import MOST_SPLIT, fence_classification, fence_plan
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import TenantConfig
from domain.errors import AnswerInvalid
from domain.handoff import HandoffReason
from domain.intent import Classification, RankedIntent, Signals, WishFound
from domain.memory import Wish
from domain.slot import HandleValue, LabelValue
from domain.step import Answer, AskSlot, PassOn, Planned
from runtime.settings import SHIPPED_WORKSPACE
from tests.unit.domain.customers import mara

CONTEXT = mara()
WISH = Wish(number=1, intent="cancel_order", confidence=900, seq=1, start=0, end=1)
OWN = CONTEXT.orders[0].handle


@pytest.fixture(scope="module")
def config() -> TenantConfig:
    """The shipped shop."""
    return load_workspace(SHIPPED_WORKSPACE / "tenants").tenants["meridian"]


def fenced(config: TenantConfig, **about: object) -> Planned:
    """A plan of the cancelling procedure behind the fence."""
    planned = Planned.model_validate(
        {"wish": 7, "step": Answer(reply="cancelled"), "slots": {}, "procedure_version": "of my own choice"} | about
    )
    return fence_plan(planned, config, config.procedures["cancel_order"], CONTEXT, WISH)


def test_wish_and_version_are_not_the_assistants_to_choose(config: TenantConfig) -> None:
    """An older version that allowed more cannot be picked."""
    planned = fenced(config)
    assert planned.wish == 1
    assert planned.procedure_version == config.procedures["cancel_order"].version


def test_slots_hold_what_there_is(config: TenantConfig) -> None:
    """Unknown slots, foreign handles and made-up labels are dropped; what is known stays."""
    slots = {
        "order": HandleValue(handle=OWN),
        "cause": LabelValue(label="ada_lives_in_linz"),
        "ada_lives_in_linz": LabelValue(label="no_longer_needed"),
    }
    assert fenced(config, slots=slots).slots == {"order": HandleValue(handle=OWN)}
    foreign = {"order": HandleValue(handle="order_0123456789"), "cause": LabelValue(label="no_longer_needed")}
    assert list(fenced(config, slots=foreign).slots) == ["cause"]
    assert len(fenced(config, split=[slots] * 100).split) == MOST_SPLIT


@pytest.mark.parametrize(
    "step",
    [
        Answer(reply="ada_lives_in_linz"),
        AskSlot(slot="ada_lives_in_linz", reply="which_order"),
        AskSlot(slot="order", reply="ada_lives_in_linz"),
        AskSlot(slot="order", reply="which_order", choices=("ada_lives_in_linz",)),
    ],
)
def test_a_step_in_made_up_names_goes_to_a_person(config: TenantConfig, step: object) -> None:
    """A label is no place for words."""
    assert fenced(config, step=step).step == PassOn(reason=HandoffReason.not_supported)


def test_a_step_of_the_procedure_stays(config: TenantConfig) -> None:
    """What the workspace knows passes unchanged."""
    asked = AskSlot(slot="order", reply="which_order", choices=(OWN,))
    assert fenced(config, step=asked).step == asked
    assert fenced(config, step=PassOn(reason=HandoffReason.angry, queue="anywhere")).step == PassOn(
        reason=HandoffReason.angry, queue="support"
    )


def test_intents_and_language_are_the_workspaces(config: TenantConfig) -> None:
    """An intent that is no procedure is not kept, nor a language that is none."""
    ranked = tuple(RankedIntent(intent=intent, confidence=900) for intent in ("ada_lives_in_linz", "cancel_order"))
    said = Classification(
        wishes=(WishFound(ranked=ranked, seq=1, start=0, end=1),),
        language="Ada lives in Linz",
        signals=Signals(),
        chosen=("ada_lives_in_linz", "cancel_order"),
    )
    kept = fence_classification(said, config)
    assert [reading.intent for reading in kept.wishes[0].ranked] == ["cancel_order"]
    assert kept.chosen == ("cancel_order",)
    assert kept.language == "en"


def test_an_answer_of_no_right_form_is_refused(config: TenantConfig) -> None:
    """What history could not read back would stop the ticket for ever; it is an error of the turn instead."""
    broken = HandleValue.model_construct(kind="handle", handle="' or 1=1 --")
    planned = Planned.model_construct(
        wish=1, step=Answer(reply="cancelled"), slots={"order": broken}, procedure_version="", split=()
    )
    with pytest.raises(AnswerInvalid):
        fence_plan(planned, config, config.procedures["cancel_order"], CONTEXT, WISH)
