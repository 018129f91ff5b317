"""A reply is in one language: the customer's where all of it is there, else another's as a whole."""

import pytest

from activities.speaking import Planned, reply_language, template_in
from adapters.workspace.loader import load_workspace
from adapters.workspace.locales import missing_replies
from adapters.workspace.tenant import TenantConfig, Workspace
from domain.customer import CustomerContext
from domain.handoff import HandoffReason
from domain.memory import ReplyPart
from domain.ticket import IdentityLevel
from tests.unit.adapters.workspace.conftest import TENANTS

NOBODY = CustomerContext(customer_id="cus_ada", identity=IdentityLevel.anonymous, name="", first_name="")


@pytest.fixture(scope="module")
def shipped() -> Workspace:
    """The example's tenants."""
    return load_workspace(TENANTS)


def tenant_with(shipped: Workspace, **german: str) -> TenantConfig:
    """Meridian with these German replies and no others."""
    meridian = shipped.tenants["meridian"]
    return meridian.model_copy(update={"replies": {"en": meridian.replies["en"], "de": german}})


def spoken(config: TenantConfig, *planned: Planned, introduce: bool = False, wanted: str = "de") -> str:
    """The language of a reply of these paragraphs."""
    return reply_language(config, NOBODY, planned, wanted=wanted, introduce=introduce)


def common(reply: str, *, handoff: HandoffReason | None = None, choices: tuple[str, ...] = ()) -> Planned:
    """A paragraph of the workspace's own."""
    return Planned(ReplyPart(kind="common", reply=reply, handoff=handoff, choices=choices), None)


def test_a_missing_sentence_changes_the_language_of_all(shipped: Workspace) -> None:
    """A German greeting is no beginning of an English answer, nor a German time its end."""
    config = tenant_with(shipped, greeting="Guten Tag.", kept="In Ordnung.")
    assert spoken(config, common("kept"), introduce=True) == "de"
    assert spoken(config, common("kept"), common("withdrawn"), introduce=True) == "en"
    assert spoken(tenant_with(shipped, kept="In Ordnung."), common("kept"), introduce=True) == "en"
    assert spoken(config, common("kept"), wanted="fr") == "en"


def test_a_general_sentence_of_the_language_comes_before_another_language(shipped: Workspace) -> None:
    """Who hands over need not say why in German to say it in German."""
    config = tenant_with(shipped, handed_off="Ich gebe das weiter.", refused="Das geht nicht.")
    unknown = common("handed_off", handoff=HandoffReason.no_knowledge)
    assert spoken(config, unknown, common("refused_over_paid")) == "de"
    assert template_in(config, None, unknown.part, "de") == "Ich gebe das weiter."
    assert template_in(config, None, unknown.part, "en") == config.replies["en"]["handed_off_no_knowledge"]


def test_passages_are_quoted_in_their_own_language(shipped: Workspace) -> None:
    """From English articles comes an English answer; a German one where the sentences around it are there."""
    part = ReplyPart(kind="knowledge", reply="answer", passages=(1,))
    config = tenant_with(shipped, greeting="Guten Tag.", no_knowledge="Dazu finde ich nichts.")
    assert spoken(config, Planned(part, None, ("en",)), introduce=True) == "en"
    assert spoken(config, Planned(part, None, ("de", "en")), introduce=True) == "de"
    assert spoken(config, Planned(part, None, ("de",)), wanted="en") == "de"
    assert spoken(config, Planned(part, None, ())) == "de"


@pytest.mark.parametrize("reply", ["which_intent", "passed_on"])
def test_titles_and_labels_are_in_the_workspaces_language(shipped: Workspace, reply: str) -> None:
    """No German question offers English choices."""
    german = {"which_intent": "Geht es um {choices}?", "passed_on": "Auch um {wish}."}
    choices = ("late_refund", "cancel_order") if reply == "which_intent" else ()
    assert spoken(tenant_with(shipped, **german), common(reply, choices=choices)) == "en"


def test_missing_replies_are_told_by_locale(shipped: Workspace) -> None:
    """Those that a general one can stand for are not missed."""
    config = tenant_with(shipped, greeting="Guten Tag.", refused="Das geht nicht.")
    missing = {(it.locale, it.procedure): it.replies for it in missing_replies(config)}
    assert "kept" in missing["de", None]
    assert "handed_off" in missing["de", None]
    assert not {"greeting", "refused_over_paid"} & set(missing["de", None])
    assert ("de", "cancel_order") not in missing
    assert "registered" in missing["de", "return_item"]
