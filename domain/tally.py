"""Counting a procedure's cases at its level: which of them a person judged, and in how many they agreed.

What counts as a case depends on the level. In shadow and suggest: the turns that were withheld. In approve: requests
that people answered. In auto: tickets that were settled without anybody, which nobody judges but the customer who comes
back and the operator who corrects.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from domain.agreement import ReplyFate
from domain.autonomy import WITHHELD, Autonomy, Would
from domain.ids import Label
from domain.model import Model
from domain.promotion import Tally

HowEnded = Literal["approved", "declined", "amended", "expired", "withdrawn", "open"]


class WithheldRow(Model):
    """A withheld turn as it counts."""

    procedure: Label
    level: Autonomy
    would: Would
    is_compared: bool
    same_outcome: bool | None
    same_action: bool | None
    reply: ReplyFate | None
    edit_share: float | None
    settled: tuple[str, ...]
    is_corrected: bool


class ApprovalCount(Model):
    """How many of a procedure's requests ended so; `open`: nobody has answered yet."""

    procedure: Label
    how: HowEnded
    number: int


class ResolvedCount(Model):
    """A procedure's resolved tickets: how many came back, and of those settled alone, how many were regretted."""

    procedure: Label
    resolved: int
    reopened: int
    alone: int
    regretted: int
    corrected: int


def tally_of(
    level: Autonomy,
    withheld: Sequence[WithheldRow],
    approvals: Mapping[str, int],
    resolved: ResolvedCount | None,
    *,
    light_edit: float,
) -> Tally:
    """Count one procedure's cases at its level; `approvals` are those of turns that were not withheld, by their end.

    `light_edit` is the share of words that may change in agreement.
    """
    cases = [row for row in withheld if row.level == level]
    judged = [row for row in cases if _is_judged(row)]
    shares = [row.edit_share for row in cases if row.edit_share is not None]
    fates = [row.reply for row in cases]
    if level in WITHHELD:
        approvals = Counter(how for row in cases for how in row.settled)
    tally = Tally(
        cases=len(cases),
        judged=len(judged),
        agreed=sum(_agrees(row, light_edit) for row in judged),
        sent_as_is=fates.count("as_is"),
        edited=fates.count("edited"),
        thrown_away=fates.count("thrown_away"),
        edit_share=round(sum(shares) / len(shares), 4) if shares else None,
        approved=approvals.get("approved", 0),
        amended=approvals.get("amended", 0),
        declined=approvals.get("declined", 0),
        lapsed=approvals.get("expired", 0) + approvals.get("withdrawn", 0),
        corrected=resolved.corrected if resolved else 0,
        resolved=resolved.resolved if resolved else 0,
        reopened=resolved.reopened if resolved else 0,
    )
    if level == "approve":
        answered = tally.approved + tally.amended + tally.declined
        asked = answered + tally.lapsed + approvals.get("open", 0)
        return tally.model_copy(update={"cases": asked, "judged": answered, "agreed": tally.approved})
    if level == "auto" and resolved is not None:
        agreed = resolved.alone - resolved.regretted
        return tally.model_copy(update={"cases": resolved.alone, "judged": resolved.alone, "agreed": agreed})
    return tally


def _is_judged(row: WithheldRow) -> bool:
    """Whether a person has shown what they think of it; who only withdrew or let it lapse has not."""
    answered = any(how in {"approved", "amended", "declined"} for how in row.settled)
    told = row.is_compared and (row.same_outcome, row.same_action, row.reply) != (None, None, None)
    return row.is_corrected or answered or told


def _agrees(row: WithheldRow, light_edit: float) -> bool:
    """The same intent, the same action, and the same outcome in shadow, or much the same words in suggest."""
    if row.is_corrected or any(how in {"amended", "declined"} for how in row.settled):
        return False
    if row.level == "shadow":
        return row.same_outcome is not False and row.same_action is not False
    if row.reply is None or (row.would == "ask" and "approved" in row.settled):  # who agrees at once need not ask first
        return row.same_action is not False
    return row.reply == "as_is" or (row.reply == "edited" and (row.edit_share or 0) <= light_edit)
