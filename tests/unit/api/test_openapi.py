"""The API's own description: complete, stable, and without the framework's defaults."""

from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import Client

from api.app import create_app
from api.deps import ApiDeps
from api.errors import STATUS
from domain.errors import SetrightError
from store.pools import Pools

OPERATIONS = {
    "open_ticket": "POST /v1/tickets",
    "list_tickets": "GET /v1/tickets",
    "read_ticket": "GET /v1/tickets/{ticket_id}",
    "list_model_calls": "GET /v1/tickets/{ticket_id}/model-calls",
    "read_costs": "GET /v1/costs",
    "report_handling": "POST /v1/handling",
    "read_autonomy": "GET /v1/autonomy",
    "list_levels": "GET /v1/autonomy/{procedure}/levels",
    "set_level": "POST /v1/autonomy/{procedure}/levels",
    "correct_ticket": "POST /v1/tickets/{ticket_id}/corrections",
    "list_corrections": "GET /v1/corrections",
    "try_corrections": "GET /v1/corrections/effect",
    "read_correction": "GET /v1/corrections/{correction_id}",
    "review_correction": "POST /v1/corrections/{correction_id}/review",
    "open_follow_up": "POST /v1/tickets/{ticket_id}/follow-up",
    "write_message": "POST /v1/tickets/{ticket_id}/messages",
    "send_code": "POST /v1/tickets/{ticket_id}/identity/code",
    "hand_in_code": "POST /v1/tickets/{ticket_id}/identity/proof",
    "read_conversation": "GET /v1/tickets/{ticket_id}/conversation",
    "reply_to_customer": "POST /v1/tickets/{ticket_id}/reply",
    "take_over_ticket": "POST /v1/tickets/{ticket_id}/take-over",
    "hand_back_ticket": "POST /v1/tickets/{ticket_id}/hand-back",
    "close_ticket": "POST /v1/tickets/{ticket_id}/close",
    "undo_action": "POST /v1/tickets/{ticket_id}/undo",
    "settle_effect": "POST /v1/tickets/{ticket_id}/settle",
    "assign_ticket": "POST /v1/tickets/{ticket_id}/assign",
    "add_note": "POST /v1/tickets/{ticket_id}/notes",
    "snooze_ticket": "POST /v1/tickets/{ticket_id}/snooze",
    "count_handoffs": "GET /v1/metrics/handoffs",
    "rate_ticket": "POST /v1/tickets/{ticket_id}/rating",
    "read_events": "GET /v1/tickets/{ticket_id}/events",
    "follow_events": "GET /v1/events",
    "read_history": "GET /v1/tickets/{ticket_id}/history",
    "read_metrics": "GET /v1/metrics",
    "list_tickets_behind": "GET /v1/metrics/{figure}/tickets",
    "count_guardrails": "GET /v1/metrics/guardrails",
    "read_evidence": "GET /v1/tickets/{ticket_id}/evidence",
    "list_reviews": "GET /v1/knowledge/reviews",
    "review_answer": "POST /v1/knowledge/reviews",
    "list_approvals": "GET /v1/approvals",
    "read_approval": "GET /v1/approvals/{approval_id}",
    "decide_approval": "POST /v1/approvals/{approval_id}/decisions",
    "snooze_approval": "POST /v1/approvals/{approval_id}/snooze",
    "pause_actions": "POST /v1/pauses",
    "list_pauses": "GET /v1/pauses",
    "lift_pause": "DELETE /v1/pauses/{pause_id}",
    "forget_customer": "POST /v1/customers/{customer_id}/erasure",
    "create_hook": "POST /v1/hooks",
    "list_hooks": "GET /v1/hooks",
    "read_hook": "GET /v1/hooks/{hook_id}",
    "rotate_hook": "POST /v1/hooks/{hook_id}/rotate",
    "remove_hook": "DELETE /v1/hooks/{hook_id}",
    "deliver_stripe_event": "POST /hooks/stripe/{tenant}",
    "deliver": "POST /hooks/{tenant}/{source}",
    "list_conflicts": "GET /v1/knowledge/conflicts",
    "decide_conflict": "POST /v1/knowledge/conflicts/{conflict_id}/decision",
    "check_knowledge": "GET /v1/knowledge/check",
    "list_gaps": "GET /v1/knowledge/gaps",
    "list_articles": "GET /v1/knowledge/articles",
    "read_article": "GET /v1/knowledge/articles/{slug}",
    "list_article_versions": "GET /v1/knowledge/articles/{slug}/versions",
    "put_article": "PUT /v1/knowledge/articles/{slug}",
    "withdraw_article": "DELETE /v1/knowledge/articles/{slug}",
    "list_sources": "GET /v1/knowledge/sources",
    "add_source": "POST /v1/knowledge/sources",
    "read_source": "GET /v1/knowledge/sources/{source_id}",
    "change_source": "PATCH /v1/knowledge/sources/{source_id}",
    "sync_source": "POST /v1/knowledge/sources/{source_id}/sync",
    "remove_source": "DELETE /v1/knowledge/sources/{source_id}",
    "read_policy": "GET /v1/policy",
    "list_policy_versions": "GET /v1/policy/versions",
    "read_policy_version": "GET /v1/policy/versions/{number}",
    "check_policy": "POST /v1/policy:check",
    "dry_run_policy": "POST /v1/policy:dry-run",
    "publish_policy": "POST /v1/policy:publish",
    "roll_back_policy": "POST /v1/policy:roll-back",
    "list_procedures": "GET /v1/procedures",
    "read_procedure": "GET /v1/procedures/{name}",
    "list_procedure_versions": "GET /v1/procedures/{name}/versions",
    "read_procedure_version": "GET /v1/procedures/{name}/versions/{number}",
    "check_procedure": "POST /v1/procedures/{name}:check",
    "dry_run_procedure": "POST /v1/procedures/{name}:dry-run",
    "publish_procedure": "POST /v1/procedures/{name}:publish",
    "roll_back_procedure": "POST /v1/procedures/{name}:roll-back",
    "read_me": "GET /v1/me",
    "check_alive": "GET /healthz",
    "check_ready": "GET /readyz",
}
#: They only look at what is sent, so there is nothing to do once.
READING = (":check", ":dry-run")


@pytest.fixture
async def described() -> dict[str, Any]:
    """The OpenAPI document; nothing of it needs a server."""
    deps = ApiDeps(
        pools=Pools({}),
        events_dsn="",
        temporal=await Client.connect("127.0.0.1:9", lazy=True),
        task_queue="none",
        clock=lambda: datetime.now(UTC),
        tenants={},
        backend_specs={},
        hook_key=b"",
    )
    return create_app(deps).openapi()


def _operations(described: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        operation["operationId"]: (f"{method.upper()} {path}", operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_operations_are_stable(described: dict[str, Any]) -> None:
    """Clients are generated from operation ids: they and their paths change on purpose or not at all."""
    assert {name: where for name, (where, _) in _operations(described).items()} == OPERATIONS


def test_every_operation_reads_well(described: dict[str, Any]) -> None:
    """Each operation has a summary, a description, a tag, a described success and described errors."""
    for where, operation in _operations(described).values():
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["tags"], where
        told = {response["description"] for response in operation["responses"].values()}
        assert all(told), where
        assert "Successful Response" not in told, where


def test_every_error_is_documented_in_the_one_shape(described: dict[str, Any]) -> None:
    """Each route under /v1 tells of 401, 403, 429, 500 and 503, and no route of the framework's own error."""
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for where, operation in _operations(described).values():
        errors = {status: response for status, response in operation["responses"].items() if int(status) >= 400}
        if " /v1/" in where:
            assert {"401", "403", "429", "500", "503"} <= set(errors), where
            for response in errors.values():
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorBody"}, where
        if where.startswith("POST"):
            assert {"413", "415", "422"} | (set() if where.endswith(READING) else {"409"}) <= set(errors), where


def test_every_route_under_v1_shows_that_it_needs_a_key(described: dict[str, Any]) -> None:
    """The bearer scheme is declared where a key is needed, and only there."""
    for where, operation in _operations(described).values():
        assert ("security" in operation) is (" /v1/" in where), where


def test_every_post_takes_an_idempotency_key(described: dict[str, Any]) -> None:
    """Each POST that does something documents what makes it happen once: Idempotency-Key, or a signed delivery's id."""
    for where, operation in _operations(described).values():
        if where.startswith("POST") and not where.endswith(READING):
            headers = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
            # A signed delivery has an id of its own; Stripe's stands in the signed body.
            named = {"/hooks/stripe/": "stripe-signature", "/hooks/": "webhook-id", "/v1/": "idempotency-key"}
            expected = next(header for path, header in named.items() if f" {path}" in where)
            assert expected in {header.lower() for header in headers}, where


def test_the_table_knows_what_the_domain_can_refuse() -> None:
    """Each error that a request can cause has its status; what only a worker can meet is our own fault here: 500."""
    of_a_worker = {
        "error",
        "audit_broken",
        "workspace_invalid",
        "condition_failed",
        "action_refused",
        "over_paid",
        "over_budget",
        "paused",
        "effect_unknown",
        "answer_invalid",
        "reply_invalid",
        "answer_unusable",
        "extra_missing",
        "budget_spent",
        "model_resting",
        "model_down",
        "model_unusable",
    }
    domain = {kind.code for kind in _tree(SetrightError) if kind.__module__ == "domain.errors"}

    assert domain - of_a_worker <= set(STATUS)
    assert not of_a_worker & set(STATUS)


def _tree(kind: type[SetrightError]) -> list[type[SetrightError]]:
    return [kind, *(found for below in kind.__subclasses__() for found in _tree(below))]
