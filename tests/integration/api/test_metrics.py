"""Figures over the API: counted in the tenant's days, each with the tickets behind it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from api.deps import ApiDeps
from domain.event import EventDraft
from domain.figure import FigureName
from domain.metrics import CountingTerms
from domain.ticket import TicketStatus
from tests.integration.api.calling import Api, now, running_api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_figures_and_the_tickets_behind_them(api: Api) -> None:
    """Two tickets opened, one handed off; another tenant's are not among them."""
    key, ref = await api.key("tickets_read"), await api.ticket()
    await api.ticket()
    await api.ticket(tenant=api.other_tenant)
    handed_off = EventDraft(kind="handed_off", body={"reason": "vip", "queue": "vip", "rule": None})
    await api.happened(ref, handed_off, status=TicketStatus.open)
    report = (await api.http.get("/v1/metrics", headers=key)).json()
    assert [it["definition"]["figure"] for it in report["figures"]] == list(FigureName)
    assert (report["step"], len(report["figures"][0]["bars"])) == ("day", 28)
    told = {it["definition"]["figure"]: it for it in report["figures"]}
    assert told["opened"]["total"]["value"] == 2
    assert told["handed_off"]["parts"][0]["label"] == "vip"
    assert (
        told["autonomous_resolution"]["total"]["value"],
        told["autonomous_resolution"]["total"]["not_yet_known"],
    ) == (
        None,
        2,
    )
    path = "/v1/metrics/opened/tickets"
    first = (await api.http.get(path, headers=key, params={"limit": 1})).json()
    rest = (await api.http.get(path, headers=key, params={"limit": 1, "offset": first["next_offset"]})).json()
    assert rest["next_offset"] is None
    both = first["behind"] + rest["behind"]
    assert len({it["ticket_id"] for it in both}) == 2
    [behind] = (await api.http.get("/v1/metrics/handed_off/tickets", headers=key, params={"label": "vip"})).json()[
        "behind"
    ]
    assert (behind["ticket_id"], behind["counts"]) == (ref.ticket_id, True)


async def test_days_are_the_tenants(deps: ApiDeps) -> None:
    """By default until today where the tenant is, which may be another day than here."""
    zone = "Pacific/Kiritimati"  # 14 hours ahead
    terms = dict.fromkeys(deps.tenants, CountingTerms(time_zone=zone))
    async with running_api(replace(deps, counting=terms)) as api:
        report = (await api.http.get("/v1/metrics", headers=await api.key("tickets_read"))).json()
    assert report["time_zone"] == zone
    assert report["last"] in {str((now() - timedelta(minutes=it)).astimezone(ZoneInfo(zone)).date()) for it in (0, 5)}


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-12-02", "until": "2026-12-01"},
        {"from": "2024-01-01", "until": "2026-01-01"},
        {"until": "0001-01-01"},
        {"from": "9999-12-31"},
        {"from": "soon"},
        {"step": "year"},
    ],
)
async def test_a_period_that_is_none_is_refused(api: Api, query: dict[str, str]) -> None:
    """With the words that say what is wrong, never with a failure of ours."""
    answer = await api.http.get("/v1/metrics", headers=await api.key("tickets_read"), params=query)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_input")
