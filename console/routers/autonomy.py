"""How far procedures are trusted, on what evidence; corrections, tried before they are accepted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from api.auth import Scope
from api.correcting import read_corrections, review, try_corrections
from api.errors import Refused
from api.handling import handling_costs
from api.schemas.autonomy import LevelBody
from api.schemas.corrections import EffectView, ReviewBody
from api.services import Services, Shared
from api.trusting import read_standings, set_procedure_level
from console.once import Press, once_of
from console.pages import FRAGMENT_HEADER, page, wants_block
from console.rights import ApproverPosting, require
from console.seat import Seat, Seated
from console.told import forget, said_before, say_next
from console.views.autonomy import ADVICE, MEANINGS, lines_of
from domain.agreement import edit_share
from domain.autonomy import Autonomy
from domain.correction import Correction, ReviewVerdict
from domain.errors import NotFound
from domain.ids import Label
from domain.wording import differences
from store.autonomy import list_levels

router = APIRouter(prefix="/autonomy")
_PATH = "/console/autonomy"
_LARGEST_ID = 2**63 - 1
_Number = Annotated[int, Path(ge=1, le=_LARGEST_ID)]


class LevelForm(Press):
    """The level that a procedure shall have, and why."""

    level: Autonomy
    reason: str = Field(default="", max_length=20_000)


class ReviewForm(Press):
    """What becomes of a correction."""

    verdict: ReviewVerdict
    reason: str = Field(default="", max_length=20_000)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request at the page."""

    request: Request
    seat: Seat
    services: Services

    async def show(self, *, tried: int | None = None, told: str | None = None) -> Response:
        """The page; `tried` is the correction whose effect is shown."""
        seat, shown = self.seat, await self._levels()
        may_review = seat.may(Scope.knowledge)
        effect: EffectView | None = None
        if tried is not None and may_review:
            effect = await try_corrections(self.services, seat.principal, [tried])
        corrections: tuple[Correction, ...] = ()
        if may_review and wants_block(self.request, "autonomy-corrections"):
            found = await read_corrections(self.services, seat.principal, ticket_id=None, open_only=True, limit=50)
            corrections = found.corrections
        return page(
            self.request,
            seat,
            "autonomy.html",
            here="autonomy",
            told=told,
            corrections=corrections,
            may_review=may_review,
            may_accept=seat.may(Scope.approvals_decide),
            tried=tried,
            effect=effect,
            differences=differences,
            edit_share=edit_share,
            meanings=MEANINGS,
            advice=ADVICE,
            **shown,
        )

    async def answer(self, told: str) -> Response:
        """After a press: what was asked for; or, without our script, back to the page, which says it."""
        if FRAGMENT_HEADER in self.request.headers:
            return await self.show(told=told)
        response = RedirectResponse(_PATH, status_code=303)
        say_next(response, told)
        return response

    async def _levels(self) -> dict[str, Any]:
        if not wants_block(self.request, "autonomy-levels"):
            return {"lines": (), "rules": None}
        tenant = self.seat.tenant
        try:
            view = await read_standings(self.services, self.seat.principal)
        except NotFound:  # a process without a workspace for this tenant
            return {"lines": (), "rules": None}
        since = (self.services.deps.clock() - timedelta(days=view.rules.days)).date()
        async with self.services.pools.operator(tenant) as conn:
            history = await list_levels(conn, tenant)
            handling = await handling_costs(self.services, conn, tenant, ticket_id=None, since=since)
        return {"lines": lines_of(self.seat, view, history, handling), "rules": view.rules}


@router.get("")
async def get_autonomy(
    request: Request,
    seat: Seated,
    services: Shared,
    tried: Annotated[int | None, Query(alias="try", ge=1, le=_LARGEST_ID, description="A correction.")] = None,
) -> Response:
    """Show every procedure's level with its evidence, and what operators have corrected."""
    require(seat, Scope.tickets_read)
    told = said_before(request)
    response = await _Visit(request, seat, services).show(tried=tried, told=told)
    if told is not None:
        forget(response)
    return response


@router.post("/procedures/{procedure}/level")
async def set_level(
    request: Request, procedure: Label, seat: ApproverPosting, services: Shared, press: Annotated[LevelForm, Form()]
) -> Response:
    """Set a procedure's level: an approver lowers it, an admin raises it, and both say why."""
    if not press.reason.strip():
        raise Refused("invalid_input", "A reason is needed: it stays in the history of levels.")
    body = LevelBody(level=press.level, reason=press.reason)
    key = once_of(seat.principal, press.once, f"console level {procedure}", body.model_dump_json())
    line = await set_procedure_level(services, seat.principal, key, procedure, body)
    told = f"{procedure.replace('_', ' ')}: {line.level} from the next turns on; it was {line.before}."
    return await _Visit(request, seat, services).answer(told)


@router.post("/corrections/{number}/review")
async def review_correction(
    request: Request, number: _Number, seat: ApproverPosting, services: Shared, press: Annotated[ReviewForm, Form()]
) -> Response:
    """Accept a correction, which teaches it from the next message on, or reject it."""
    body = ReviewBody(verdict=press.verdict, reason=press.reason if press.reason.strip() else None)
    key = once_of(seat.principal, press.once, f"console review {number}", body.model_dump_json())
    await review(services, seat.principal, key, number, body)
    said = {"accepted": "Accepted: it is taught from the next message on.", "rejected": "Rejected: it teaches nothing."}
    return await _Visit(request, seat, services).answer(said[press.verdict])
