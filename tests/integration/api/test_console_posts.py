"""Every POST of the console refuses strangers, forged forms and whoever's role is too low, before it reads the form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from console.csrf import HEADER
from domain.operator import OperatorRole
from tests.integration.api.calling import Api
from tests.integration.api.console_desk import BASE, Operator, running_console

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

#: The least role that each needs; a new POST has to be named here.
NEEDS: Mapping[str, OperatorRole] = {
    "/console/sign-out": OperatorRole.viewer,
    "/console/tenant": OperatorRole.viewer,
    "/console/inbox/bulk": OperatorRole.operator,
    "/console/handoffs/moves": OperatorRole.operator,
    "/console/tickets/{ticket_id}/moves": OperatorRole.operator,
    "/console/tickets/{ticket_id}/assign": OperatorRole.operator,
    "/console/tickets/{ticket_id}/snooze": OperatorRole.operator,
    "/console/tickets/{ticket_id}/notes": OperatorRole.operator,
    "/console/tickets/{ticket_id}/undo": OperatorRole.operator,
    "/console/tickets/{ticket_id}/reply": OperatorRole.operator,
    "/console/tickets/{ticket_id}/corrections": OperatorRole.operator,
    "/console/tickets/{ticket_id}/time": OperatorRole.operator,
    "/console/tickets/{ticket_id}/approvals/{number}/decisions": OperatorRole.approver,
    "/console/tickets/{ticket_id}/approvals/{number}/snooze": OperatorRole.approver,
    "/console/approvals/bulk": OperatorRole.approver,
    "/console/approvals/{ticket_id}/{number}/decisions": OperatorRole.approver,
    "/console/approvals/{ticket_id}/{number}/snooze": OperatorRole.approver,
    "/console/autonomy/procedures/{procedure}/level": OperatorRole.approver,
    "/console/autonomy/corrections/{number}/review": OperatorRole.approver,
    "/console/knowledge/write": OperatorRole.operator,
    "/console/knowledge/articles/{slug}/withdraw": OperatorRole.operator,
    "/console/knowledge/conflicts/{conflict_id}": OperatorRole.operator,
    "/console/knowledge/reviews/{ticket_id}/{seq}": OperatorRole.operator,
    "/console/knowledge/sources/{source_id}/sync": OperatorRole.operator,
    "/console/knowledge/sources/{source_id}/every": OperatorRole.operator,
    "/console/policy/edit": OperatorRole.viewer,  # to check and try a text; publishing is asked for below
    "/console/policy/procedures/{name}/edit": OperatorRole.viewer,
    "/console/policy/versions/{number}": OperatorRole.admin,
    "/console/policy/procedures/{name}/versions/{number}": OperatorRole.admin,
    "/console/policy/without": OperatorRole.viewer,
    "/console/members": OperatorRole.admin,
    "/console/members/role": OperatorRole.admin,
    "/console/members/removal": OperatorRole.admin,
}
#: Nobody is signed in here yet, so there is no token: that the browser says the form is ours is asked for.
SIGNING_IN = {"/console/sign-in", "/console/sign-in/link/{token}"}
_IDS = {"ticket_id": "T-7H3K9QWX", "name": "late_refund", "number": "1", "slug": "nothing", "seq": "1"}


def _posts(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[str]:
    for route in routes:
        router = getattr(route, "original_router", None)  # how FastAPI keeps a router that was included
        if isinstance(router, APIRouter):
            yield from _posts(router.routes, prefix)
        elif isinstance(route, Mount):
            yield from _posts(route.routes, f"{prefix}{route.path}")
        elif isinstance(route, APIRoute) and "POST" in (route.methods or ()):
            yield f"{prefix}{route.path}"


def posts(api: Api) -> set[str]:
    """The path of every POST under /console."""
    return {path for path in _posts(api.app.routes) if path.startswith("/console")}


def _url(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _IDS.get(found[1], "nothing"), path)


async def _status(who: Operator, path: str, *, csrf: str | None = None, origin: str = BASE, **fields: str) -> int:
    """What an empty form is answered with."""
    headers = {"Origin": origin, HEADER: who.csrf if csrf is None else csrf}
    return (await who.http.post(_url(path), data=fields, headers=headers)).status_code


async def test_every_post_is_named(api: Api) -> None:
    """None is left out of the tests of this file."""
    async with running_console(api.deps) as console:
        assert posts(console.api) == set(NEEDS) | SIGNING_IN


async def test_a_form_that_is_not_ours_is_refused(api: Api) -> None:
    """Without the session's token, from another site or without a session nothing is read, let alone done."""
    async with running_console(api.deps) as console, console.operator(OperatorRole.admin) as admin:
        stranger = Operator("stranger", console.api.http)
        for path in NEEDS:
            assert await _status(admin, path, csrf="") == 403, path
            assert await _status(admin, path, csrf="a" * len(admin.csrf)) == 403, path
            assert await _status(admin, path, origin="http://elsewhere") == 403, path
            assert await _status(stranger, path, csrf=admin.csrf) == 303, path
        assert (await admin.http.get("/console/inbox")).status_code == 200  # nobody was signed out by them


async def test_a_sign_in_from_elsewhere_is_refused(api: Api) -> None:
    """No other site signs somebody in as somebody else."""
    async with running_console(api.deps) as console:
        stranger = Operator("stranger", console.api.http)
        for path in SIGNING_IN:
            assert await _status(stranger, path, origin="http://elsewhere") == 403, path
            answer = await console.api.http.post(_url(path), data={})
            assert answer.status_code == 403, path


async def test_a_role_that_is_too_low_is_refused(api: Api) -> None:
    """Whoever may not is told that, whatever their form holds; the least role that may is told of the form instead."""
    async with running_console(api.deps) as console, AsyncExitStack() as stack:
        people = {role: await stack.enter_async_context(console.operator(role)) for role in OperatorRole}
        for path, least in NEEDS.items():
            for role, person in people.items():
                if not role.includes(least):
                    assert await _status(person, path) == 403, (path, role)
            if path != "/console/sign-out":
                assert await _status(people[least], path) not in {403, 303, 500}, path
        sent = {"do": "publish", "text": "rules: []", "replaces": "0" * 64, "once": "once-and-for-all"}
        for path in (path for path in NEEDS if path.endswith("/edit")):
            assert await _status(people[OperatorRole.approver], path, **sent) == 403, path
