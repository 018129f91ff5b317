"""Policy and procedures: read, edited, checked, tried on past tickets, published, rolled back."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from api.auth import Scope
from api.dry_running import dry_run
from api.errors import Refused
from api.publishing import publish, roll_back
from api.rulebooks import check_text, list_parts, show_part, show_version, show_versions
from api.schemas.rulebook import MAX_NEWEST, MAX_TEXT_CHARS, CheckView, DryRunView, PublishBody, RollBackBody
from api.services import Services, Shared
from console.charts.shifts import shift_bar
from console.once import once_of
from console.pages import page
from console.rights import AdminPosting, require
from console.seat import Posting, Seat, Seated
from console.views.rulebook import around_problems, changes_of, numbered, rules_in
from domain.errors import BadText, Conflict
from domain.ids import Sha256
from domain.rulebook import POLICY, Part, part_of

router = APIRouter(prefix="/policy")
Once = Annotated[str, Form(min_length=8, max_length=64)]
Words = Annotated[str, Form(max_length=4_000)]
Number = Annotated[int, Path(ge=0, le=2**31 - 1)]
_WHY = "Say in a sentence why; it is kept with the version."


class Typed(BaseModel):
    """What stands in the editor."""

    text: Annotated[str, Field(max_length=2 * MAX_TEXT_CHARS), AfterValidator(lambda text: text.replace("\r\n", "\n"))]
    replaces: Sha256
    newest: Annotated[int, Field(ge=1, le=MAX_NEWEST)] = 1_000
    note: Annotated[str, Field(max_length=4_000)] = ""


class Sent(Typed):
    """The editor's form: what is typed, and what to do with it."""

    do: Literal["check", "dry-run", "publish"]
    once: Annotated[str, Field(min_length=8, max_length=64)]


def _part(request: Request) -> Part:
    name = request.path_params.get("name")
    return POLICY if name is None else part_of(name)


Chosen = Annotated[Part, Depends(_part)]


async def get_text(request: Request, part: Chosen, seat: Seated, services: Shared) -> Response:
    """Show the text that is current, line by line."""
    require(seat, Scope.approvals_read)
    shown = await show_part(services, seat.principal, part)
    rules = rules_in(shown.text) if part == POLICY else ()
    return await _page(request, seat, services, part, "text", shown=shown, lines=numbered(shown.text), rules=rules)


async def get_editor(request: Request, part: Chosen, seat: Seated, services: Shared) -> Response:
    """Edit the text that is current."""
    require(seat, Scope.approvals_read)
    shown = await show_part(services, seat.principal, part)
    typed = Typed(text=shown.text, replaces=shown.version)
    return await _editor(request, seat, services, part, typed)


async def post_editor(
    request: Request, part: Chosen, seat: Posting, services: Shared, sent: Annotated[Sent, Form()]
) -> Response:
    """Check a text, try it, or publish it; what was typed is never lost."""
    require(seat, Scope.admin if sent.do == "publish" else Scope.approvals_read)
    checked = await check_text(services, seat.principal, part, sent.text)
    if not checked.is_valid or sent.do == "check":
        return await _editor(request, seat, services, part, sent, checked=checked)
    if sent.do == "dry-run":
        tried = await dry_run(services, seat.principal, part, text=sent.text, newest=sent.newest)
        return await _editor(request, seat, services, part, sent, checked=checked, tried=tried)
    try:
        body = PublishBody(text=sent.text, replaces=sent.replaces, note=sent.note)
        key = once_of(seat.principal, sent.once, f"console publish {part}", body.model_dump_json())
        await publish(services, seat.principal, key, part, body)
    except (ValidationError, BadText):
        return await _editor(request, seat, services, part, sent, problem=_WHY)
    except Conflict as error:
        return await _editor(request, seat, services, part, sent, problem=error.text)
    return RedirectResponse(f"{_href(part)}/versions", status_code=303)


async def post_without_rule(
    request: Request, seat: Posting, services: Shared, rule: Annotated[str, Form(pattern="^[a-z][a-z0-9_]{0,62}$")]
) -> Response:
    """Try the policy without one of its rules."""
    require(seat, Scope.approvals_read)
    tried = await dry_run(services, seat.principal, POLICY, text=None, rule=rule, newest=1_000)
    return await _page(request, seat, services, POLICY, "without", rule=rule, tried=tried)


async def get_versions(request: Request, part: Chosen, seat: Seated, services: Shared) -> Response:
    """List the versions, and what was current when."""
    require(seat, Scope.approvals_read)
    found = await show_versions(services, seat.principal, part)
    return await _page(request, seat, services, part, "versions", found=found)


async def get_version(
    request: Request,
    part: Chosen,
    number: Number,
    seat: Seated,
    services: Shared,
    against: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """Show what differs between a version and another one, by default the current one; and the way back to it."""
    require(seat, Scope.approvals_read)
    return await _version(request, seat, services, part, number, against=against)


async def post_roll_back(
    request: Request,
    part: Chosen,
    number: Number,
    seat: AdminPosting,
    services: Shared,
    once: Once,
    replaces: Annotated[str, Form(pattern="^[0-9a-f]{64}$")],
    reason: Words = "",
) -> Response:
    """Make an earlier version current again."""
    try:
        body = RollBackBody(number=number, replaces=replaces, reason=reason)
        key = once_of(seat.principal, once, f"console roll back {part}", body.model_dump_json())
        await roll_back(services, seat.principal, key, part, body)
    except (ValidationError, BadText):
        return await _version(request, seat, services, part, number, problem=_WHY)
    except Conflict as error:
        return await _version(request, seat, services, part, number, problem=error.text)
    except Refused as error:
        told = "; ".join(f"{field.field}: {field.problem}" for field in error.fields) or error.detail
        return await _version(request, seat, services, part, number, problem=f"It does not fit any more: {told}")
    return RedirectResponse(f"{_href(part)}/versions", status_code=303)


for _place in ("", "/procedures/{name}"):
    router.add_api_route(_place, get_text, methods=["GET"])
    router.add_api_route(f"{_place}/edit", get_editor, methods=["GET"])
    router.add_api_route(f"{_place}/edit", post_editor, methods=["POST"])
    router.add_api_route(f"{_place}/versions", get_versions, methods=["GET"])
    router.add_api_route(f"{_place}/versions/{{number}}", get_version, methods=["GET"])
    router.add_api_route(f"{_place}/versions/{{number}}", post_roll_back, methods=["POST"])
router.add_api_route("/without", post_without_rule, methods=["POST"])


async def _editor(
    request: Request,
    seat: Seat,
    services: Services,
    part: Part,
    typed: Typed,
    *,
    checked: CheckView | None = None,
    tried: DryRunView | None = None,
    problem: str | None = None,
) -> Response:
    """The editor with what was typed, and what was found about it."""
    current = await show_part(services, seat.principal, part)
    problems, file = checked.problems if checked is not None else (), f"{part}.yaml"
    shown: dict[str, Any] = {
        "typed": typed,
        "checked": checked,
        "tried": tried,
        "problem": problem,
        "lines": around_problems(numbered(typed.text, problems, file)),
        "elsewhere": [it for it in problems if it.file != file],
        "diff": changes_of(current.text, typed.text, "current", "edited") if checked is not None else (),
    }
    status = 422 if problems or problem else 200
    return await _page(request, seat, services, part, "edit", status=status, **shown)


async def _version(
    request: Request,
    seat: Seat,
    services: Services,
    part: Part,
    number: int,
    *,
    against: int | None = None,
    problem: str | None = None,
) -> Response:
    version = await show_version(services, seat.principal, part, number)
    current = await show_part(services, seat.principal, part)
    other = current.number if against is None else against
    text = current.text if against is None else (await show_version(services, seat.principal, part, other)).text
    diff = changes_of(version.text, text, f"version {number}", f"version {other}")
    shown: dict[str, Any] = {"version": version, "other": other, "diff": diff, "problem": problem, "current": current}
    return await _page(request, seat, services, part, "version", status=422 if problem else 200, **shown)


async def _page(
    request: Request,
    seat: Seat,
    services: Services,
    part: Part,
    tab: str,
    status: int = 200,
    **shown: Any,  # noqa: ANN401 - what the template shows
) -> Response:
    listed = await list_parts(services, seat.principal)
    chosen = next((one for one in listed if one.part == part), None)
    name = f"policy/{tab}.html"
    about: dict[str, Any] = {
        "bar": shift_bar,
        "listed": listed,
        "chosen": chosen,
        "part": part,
        "tab": tab,
        "href": _href(part),
    }
    return page(request, seat, name, here="policy", status=status, may_publish=seat.may(Scope.admin), **about, **shown)


def _href(part: Part) -> str:
    return "/console/policy" if part == POLICY else f"/console/policy/{part}"
