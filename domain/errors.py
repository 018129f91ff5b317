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


class NotSeen(Conflict):
    """Somebody wrote after the last message that whoever replies has seen."""

    code = "not_seen"


class StaleDecision(Conflict):
    """The approval is no longer open: decided, expired or withdrawn."""

    code = "stale_decision"


class AmendmentRefused(InvalidInput):
    """The action as an approver would have it cannot be done: the system of record or policy says no."""

    code = "amendment_refused"


class ApprovalMismatch(Conflict):
    """The decision was made for other arguments than those now asked for."""

    code = "approval_mismatch"


class SignInRefused(SetrightError):
    """Somebody could not be signed in; the text says what to do, and not whether the name is known."""

    code = "sign_in_refused"


class NotAnApprover(SetrightError):
    """Whoever decides lacks the role that is asked for, or is no person: a service's key approves nothing."""

    code = "not_an_approver"


class OwnRequest(SetrightError):
    """Nobody decides on what they asked for themselves."""

    code = "own_request"


class NotEnoughApprovers(Conflict):
    """Fewer people have approved exactly this than policy asks for."""

    code = "not_enough_approvers"


class OverPaid(Conflict):
    """More would be given back, over all actions, than was paid."""

    code = "over_paid"


class OverBudget(Conflict):
    """A budget of the policy does not allow the amount; `facts["budget"]` says which."""

    code = "over_budget"


class Paused(Conflict):
    """Somebody has paused such actions; nothing was taken, and it may be tried again when the pause has ended."""

    code = "paused"


class BadCustomerToken(SetrightError):
    """The customer token is not one that this tenant takes now; the text never says which check failed."""

    code = "bad_customer_token"


class WrongCode(SetrightError):
    """The one-time code is wrong, used, expired, or was never sent: one answer for all, so that nothing is learnt."""

    code = "wrong_code"


class TooManyCodes(SetrightError):
    """The day's one-time codes of a ticket or a customer are used up."""

    code = "too_many_codes"


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


class AnswerUnusable(Unavailable):
    """A system of record answered something that its declaration does not describe; the text names the field."""

    code = "answer_unusable"


class ExtraMissing(SetrightError):
    """A library is not installed that only some workspaces need; the text names it."""

    code = "extra_missing"


class AnswerInvalid(SetrightError):
    """The assistant answered something that is not of the form it was asked for; a person goes on."""

    code = "answer_invalid"


class ReplyInvalid(SetrightError):
    """A reply template names a fact that is not there, or the drafted text breaks a rule."""

    code = "reply_invalid"


class BudgetSpent(SetrightError):
    """The ticket has cost in model calls what it may; a person goes on."""

    code = "budget_spent"


class ModelResting(SetrightError):
    """The model failed several times in a row just now; for a minute nobody asks it."""

    code = "model_resting"


class ModelDown(Unavailable):
    """The model's provider gave no answer; `facts["retry_after"]` says in how many seconds it wants to be asked."""

    code = "model_down"


class ModelUnusable(SetrightError):
    """The model answered something of another form than asked for, or refused; the embedded assistant answers."""

    code = "model_unusable"
