"""Every exit code of `setright`, in one place; scripts may rely on them.

`setright --help` prints this table, so the first line of each comment is written for users.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    ok = 0
    problems_found = 1
    usage = 2
    no_stack = 3
    not_found = 4
    refused = 5
    unavailable = 6
    misconfigured = 7
    not_allowed = 8
    internal = 70
    interrupted = 130


MEANINGS: dict[ExitCode, str] = {
    ExitCode.ok: "done",
    ExitCode.problems_found: "the command worked, and what it looked at is not as it should be",
    ExitCode.usage: "the command line was wrong",
    ExitCode.no_stack: "no stack is running there",
    ExitCode.not_found: "there is no such ticket, approval or file",
    ExitCode.refused: "the state of things does not allow it, or what was sent was wrong",
    ExitCode.unavailable: "something that is needed does not answer now; trying again may help",
    ExitCode.misconfigured: "a setting, a workspace file or the machine is not as it must be",
    ExitCode.not_allowed: "the API key may not do this",
    ExitCode.internal: "a bug in Setright; run it again with `setright --debug …`",
    ExitCode.interrupted: "interrupted",
}

#: Which errors (by the stable codes of docs/errors.md and of the API) end a command how; any other one is a refusal.
BY_ERROR: dict[str, ExitCode] = {
    "not_found": ExitCode.not_found,
    "unavailable": ExitCode.unavailable,
    "unauthenticated": ExitCode.not_allowed,
    "forbidden": ExitCode.not_allowed,
    "not_an_approver": ExitCode.not_allowed,
    "own_request": ExitCode.not_allowed,
    "bad_customer_token": ExitCode.not_allowed,
    "settings_invalid": ExitCode.misconfigured,
    "workspace_invalid": ExitCode.misconfigured,
    "migration_refused": ExitCode.misconfigured,
    "embedding_mismatch": ExitCode.misconfigured,
    "source_unreachable": ExitCode.unavailable,
    "embedded_failed": ExitCode.misconfigured,
    "embedded_binary_missing": ExitCode.misconfigured,
    "embedded_port_in_use": ExitCode.misconfigured,
    "embedded_not_writable": ExitCode.misconfigured,
    "embedded_disk_full": ExitCode.misconfigured,
    "embedded_already_running": ExitCode.refused,
    "embedded_other_version": ExitCode.misconfigured,
    "embedded_did_not_start": ExitCode.misconfigured,
    "audit_broken": ExitCode.problems_found,
    "store_fault": ExitCode.internal,
    "internal": ExitCode.internal,
    "error": ExitCode.internal,
}
