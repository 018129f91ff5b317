"""Back ends in a workspace: which file is read, what is wrong with it and where, and what several offer together."""

from pathlib import Path

import pytest

from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from tests.unit.adapters.workspace.conftest import TENANT, Write

ORDERS = (Path(__file__).parents[4] / "tests/support/remote_shop/tenants/harbour/backends/orders.yaml").read_text()
TOOLS = (Path(__file__).parents[4] / "tests/support/remote_shop/tools.yaml").read_text()
CAP = '    cap: {of: "payment:{args.payment.ref}", limit: args.payment.amount}\n'
DECLARED = TENANT.replace("backend: shop", "backend: orders")


def wrong(write: Write, changes: dict[str, str | None]) -> list[str]:
    """What the loader says of the small tenant with these files."""
    folder = write(changes)
    try:
        load_workspace(folder)
    except WorkspaceErrors as errors:
        return [str(problem).removeprefix(f"{folder}/acme/") for problem in errors.problems]
    return []


def line_of(text: str, what: str) -> int:
    """Where a passage stands."""
    return text[: text.index(what)].count("\n") + 1


def test_a_declared_back_end_offers_its_actions(write: Write) -> None:
    """Known from the file alone: nothing is opened, no secret is needed."""
    tenant = load_workspace(write({"tenant.yaml": DECLARED, "backends/orders.yaml": ORDERS})).tenants["acme"]
    assert sorted(tenant.specs) == ["cancel_refund", "issue_refund", "track_parcel"]
    spec = tenant.specs["issue_refund"]
    assert spec.arguments == {"payment": "payment", "amount": "amount", "reason": "choice", "items": "items"}
    assert (spec.effect, spec.risk, spec.needs_approval) == ("write", "high", False)


def test_a_tool_needs_approval_unless_its_file_says_otherwise(write: Write) -> None:
    """And a key means nothing to it."""
    tenant = load_workspace(write({"tenant.yaml": DECLARED, "backends/orders.yaml": TOOLS})).tenants["acme"]
    assert tenant.specs["issue_refund"].needs_approval
    assert not tenant.specs["cancel_refund"].needs_approval


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("kind: http", "kind: htpp", "kind", "there is no kind 'htpp'; did you mean 'http'?"),
        ("kind: http\n", "", "kind", "is missing"),
        ("https://api.harbour", "http://api.harbour", "base_url", "must be https"),
        ("https://api.harbour", "https://me:pw@api.harbour", "base_url", "without user"),
        ("${secret:SHOP_TOKEN}", "${SHOP_TOKEN}", "headers.Authorization", "${secret:NAME}"),
        ("money: {unit: minor, currency: EUR}\n", "", "money", "is missing"),
        ('post: "/payments', 'post: "//elsewhere.example/payments', "actions.issue_refund.send.post", "one '/'"),
        ('post: "/payments', 'post: "https://elsewhere.example/payments', "actions.issue_refund.send.post", "one '/'"),
        ("{args.refund.ref}/stop", "{arg.refund.ref}/stop", "actions.cancel_refund.send.post", "no variable 'arg'"),
        ("it.failure\n", "it.failure +\n", "actions.issue_refund.result.code", "not a CEL expression"),
        ("failed: it.state", "failed: answer.state", "actions.issue_refund.result.failed", "no variable 'answer'"),
        ("total: it.total_cents", "total: that.total", "records.orders.total", "no variable 'that'"),
        ("arguments: {refund: refund}", "arguments: {tenant: refund}", "cancel_refund.arguments.tenant", "never"),
        ("arguments: {order: order}", "arguments: {url: text}", "actions.track_parcel.arguments.url", "never"),
        ("arguments: {order: order}", "arguments: {order: parcel}", "actions.track_parcel.arguments.order", "input"),
        ("arguments: {order: order}", "arguments: {order: choice}", "actions.track_parcel.arguments.order", "choices"),
        ("    amount: args.amount\n", "", "actions.issue_refund.cap", "needs an amount"),
        ("    cap: {of:", "    uncapped: true\n    cap: {of:", "actions.issue_refund", "cap: say of what money"),
        (CAP, "", "actions.issue_refund", "cap: say of what money goes back"),
        ('business_key: "{args.refund.ref}"', "business_key: refund", "actions.cancel_refund", "must name an argument"),
        ('read_back: {get: "/refunds/{ref}"}\n    result: {', "result: {", "actions.cancel_refund", "read_back"),
        ("undo: {action: cancel_refund", "undo: {action: cancel_it", "actions.issue_refund.undo.action", "no write"),
        ("timeout_ms: 500", "timeout_ms: 0", "timeout_ms", "greater than"),
        ("timeout_ms: 500", "verify: false", "verify", "there is no field 'verify'"),
        ('get: "/customers/{customer_id}"', "body: {a: 1}", "records.calls.customer", "name one of get"),
        ("title: Track a parcel", "titel: Track a parcel", "actions.track_parcel.titel", "did you mean 'title'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(write: Write, old: str, new: str, field: str, says: str) -> None:
    """File, line, field and what to do, as for every other file of a workspace."""
    assert old in ORDERS
    found = wrong(write, {"tenant.yaml": DECLARED, "backends/orders.yaml": ORDERS.replace(old, new, 1)})
    assert any(f"{field}" in problem and says in problem for problem in found), found
    assert all(problem.startswith("backends/orders.yaml:") for problem in found), found


def test_the_line_is_that_of_the_field(write: Write) -> None:
    """A misspelt variable deep in the file is found where it stands."""
    broken = ORDERS.replace("{args.refund.ref}/stop", "{arg.refund.ref}/stop")
    (problem,) = wrong(write, {"tenant.yaml": DECLARED, "backends/orders.yaml": broken})
    assert problem.startswith(f"backends/orders.yaml:{line_of(broken, '{arg.refund')}: ")


def test_by_key_needs_the_key(write: Write) -> None:
    """A tool that is not told the key cannot keep to it."""
    broken = TOOLS.replace(', key: "{key}"}', "}", 1)
    (problem,) = wrong(write, {"tenant.yaml": DECLARED, "backends/orders.yaml": broken})
    assert "by_key needs an argument" in problem


@pytest.mark.parametrize(
    ("names", "files", "says"),
    [
        ("backend: orders", {}, "there is no back end 'orders'"),
        ("backend: shop", {"backends/orders.yaml": ORDERS}, "tenant.yaml names no such back end"),
        ("backends: [shop, orders]", {"backends/orders.yaml": ORDERS}, "exactly one back end must have the records"),
        ("backends: [orders, orders]", {"backends/orders.yaml": ORDERS}, "twice"),
        ("backend: shop\nbackends: [orders]", {"backends/orders.yaml": ORDERS}, "name one back end"),
        ("{}", {}, "name one back end"),
    ],
)
def test_back_ends_fit_together(write: Write, names: str, files: dict[str, str | None], says: str) -> None:
    """Each is declared, named once, and one has the records."""
    tenant = TENANT.replace("backend: shop\n", f"{names}\n" if names != "{}" else "")
    found = wrong(write, {"tenant.yaml": tenant, **files})
    assert any(says in problem for problem in found), found


def test_two_back_ends_offer_no_action_twice(write: Write) -> None:
    """It would not be known which of them is meant."""
    without = ORDERS[: ORDERS.index("records:")] + ORDERS[ORDERS.index("actions:") :]
    tenant = TENANT.replace("backend: shop", "backends: [shop, orders]")
    found = wrong(write, {"tenant.yaml": tenant, "backends/orders.yaml": without})
    assert sorted(text.partition("both ")[2] for text in found if "both" in text) == [
        "'shop' and 'orders' offer the action 'cancel_refund'",
        "'shop' and 'orders' offer the action 'issue_refund'",
    ]


def test_the_shops_records_are_named_by_nobody_else(write: Write) -> None:
    """Its handles lead back to its rows only, so another back end's action on them would always be refused."""
    without = ORDERS[: ORDERS.index("records:")] + "actions:\n" + ORDERS[ORDERS.index("  track_parcel:") :]
    tenant = TENANT.replace("backend: shop", "backends: [shop, orders]")
    (problem,) = wrong(write, {"tenant.yaml": tenant, "backends/orders.yaml": without})
    assert "another back end's actions" in problem
