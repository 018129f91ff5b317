"""A dry run: past judgments made again under an edited text, beside what the current text says of them. No I/O.

An action counts once, by its last judgment: the one it was done, asked or refused by. What was restated for the
customer's yes is one action, and so is what an approver amended.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from domain.ids import ActionId, Label, Sha256, TicketId
from domain.judging import OUTSIDE_PROCEDURE, PRECONDITION, JudgedOn, judge_on
from domain.model import Model
from domain.money import Currency, Money
from domain.policy import Verdict
from domain.rulebook import Rulebook

#: Why an action was not judged again. `not_kept`: judged by a release that kept no facts; `erased`: its customer was
#: forgotten; `before_policy`: the procedure or the system of record refused it, whatever policy says.
Unjudged = Literal["not_kept", "erased", "before_policy"]


class PastJudgment(Model):
    """What was said of an action, and what it went by (a `JudgedOn` in JSON) as far as that is kept."""

    ticket_id: TicketId
    seq: int  # of its event
    action_id: ActionId
    action: Label
    at: datetime
    verdict: Verdict
    rules: tuple[Label, ...]
    policy_version: Sha256
    judged_on: Sha256 | None  # the digest that the event names
    kept: str | None


class ChangedJudgment(Model):
    """An action that the edited text judges otherwise than the current one."""

    ticket_id: TicketId
    action_id: ActionId
    action: Label
    at: datetime
    amount: Money | None
    was: Verdict  # by the current text
    was_rules: tuple[Label, ...]
    becomes: Verdict
    rules: tuple[Label, ...]
    errors: tuple[Label, ...]  # rules of the edited text whose condition cannot be evaluated on it
    recorded: Verdict  # what was said then, perhaps by a text before the current one


class Sum(Model):
    """Amounts added up, in minor units."""

    amount: int
    currency: Currency


class Shift(Model):
    """All actions that go from one verdict to another; `was` and `becomes` are equal for those that stay."""

    was: Verdict
    becomes: Verdict
    actions: int
    tickets: int
    amounts: tuple[Sum, ...]


class NotJudged(Model):
    """Actions that could not be judged again, and why."""

    reason: Unjudged
    actions: int
    tickets: tuple[TicketId, ...]


class DryRun(Model):
    """What a text would have said of past actions, the newest first."""

    looked_at: int
    judged: int
    since: datetime | None  # of the oldest action looked at
    shifts: tuple[Shift, ...]
    changed: tuple[ChangedJudgment, ...]
    not_judged: tuple[NotJudged, ...]
    differs_from_record: int  # judged otherwise then than the current text would: it was published later


class DryRunner:
    """Judges past actions one by one, so that whoever runs it can stop between them and tell how far it is."""

    def __init__(self, current: Rulebook, edited: Rulebook, procedure: Label | None = None) -> None:
        """Compare two rulebooks; with `procedure`, as that procedure stands in each, over its own actions alone."""
        self._current = current
        self._edited = edited
        self._procedure = procedure
        self._seen: set[str] = set()
        self._looked: list[PastJudgment] = []
        self._stayed: list[ChangedJudgment] = []
        self._changed: list[ChangedJudgment] = []
        self._unjudged: dict[Unjudged, list[PastJudgment]] = defaultdict(list)

    def judge(self, past: Iterable[PastJudgment]) -> None:
        """Judge some more, the newest first: of each action the first one counts."""
        for one in past:
            on = None if one.kept is None else JudgedOn.model_validate_json(one.kept)
            names = {one.action_id} | ({f"{one.ticket_id}/{on.args_sha256}"} if on is not None else set())
            is_new = not names & self._seen
            self._seen |= names
            if not is_new:
                continue
            if self._procedure is None or on is None or on.procedure == self._procedure:
                self._looked.append(one)
                self._judge(one, on)

    def result(self) -> DryRun:
        """All that was found so far."""
        judged = [*self._changed, *self._stayed]
        return DryRun(
            looked_at=len(self._looked),
            judged=len(judged),
            since=min((one.at for one in self._looked), default=None),
            shifts=tuple(_shifts(judged)),
            changed=tuple(sorted(self._changed, key=lambda one: one.at, reverse=True)),
            not_judged=tuple(_not_judged(reason, self._unjudged[reason]) for reason in sorted(self._unjudged)),
            differs_from_record=sum(one.was is not one.recorded for one in judged),
        )

    def _judge(self, past: PastJudgment, on: JudgedOn | None) -> None:
        if on is None:
            stands = {OUTSIDE_PROCEDURE, PRECONDITION} & set(past.rules)
            reason: Unjudged = "before_policy" if stands else "erased" if past.judged_on else "not_kept"
            self._unjudged[reason].append(past)
            return
        name = self._procedure
        was = judge_on(self._current.policy, on, self._current.procedures.get(name) if name else None)
        becomes = judge_on(self._edited.policy, on, self._edited.procedures.get(name) if name else None)
        judged = ChangedJudgment(
            ticket_id=past.ticket_id,
            action_id=past.action_id,
            action=past.action,
            at=past.at,
            amount=on.amount,
            was=was.verdict,
            was_rules=was.rules,
            becomes=becomes.verdict,
            rules=becomes.rules,
            errors=becomes.errors,
            recorded=past.verdict,
        )
        (self._stayed if was.verdict is becomes.verdict else self._changed).append(judged)


def _shifts(judged: Iterable[ChangedJudgment]) -> Iterable[Shift]:
    groups: dict[tuple[Verdict, Verdict], list[ChangedJudgment]] = defaultdict(list)
    for one in judged:
        groups[one.was, one.becomes].append(one)
    order = list(Verdict)
    for was, becomes in sorted(groups, key=lambda pair: (order.index(pair[0]), order.index(pair[1]))):
        ones = groups[was, becomes]
        sums: dict[Currency, int] = defaultdict(int)
        for one in ones:
            if one.amount is not None:
                sums[one.amount.currency] += one.amount.amount
        yield Shift(
            was=was,
            becomes=becomes,
            actions=len(ones),
            tickets=len({one.ticket_id for one in ones}),
            amounts=tuple(Sum(amount=sums[currency], currency=currency) for currency in sorted(sums)),
        )


def _not_judged(reason: Unjudged, past: Sequence[PastJudgment]) -> NotJudged:
    tickets = tuple(dict.fromkeys(one.ticket_id for one in past))
    return NotJudged(reason=reason, actions=len(past), tickets=tickets)
