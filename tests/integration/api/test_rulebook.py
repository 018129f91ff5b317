"""Policy and procedures over HTTP: shown, checked, tried on past judgments, published and rolled back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.workspace.loader import load_workspace
from adapters.workspace.published import PublishedTexts
from api.deps import ApiDeps
from domain.action import Effect
from domain.event import EventDraft
from domain.judging import JudgedOn
from domain.money import Money
from domain.ticket import TicketRef, TicketStatus
from store.erasure import erase_words
from store.judged import keep_judged
from store.procedures import read_procedure
from tests.integration.api.calling import Api, now, running_api
from tests.integration.api.test_nasty_values import NASTY

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

MERIDIAN = load_workspace(Path("examples/shop/tenants")).tenants["meridian"]
SMALLER = ("amount.amount <= 10000", "amount.amount <= 5000"), ("amount.amount > 10000", "amount.amount > 5000")


@pytest_asyncio.fixture(loop_scope="session")
async def ruled(deps: ApiDeps) -> AsyncIterator[Api]:
    """The API of a tenant with the example shop's workspace."""
    tenant = next(iter(deps.tenants))
    texts = PublishedTexts(MERIDIAN.model_copy(update={"tenant": tenant}))
    async with running_api(replace(deps, rulebooks={tenant: texts})) as api:
        yield api


async def send(api: Api, path: str, operator: str = "olga", **body: object) -> tuple[int, Any]:
    """Send something as an administrator; returns status and body."""
    headers = await api.key("admin", operator_id=operator)
    answer = await api.http.post(path, json=body, headers=headers)
    return answer.status_code, answer.json()


async def read(api: Api, path: str) -> Any:  # noqa: ANN401 - JSON
    """Read something as somebody who may see approvals."""
    answer = await api.http.get(path, headers=await api.key("approvals_read"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def stricter(policy: str) -> str:
    """The policy with a limit of 50 euro in the place of 100."""
    for old, new in SMALLER:
        policy = policy.replace(old, new)
    return policy


async def test_publishing_and_rolling_back_are_told_as_they_happened(ruled: Api) -> None:
    """The file is version 0; what was published wins over it, until somebody rolls back; nothing is ever rewritten."""
    file = await read(ruled, "/v1/policy")
    text = stricter(file["text"])
    status, made = await send(ruled, "/v1/policy:publish", text=text, replaces=file["version"], note="Try 50 euro.")
    assert (status, made["number"], made["how"], made["changed_by"]) == (200, 1, "published", "olga")
    assert (await read(ruled, "/v1/policy"))["text"] == text
    body = {"number": 0, "replaces": made["version"], "reason": "Too strict."}
    assert (await send(ruled, "/v1/policy:roll-back", **body))[0] == 200
    body = {"number": 1, "replaces": file["version"], "reason": "Not so strict."}
    assert (await send(ruled, "/v1/policy:roll-back", **body))[1]["number"] == 1

    told = await read(ruled, "/v1/policy/versions")
    assert [(it["number"], it["is_current"], it["note"]) for it in told["versions"]] == [
        (1, True, "Try 50 euro."),
        (0, False, None),
    ]
    assert [(it["how"], it["number"]) for it in told["changes"]] == [
        ("rolled_back", 1),
        ("rolled_back", 0),
        ("published", 1),
    ]
    assert (await read(ruled, "/v1/policy/versions/0"))["text"] == file["text"]


async def test_a_file_that_changed_under_a_published_version_is_told(ruled: Api) -> None:
    """Somebody edits the file and restarts: what was published still counts, and every reader is told so."""
    file = await read(ruled, "/v1/policy")
    await send(ruled, "/v1/policy:publish", text=stricter(file["text"]), replaces=file["version"], note="50 euro.")
    source = MERIDIAN.sources["policy"]
    edited = MERIDIAN.model_copy(update={"sources": {**MERIDIAN.sources, "policy": replace(source, sha256="e" * 64)}})
    restarted = replace(ruled.deps, rulebooks={ruled.tenant: PublishedTexts(edited)})
    async with running_api(restarted) as again:
        now_ = await read(again, "/v1/policy")
    assert (now_["number"], now_["file_changed"], now_["file_version"]) == (1, True, "e" * 64)


async def test_a_broken_text_is_refused_with_its_place_and_nothing_changes(ruled: Api) -> None:
    """CEL, roles, replies, actions: the checks of `setright workspace check`, each with line and field."""
    file = await read(ruled, "/v1/policy")
    lines = file["text"].splitlines()
    broken = file["text"].replace("<= 10000", "<=", 1).replace("role: support_lead", "role: supportlead", 1)
    status, told = await send(ruled, "/v1/policy:publish", text=broken, replaces=file["version"], note="x")
    place = 1 + next(index for index, line in enumerate(lines) if "<= 10000" in line)
    assert (status, told["error"]) == (422, "text_invalid")
    assert [it["field"] for it in told["fields"]] == [f"policy.yaml:{place}: rules[3].when"]

    unknown = file["text"].replace("actions: [issue_refund, reissue_refund]", "actions: [isue_refund]", 1)
    _, told = await send(ruled, "/v1/policy:check", text=unknown)
    assert (told["is_valid"], [(it["field"], it["text"]) for it in told["problems"]]) == (
        False,
        [("rules[3].actions[1]", "there is no action 'isue_refund'; did you mean 'issue_refund'?")],
    )
    _, told = await send(ruled, "/v1/procedures/late_refund:check", text="name: late_refund\nsteps: [")
    assert [it["file"] for it in told["problems"]] == ["procedures/late_refund.yaml"]
    assert await read(ruled, "/v1/policy") == file


async def test_of_two_who_publish_at_once_one_is_told(ruled: Api) -> None:
    """Both edited the same version: one is current, the other learns by whom; sent again, an answer is the same."""
    file = await read(ruled, "/v1/policy")
    texts = {who: f"# by {who}\n{file['text']}" for who in ("olga", "otto", "omar")}
    answers = await asyncio.gather(
        *(
            send(ruled, "/v1/policy:publish", who, text=text, replaces=file["version"], note=f"By {who}.")
            for who, text in texts.items()
        )
    )
    assert sorted(status for status, _ in answers) == [200, 409, 409]
    won = next(body for status, body in answers if status == 200)
    assert all(won["changed_by"] in body["detail"] for status, body in answers if status == 409)
    assert (await read(ruled, "/v1/policy"))["text"] == texts[won["changed_by"]]
    assert len((await read(ruled, "/v1/policy/versions"))["versions"]) == 2

    same = {"text": stricter(file["text"]), "replaces": won["version"], "note": "50 euro."}
    headers = await ruled.key("admin", operator_id="olga") | {"Idempotency-Key": "one"}
    first, second = [await ruled.http.post("/v1/policy:publish", json=same, headers=headers) for _ in range(2)]
    assert (first.status_code, second.json()) == (200, first.json())


async def test_a_procedure_is_published_for_tickets_to_be_pinned_to(ruled: Api) -> None:
    """An edited one and a new one; a policy's rule that names nothing any more would have been refused."""
    old = await read(ruled, "/v1/procedures/late_refund")
    text = f"autonomy: approve\n{old['text']}"
    path = "/v1/procedures/late_refund:publish"
    status, made = await send(ruled, path, text=text, replaces=old["version"], note="Watch it for a week.")
    assert (status, made["part"], made["number"]) == (200, "procedures/late_refund", 1)
    async with ruled.pools.operator(ruled.tenant) as conn:
        pinned = await read_procedure(conn, ruled.tenant, "late_refund", made["version"])
    assert pinned.autonomy == "approve"
    assert [it["number"] for it in (await read(ruled, "/v1/procedures"))["procedures"] if it["number"]] == [1]
    status, told = await send(ruled, "/v1/procedures/brand_new:publish", text=text, replaces=None, note="x")
    assert (status, {it["problem"] for it in told["fields"]}) == (422, {"must be 'brand_new', as the text is called"})


async def judged(api: Api, amount: int, verdict: str = "allow", *, keep: bool = True) -> TicketRef:
    """A ticket whose refund was judged at some time, on facts that were kept or not."""
    ref = await api.ticket()
    money = Money(amount=amount, currency="EUR")
    view: dict[str, Any] = {
        "action": {"name": "issue_refund", "amount": money.model_dump(), "reason": "damaged"},
        "ticket": {"identity": "proven"},
        "customer": {"refunds_last_90_days": 0},
        "facts": {},
    }
    on = JudgedOn(
        action="issue_refund",
        args_sha256=f"{amount:064d}",
        effect=Effect.write,
        procedure="refund_request",
        autonomy="auto",
        amount=money,
        view=view,
    )
    body: dict[str, Any] = {"action_id": f"{ref.ticket_id}/a1", "action": "issue_refund", "verdict": verdict}
    body |= {"rules": ["refund_up_to_100"], "policy": "0" * 64, "errors": []}
    if keep:
        async with api.pools.operator(ref.tenant) as conn:
            body["judged_on"] = await keep_judged(conn, ref, on, now())
    await api.happened(ref, EventDraft(kind="action_judged", body=body))
    return ref


async def test_a_dry_run_tells_what_would_change_in_money_and_what_it_cannot_say(ruled: Api) -> None:
    """By a whole policy, by one rule, without one; what was not kept or was erased is counted, never guessed."""
    small, large = await judged(ruled, 3_000), await judged(ruled, 7_000)
    unkept, gone = await judged(ruled, 9_000, keep=False), await judged(ruled, 8_000)
    handed_off = EventDraft(kind="action_judged", body={"handoff_rule": "vip"})  # judges no action, and is left out
    await ruled.happened(small, handed_off)
    for ref in (small, large, unkept, gone):
        await ruled.happened(ref, EventDraft(kind="closed"), status=TicketStatus.closed)
    file = await read(ruled, "/v1/policy")

    _, told = await send(ruled, "/v1/policy:dry-run", text=stricter(file["text"]))
    assert [(it["was"], it["becomes"], it["actions"], it["amounts"]) for it in told["shifts"]] == [
        ("allow", "allow", 1, [{"amount": 3_000, "currency": "EUR"}]),
        ("allow", "needs_approval", 2, [{"amount": 15_000, "currency": "EUR"}]),
    ]
    assert told["not_judged"] == [{"reason": "not_kept", "actions": 1, "tickets": [unkept.ticket_id]}]
    assert (told["looked_at"], told["judged"], told["is_bounded"], told["unlooked"]) == (4, 3, False, [])

    _, told = await send(ruled, "/v1/policy:dry-run", rule="refund_up_to_100")
    assert {it["becomes"] for it in told["changed"]} == {"forbid"}
    assert all(it["rules"] == ["unmatched_write"] for it in told["changed"])
    mistaken = "id: refund_up_to_100\nactions: [issue_refund]\nwhen: facts.nothing > 1\nverdict: allow\nreason: x\n"
    _, told = await send(ruled, "/v1/policy:dry-run", rule="refund_up_to_100", text=mistaken, newest=3)
    assert (told["is_bounded"], {tuple(it["errors"]) for it in told["changed"]}) == (True, {("refund_up_to_100",)})
    status, told = await send(
        ruled, "/v1/policy:dry-run", rule="refund_up_to_100", text="id: refund_up_to_100\nwhen: ["
    )
    assert (status, told["fields"][0]["field"].partition(":")[0]) == (422, "rule refund_up_to_100")

    procedure = await read(ruled, "/v1/procedures/refund_request")
    _, told = await send(ruled, "/v1/procedures/refund_request:dry-run", text=f"autonomy: approve\n{procedure['text']}")
    assert [(it["was"], it["becomes"], it["actions"]) for it in told["shifts"]] == [("allow", "needs_approval", 3)]

    async with ruled.pools.operator(ruled.tenant) as conn:
        await erase_words(conn, ruled.tenant, "c-1", asked_by="olga", at=now())
    _, told = await send(ruled, "/v1/policy:dry-run", text=stricter(file["text"]))
    assert {it["reason"]: it["actions"] for it in told["not_judged"]} == {"erased": 3, "not_kept": 1}


async def test_no_text_breaks_it(ruled: Api) -> None:
    """Whatever is sent as a text, rule or version is read, or refused with its place."""
    bodies: dict[str, dict[str, Any]] = {
        "/v1/policy:check": {"text": "x"},
        "/v1/policy:dry-run": {"text": "x", "rule": "refund_up_to_100", "newest": 1},
        "/v1/policy:publish": {"text": "x", "replaces": "0" * 64, "note": "x"},
        "/v1/policy:roll-back": {"number": 0, "replaces": "0" * 64, "reason": "x"},
        "/v1/procedures/late_refund:dry-run": {"text": "x", "newest": 1},
        "/v1/procedures/%27%3B--:publish": {"text": "x", "replaces": None, "note": "x"},
    }
    texts = ("- &a [*a]", "rules: 1", "rules: [1]", "rules: [{id: [x]}]", "{" * 40, "a: !!python/none x", "? [a]\n: b")
    for path, body in bodies.items():
        for name in body:
            for value in (*NASTY, *texts):
                status, told = await send(ruled, path, **(body | {name: value}))
                assert status in {200, 404, 409, 422}, (path, name, value, told)
