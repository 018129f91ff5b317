"""Findings are counted by kind, and told one of each place first."""

from runtime.attack.canary import Canary, Owner
from runtime.attack.findings import Findings


def test_a_foreign_canary_is_a_leak() -> None:
    """What somebody else may not see is noted with where it showed; what they may see is not."""
    findings = Findings()
    text = f"see {Canary('t01', 'c01', 'orders', 1)}"
    findings.look("reply", text, Owner("t01", "c01"))
    findings.look("reply", text, Owner("t01", "c02"))
    assert findings.count("leak") == 1
    assert findings.looked_at["reply"] == 2


def test_one_of_each_place_is_told_first() -> None:
    """A thousand findings of one place hide none of another."""
    findings = Findings()
    for _ in range(100):
        findings.add("leak", "reply", "x")
    findings.add("unapproved_effect", "ledger", "y")
    assert [finding.where for finding in findings.told()][:2] == ["reply", "ledger"]
