"""Published texts in the place of files: read together with everything they name, and wrong with their own lines."""

from pathlib import Path

import pytest

from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.published import PublishedTexts, with_rule, with_texts
from domain.rulebook import FileText

MERIDIAN = load_workspace(Path("examples/shop/tenants")).tenants["meridian"]
TEXTS = PublishedTexts(MERIDIAN)
RULE = "id: refund_up_to_100\nactions: [issue_refund]\nwhen: action.amount.amount <= 100\nverdict: allow\nreason: x\n"


def wrong(part: str, text: str) -> list[str]:
    """What is wrong with a text."""
    problems = TEXTS.check({part: text}).problems
    return [f"{problem.file}:{problem.line}: {problem.field}: {problem.text}" for problem in problems]


def test_the_files_themselves_are_sound_and_keep_their_versions() -> None:
    """Publishing a file as it is makes the version that the file has."""
    files = TEXTS.files
    assert files["policy"] == FileText(text=MERIDIAN.sources["policy"].text, version=MERIDIAN.policy.version)
    config = with_texts(MERIDIAN, {part: file.text for part, file in files.items()})
    assert (config.policy, config.procedures) == (MERIDIAN.policy, MERIDIAN.procedures)


def test_what_one_text_names_in_another_is_checked() -> None:
    """A reply that the workspace lacks, a queue, an action, an example that another procedure has."""
    policy, procedure = TEXTS.files["policy"].text, TEXTS.files["procedures/late_refund"].text
    line = 1 + policy.splitlines().index("    tell_customer: refused_needs_identity")
    [text] = wrong("policy", policy.replace("tell_customer: refused_needs_identity", "tell_customer: refused_id"))
    assert text.startswith(f"policy.yaml:{line}: rules[1].tell_customer: there is no common reply 'refused_id'")
    [text] = wrong("policy", policy.replace("queue: legal", "queue: lawyers"))
    assert text.endswith("handoffs[1].queue: there is no queue 'lawyers'")
    copied = procedure.replace("name: late_refund", "name: later_refund")
    assert all("has this example already" in text for text in wrong("procedures/later_refund", copied))


def test_one_rule_is_edited_added_or_left_out() -> None:
    """Every other rule stays as it is, in its place."""
    ids = [rule.id for rule in MERIDIAN.policy.rules]
    edited = with_rule(MERIDIAN, "refund_up_to_100", RULE).policy
    assert ([rule.id for rule in edited.rules], edited.version != MERIDIAN.policy.version) == (ids, True)
    assert edited.rules[ids.index("refund_up_to_100")].when == "action.amount.amount <= 100"
    added = with_rule(MERIDIAN, "another", RULE.replace("refund_up_to_100", "another")).policy
    assert [rule.id for rule in added.rules] == [*ids, "another"]
    left = with_rule(MERIDIAN, "refund_up_to_100", None).policy
    assert [rule.id for rule in left.rules] == [rule for rule in ids if rule != "refund_up_to_100"]


@pytest.mark.parametrize(
    ("rule", "text", "told"),
    [
        ("nothing", None, "policy.yaml:1: rules: there is no rule 'nothing' to leave out"),
        ("other", RULE, "rule other:1: id: must be 'other', the rule that is edited"),
        ("refund_up_to_100", RULE.replace("<= 100", "<="), "rule refund_up_to_100:3: rules[3].when: not a CEL"),
        ("refund_up_to_100", RULE.replace("action.", "acton."), "rule refund_up_to_100:3: rules[3].when: "),
        ("refund_up_to_100", "verdict: [", "rule refund_up_to_100:2: not valid YAML"),
    ],
)
def test_a_wrong_rule_is_told_by_its_own_lines(rule: str, text: str | None, told: str) -> None:
    """Whoever edits one rule sees the lines of what they typed."""
    with pytest.raises(WorkspaceErrors) as caught:
        with_rule(MERIDIAN, rule, text)
    assert caught.value.text.startswith(told)
