"""The one Protocol through which a turn touches the world.

The workflow implements it with Temporal activities, evals with direct calls: the graph cannot tell.
"""

from dataclasses import dataclass
from typing import Protocol

from domain.action import ActionResult
from domain.ask import (
    CheckAsk,
    DraftAsk,
    GatherAsk,
    JudgeAsk,
    PerformAsk,
    PlanAsk,
    SearchAsk,
    TriageAsk,
    UnderstandAsk,
)
from domain.evidence import SearchResult
from domain.ids import ActionId
from domain.intent import Classification
from domain.outcome import DraftRef
from domain.policy import HandoffVerdict, Judgment
from domain.step import Planned
from domain.verification import Verification


class Effects(Protocol):
    """What a node may ask for."""

    async def gather(self, ask: GatherAsk) -> int:
        """Assemble the customer context afresh; returns the id of its row."""
        ...

    async def understand(self, ask: UnderstandAsk) -> Classification:
        """Say what the new messages want."""
        ...

    async def triage(self, ask: TriageAsk) -> HandoffVerdict | None:
        """Judge the handoff rules."""
        ...

    async def search(self, ask: SearchAsk) -> SearchResult:
        """Find evidence in the knowledge base."""
        ...

    async def plan(self, ask: PlanAsk) -> Planned:
        """Take one wish a step further along its procedure."""
        ...

    async def judge(self, ask: JudgeAsk) -> Judgment:
        """Judge a proposed action by policy and preconditions."""
        ...

    async def perform(self, ask: PerformAsk) -> ActionResult:
        """Carry an action out, exactly once."""
        ...

    async def draft(self, ask: DraftAsk) -> DraftRef:
        """Write the reply."""
        ...

    async def check(self, ask: CheckAsk) -> Verification:
        """Check the reply."""
        ...

    async def withdraw(self, approval_id: ActionId) -> bool:
        """Take the approval's one decision slot for the customer's withdrawal; False if a person was faster."""
        ...


@dataclass(frozen=True)
class TurnContext:
    """What LangGraph hands to every node beside the state."""

    effects: Effects
