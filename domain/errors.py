"""Every failure Setright knows, as one tree.

An error carries a stable `code` (documented in docs/errors.md, shown by the API and the CLI) and a text that says what
to do. The text never holds a customer's words, a secret or an identifier of somebody else's data.
"""

from typing import ClassVar


class SetrightError(Exception):
    """Something Setright refused or could not do; `code` names it for programs, the text for people."""

    code: ClassVar[str] = "error"

    def __init__(self, text: str, **facts: str | int | None) -> None:
        super().__init__(text)
        self.text = text
        self.facts = facts


class InvalidInput(SetrightError):
    """What was sent is not something Setright can take; send it again, corrected."""

    code = "invalid_input"


class BadText(InvalidInput):
    """The text holds what cannot be stored or shown faithfully, or is empty or too long."""

    code = "bad_text"


class BadMoney(InvalidInput):
    """An amount that is not a whole number of minor units in a known currency."""

    code = "bad_money"


class NotFound(SetrightError):
    """There is no such thing here; somebody else's thing gives the same answer in the same words."""

    code = "not_found"


class Conflict(SetrightError):
    """The state of things does not allow it (any more)."""

    code = "conflict"


class TicketClosed(Conflict):
    """The ticket is closed; a new message opens a follow-up."""

    code = "ticket_closed"


class StaleDecision(Conflict):
    """The approval is no longer open: decided, expired or withdrawn."""

    code = "stale_decision"


class ApprovalMismatch(Conflict):
    """The decision was made for other arguments than those now asked for."""

    code = "approval_mismatch"


class AuditBroken(SetrightError):
    """The event chain does not verify: a recorded event differs from the one to be recorded."""

    code = "audit_broken"


class WorkspaceError(SetrightError):
    """A procedure, policy or article file is wrong; the text names file, line and field."""

    code = "workspace_invalid"


class ConditionFailed(SetrightError):
    """A CEL condition could not be evaluated; it counts as forbid and is reported."""

    code = "condition_failed"


class ActionRefused(SetrightError):
    """The system of record will not do it; final for these arguments."""

    code = "action_refused"


class EffectUnknown(SetrightError):
    """The call may or may not have taken effect; settle it by look-up, never by sending it again."""

    code = "effect_unknown"


class Unavailable(SetrightError):
    """A system we depend on does not answer now; trying again later may work."""

    code = "unavailable"


class AnswerInvalid(SetrightError):
    """The assistant answered something that is not of the form it was asked for; a person goes on."""

    code = "answer_invalid"


class ReplyInvalid(SetrightError):
    """A reply template names a fact that is not there, or the drafted text breaks a rule."""

    code = "reply_invalid"
