"""One answer to several approvals: each is bound to its own digest and decided by itself."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.errors import Refused
from api.schemas.approvals import DecisionBody
from api.services import Services
from console.deciding import ON_THE_CARD, send_decision
from console.once import Press
from console.seat import Seat
from domain.errors import SetrightError
from domain.model import Model

_MOST = 50
#: An approval with the digest of the arguments that were shown: `T-1/a1:3f…`.
Chosen = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}/a[0-9]{1,6}:[0-9a-f]{64}$")]
_SAYS = {"approved": "Approved", "declined": "Declined"}


class BulkForm(Press):
    """The chosen approvals and what is said to all of them."""

    verdict: Literal["approved", "declined"]
    chosen: list[Chosen] = Field(default=[], max_length=_MOST)
    reason: str = Field(default="", max_length=20_000)


class Outcome(Model):
    """What became of them: a sentence, and of each that could not be decided its id and why."""

    told: str
    failed: tuple[tuple[str, str], ...] = ()


async def decide_all(services: Services, seat: Seat, press: BulkForm) -> Outcome:
    """Decide on each; one that is settled already, or is another by now, holds up no other.

    Raises Refused when nothing was chosen, or a reason is missing.
    """
    if not press.chosen:
        raise Refused("invalid_input", f"Choose one to {_MOST} approvals.")
    reason = press.reason if press.reason.strip() else None
    if press.verdict == "declined" and reason is None:
        raise Refused("invalid_input", "A reason is needed: the customers are told it.")
    failed = []
    for one in dict.fromkeys(press.chosen):
        approval_id, _, digest = one.partition(":")
        body = DecisionBody(verdict=press.verdict, args_sha256=digest, reason=reason)
        try:
            await send_decision(services, seat, approval_id, f"{press.once}:{approval_id}", body)
        except SetrightError as error:
            if error.code not in {*ON_THE_CARD, "not_found"}:
                raise
            failed.append((approval_id, error.text))
    of = len(dict.fromkeys(press.chosen))
    return Outcome(told=f"{_SAYS[press.verdict]}: {of - len(failed)} of {of}.", failed=tuple(failed))
