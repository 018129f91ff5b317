"""The commands of a running stack, as a person types them."""

import json
import time
from pathlib import Path

import httpx2

from tests.acceptance.cli.conftest import Place

LATE_REFUND = "I sent my headphones back three weeks ago and still have no money."


def test_a_ticket_is_asked_answered_and_told(stack: Place) -> None:
    """`ask` prints the answer and the id; `show` and `history` tell what happened, for people and for programs."""
    answer = stack.ask(LATE_REFUND, "--customer", "cus_ada")
    ticket_id = answer["ticket_id"]
    assert answer["ticket"]["status"] == "solved"
    shown = stack.run("show", ticket_id).out
    for part in (LATE_REFUND, "● plan", "Actions", "€89.00", "effect read back", "rule"):
        assert part in shown
    detail = stack.run("show", ticket_id, "--json").json()
    assert {"ticket", "messages", "actions", "turns", "events", "links"} <= detail.keys()
    assert "The customer wrote" in stack.run("history", ticket_id).out
    assert "WorkflowExecutionStarted" in stack.run("history", ticket_id, "--raw").out
    assert stack.run("history", ticket_id, "--json").json()["lines"]
    assert ticket_id in [ticket["ticket_id"] for ticket in stack.run("tickets", "--status", "solved", "--json").json()]
    assert ticket_id in stack.run("tickets").out
    assert stack.run("rate", ticket_id, "5").status == 0
    assert stack.run("show", ticket_id, "--json").json()["rating"]["score"] == 5
    figures = {it["definition"]["figure"]: it for it in stack.run("metrics", "--json").json()["figures"]}
    assert "5" in [part["label"] for part in figures["csat"]["parts"]]
    shown = stack.run("metrics", "--step", "week").out
    assert "CSAT of the assistant" in shown
    assert "not yet known" in shown
    assert stack.run("metrics", "--from", "2026-12-02", "--until", "2026-12-01").status == 5


def test_a_big_refund_is_amended_and_carried_out(stack: Place) -> None:
    """The approver sees exactly what would be done, changes the amount, and the smaller one is paid."""
    ticket_id = stack.ask(
        "The television arrived with a cracked screen. I want my money back.", "--customer", "cus_dan"
    )["ticket_id"]
    answer = stack.ask("Yes, please.", "--ticket", ticket_id)
    assert answer["ticket"]["status"] == "on_hold"
    (request,) = stack.run("approvals", "--json").json()
    assert request["approval_id"] in stack.run("approvals").out
    snoozed = stack.run("snooze", request["approval_id"], "--for", "2h", "--json").json()
    assert (snoozed["state"], snoozed["expires_at"]) == ("open", request["expires_at"])
    assert stack.run("approvals", "--json").json() == []
    assert "put off, back in" in stack.run("approvals", "--all").out
    refused = stack.run("amend", request["approval_id"], "--set", "amount=$50.00")
    assert (refused.status, refused.out) == (5, "")
    assert "EUR" in refused.err
    amended = stack.run("amend", request["approval_id"], "--set", "amount=€50.00", "--reason", "Half.", "--json").json()
    assert amended["state"] in {"amended", "accepted"}
    assert "for the approver" in stack.run("show", ticket_id).out
    again = stack.run("approve", request["approval_id"])
    assert again.status == 5
    assert stack.run("approvals").err.startswith("Nothing waits")


def test_paused_actions_wait_and_go_on(stack: Place) -> None:
    """A pause holds an action back and says how many wait; resumed, it is done. A pause of nothing is refused."""
    assert stack.run("pause", "--reason", "Stop.").status == 2
    assert stack.run("pause", "--action", "issue_refunds", "--reason", "Stop.").status == 5
    (made,) = stack.run("pause", "--action", "cancel_order", "--reason", "Stop.", "--json").json()["pauses"]
    ticket_id = stack.ask("Please cancel order 10048, I no longer need it.", "--customer", "cus_finn")["ticket_id"]
    stack.ask("Yes, please.", "--ticket", ticket_id)
    listed = stack.run("pauses").out
    assert "the action cancel order" in listed
    assert "1 action" in listed
    assert not [it for it in stack.run("show", ticket_id, "--json").json()["actions"] if it["status"] == "succeeded"]
    (lifted,) = stack.run("resume", str(made["id"]), "--json").json()["pauses"]
    assert lifted["lifted_by"] == "local"
    deadline = time.monotonic() + 60
    while not [it for it in stack.run("show", ticket_id, "--json").json()["actions"] if it["status"] == "succeeded"]:
        assert time.monotonic() < deadline, "the action did not go on"
        time.sleep(0.5)
    assert stack.run("pauses").err.startswith("Nothing is paused")
    assert [it["id"] for it in stack.run("pauses", "--past", "--json").json()] == [made["id"]]
    assert "every write" in stack.run("pause", "--everything", "--reason", "Stop.").out
    assert stack.run("resume", "--everything").status == 0


def test_a_handed_off_ticket_shows_its_packet_and_goes_through_an_operators_hands(stack: Place, tmp_path: Path) -> None:
    """Attachments are named in the packet; the operator takes over, replies, hands back and closes."""
    photo = tmp_path / "box.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0 not much of a picture")
    ticket_id = stack.ask("I want to talk to a human being.", "--customer", "cus_max", "--attach", str(photo))[
        "ticket_id"
    ]
    shown = stack.run("show", ticket_id).out
    assert "Handoff" in shown
    assert "box.jpg" in shown
    assert "promised" in shown
    for words in (
        ("take-over", ticket_id),
        ("assign", ticket_id, "--queue", "billing"),
        ("note", ticket_id, "Their third box this month."),
        ("put-off", ticket_id, "--until", "2199-12-04T08:00:00Z"),
        ("reply", ticket_id, "I am on it. What happened?"),
        ("hand-back", ticket_id),
        ("close", ticket_id),
    ):
        done = stack.run(*words)
        assert done.status == 0, done.err
    assert stack.run("ask", "Hello?", "--ticket", ticket_id).status == 5
    assert stack.run("assign", ticket_id).status == 2
    assert "repeated" in stack.run("handoffs").out


def test_what_does_not_exist_is_not_found(stack: Place) -> None:
    """An unknown ticket or approval, an unknown tenant: exit code 4, in words."""
    for words in (
        ("show", "T-00000000"),
        ("history", "T-00000000"),
        ("approve", "T-00000000/a1"),
        ("show", "nonsense"),
        ("tickets", "--tenant", "acme"),
        ("ask", "Hello", "--customer", "cus_ada", "--attach", "/nowhere/at-all.jpg"),
    ):
        done = stack.run(*words)
        assert (done.status, done.out) == (4, ""), words
        assert done.err.strip()


def test_the_other_tenant_is_chosen_by_name(stack: Place) -> None:
    """Each tenant's tickets are its own."""
    answer = stack.ask("Please cancel our subscription.", "--customer", "cus_quin", "--tenant", "tidewater")
    assert stack.run("show", answer["ticket_id"], "--tenant", "tidewater").status == 0
    assert stack.run("show", answer["ticket_id"]).status == 4


def test_events_can_be_watched(stack: Place) -> None:
    """One JSON object a line, from the ticket's beginning."""
    ticket_id = stack.ask("How long do I have to return something?", "--customer", "cus_eve")["ticket_id"]
    with stack.start("watch", ticket_id, "--json") as watching:
        assert watching.stdout is not None
        first = json.loads(watching.stdout.readline())
        watching.terminate()
    assert (first["seq"], first["kind"]) == (1, "ticket_opened")


def test_the_doctor_finds_nothing_wrong_with_a_sound_stack(stack: Place) -> None:
    """Every check is made and none fails."""
    findings = stack.run("doctor", "--json").json()
    assert [finding for finding in findings if finding["verdict"] == "fail"] == []
    assert {"python", "postgres", "temporal", "migrations", "messages", "tickets", "audit", "search attributes"} <= {
        finding["name"] for finding in findings
    }
    assert "Nothing to mend." in stack.run("doctor").out


def test_output_can_be_cut_off_by_its_reader(stack: Place) -> None:
    """`setright tickets | head -1` is no error."""
    with stack.start("tickets", "--json") as listing:
        assert listing.stdout is not None
        listing.stdout.close()
    assert listing.returncode in {0, -13}


def test_knowledge_is_added_read_again_and_removed(stack: Place, tmp_path: Path) -> None:
    """A folder becomes articles; what is wrong with a file is told and ends with 1; what is removed is gone at once."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    (folder / "llamas.md").write_text("# Llamas\n\nLlamas are welcome on Tuesdays.\n")
    added = stack.run("knowledge", "add", str(folder), "--fresh-for", "90d", "--every", "6h")
    assert (added.status, "1 articles, 1 new or changed" in added.out) == (0, True)
    (folder / "bad.csv").write_text("frage,antwort\n")
    (folder / "llamas.md").write_text("# Llamas\n\nLlamas are welcome on Mondays.\n")
    synced = stack.run("knowledge", "sync", "zoo")
    assert synced.status == 1
    assert "bad.csv:1: the column question and answer is missing" in synced.err
    (source,) = stack.run("knowledge", "sources", "--json").json()
    assert (source["kind"], source["articles"], source["fresh_for_days"]) == ("folder", 1, 90)
    assert "(every 6 h)" in stack.run("knowledge", "sources").out
    assert "(every 1 day)" in stack.run("knowledge", "every", "zoo", "1d").out
    assert "when told to" in stack.run("knowledge", "every", "zoo", "off").out
    assert stack.run("knowledge", "every", "zoo", "5m").status == 2
    assert "Llamas" in stack.run("knowledge", "list", "--source", "zoo").out
    assert "Mondays" in stack.run("knowledge", "show", "llamas").out
    refused = stack.run("knowledge", "add", str(folder))
    assert (refused.status, "the source 'zoo' already" in refused.err) == (5, True)
    assert stack.run("knowledge", "add", str(tmp_path / "none")).status == 4
    assert stack.run("knowledge", "remove", "zoo").status == 0
    assert stack.run("knowledge", "show", "llamas").status == 4
    assert stack.run("knowledge", "list", "--source", "zoo", "--json").json() == []


def test_a_policy_is_tried_published_and_rolled_back(stack: Place, tmp_path: Path) -> None:
    """What `show` prints is edited, checked, tried on what happened, published, listed, and taken back."""
    stack.ask(LATE_REFUND, "--customer", "cus_ada")
    shown = stack.run("policy", "show")
    assert (shown.out.startswith("# What Meridian's assistant may do"), "the file" in shown.err) == (True, True)
    edited, broken = tmp_path / "policy.yaml", tmp_path / "broken.yaml"
    edited.write_text(shown.out.replace("<= 10000", "<= 5000", 1).replace("> 10000", "> 5000", 1))
    broken.write_text(shown.out.replace("verdict: allow", "verdict: alow", 1))
    refused = stack.run("policy", "check", str(broken))
    assert (refused.status, "policy.yaml:" in refused.out, "verdict" in refused.out) == (1, True, True)
    tried = stack.run("policy", "dry-run", str(edited))
    assert ("€89.00" in tried.out, "needs approval" in tried.out, "would change" in tried.out) == (True, True, True)
    made = stack.run("policy", "publish", str(edited), "--note", "50 euro.", "--json").json()
    assert (made["number"], made["how"]) == (1, "published")
    late = stack.run("policy", "publish", str(edited), "--note", "x", "--replaces", "0" * 64)
    assert (late.status, "published by" in late.err) == (5, True)
    assert "50 euro." in stack.run("policy", "versions").out
    assert stack.run("policy", "roll-back", "0", "--reason", "Enough.").status == 0
    assert stack.run("policy", "show", "1").out == edited.read_text()
    assert "name: late_refund" in stack.run("procedures", "show", "late_refund").out


def test_an_operator_is_added_and_signs_in(stack: Place) -> None:
    """By the printed link, to a real page of the console; signing out ends it at once."""
    added = stack.run("operators", "add", "olga", "--role", "approver", "--tenant", "meridian", "--json").json()
    origin = {"Origin": added["link"].partition("/console")[0]}
    with httpx2.Client(trust_env=False, headers=origin) as browser:
        assert browser.post(added["link"]).headers["location"] == "/console/inbox"
        inbox = f"{origin['Origin']}/console/inbox"
        assert "olga" in browser.get(inbox).text
        listed = {one["operator_id"]: one for one in stack.run("operators", "list", "--json").json()}
        assert (listed["olga"]["tenants"], listed["olga"]["roles"]) == (["meridian"], ["approver"])
        assert listed["local"]["roles"] == ["admin", "admin"]
        assert stack.run("operators", "sign-out", "olga", "--json").json()["ended"] == 1
        assert browser.get(inbox).status_code == 303
