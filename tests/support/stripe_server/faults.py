"""What can go wrong between a client and Stripe, injected into the next requests of a kind."""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal[
    "never_arrives",  # the connection breaks before anything is done
    "lost_answer",  # carried out and saved, and the connection breaks
    "error_500",  # not carried out; the key is answered 500 from now on
    "error_500_after_commit",  # carried out, and yet the key is answered 500 from now on
    "error_503",  # turned away by a proxy in front; nothing is saved
    "error_424",  # something that Stripe depends on failed half-way; saved
    "slow",  # carried out `seconds` late
    "slow_answer",  # carried out at once and answered `seconds` late
    "rate_limited",  # 429 with Retry-After; nothing is saved
    "answer",  # not carried out; `body` is answered with `status`, and nothing is saved
    "garbage",  # carried out, and the answer is no JSON
    "half_an_object",  # carried out, and the answer lacks what a refund has
    "pending",  # the refund is made and pending
    "requires_action",  # the refund waits for the customer
    "failed",  # the refund is made and fails at once
]


@dataclass(frozen=True)
class Fault:
    """One fault; `path` is the start of the paths it is for."""

    kind: FaultKind
    method: str = "POST"
    path: str = "/v1/refunds"
    seconds: float = 0.0
    status: int = 200
    body: str = "{}"
    failure_reason: str = "expired_or_canceled_card"


@dataclass
class Faults:
    """The faults that the next requests meet, each once."""

    waiting: deque[Fault] = field(default_factory=deque)

    def inject(self, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests that fit meet the fault."""
        self.waiting.extend([fault] * times)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, which is then used up."""
        for fault in self.waiting:
            if fault.method == method and path.startswith(fault.path):
                self.waiting.remove(fault)
                return fault
        return None
