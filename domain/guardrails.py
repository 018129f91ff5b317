"""The three guardrail layers in numbers: grounding before a reply, abstention during a turn, checks after writing.

Counted from ticket events, which are the only truth; of a ticket that is older than a counter, that counter is 0.
"""

from pydantic import Field

from domain.model import Model


class GroundingBefore(Model):
    """What the searches brought."""

    searches: int = 0
    found: int = Field(default=0, description="Searches that found something to answer from.")
    nothing_found: int = 0
    refused: int = Field(default=0, description="Passages that were too far from the question.")
    stale: int = Field(default=0, description="Passages found that nobody has confirmed in time.")
    contradicting: int = Field(default=0, description="Searches that found passages which contradict each other.")


class AbstentionDuring(Model):
    """Where the assistant did not go on by itself."""

    clarified: int = Field(default=0, description="Times it asked which wish is meant, being below its threshold.")
    abstained: int = Field(default=0, description="Messages in which it saw a wish that it cannot help with.")
    handed_off: int = Field(default=0, description="Times a person took over for want of understanding or knowledge.")


class FindingCount(Model):
    """How often a check found something."""

    check: str
    times: int
    meaning: str


class ChecksAfter(Model):
    """What the checks of written replies said."""

    checked: int = Field(default=0, description="Drafts that were checked.")
    claims: int = Field(default=0, description="Sentences that claim something, in drafts checked claim by claim.")
    unsupported: int = Field(default=0, description="Of these, the ones that rest on nothing.")
    findings: tuple[FindingCount, ...] = ()
    stale: int = Field(default=0, description="Drafts that rest on passages which nobody had confirmed in time.")
    redrafts: int = 0
    refused: int = Field(default=0, description="Replies given up after the redraft; a person took over.")


class Guardrails(Model):
    """All three layers, of one ticket or of all."""

    tickets: int = 0
    before: GroundingBefore = GroundingBefore()
    during: AbstentionDuring = AbstentionDuring()
    after: ChecksAfter = ChecksAfter()
