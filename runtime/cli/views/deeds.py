"""What policy said and what was done, each in a line, from a ticket's events and its ledger."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pydantic import JsonValue
from rich.text import Text

from domain.money import Money
from runtime.cli.answers import Action, Event
from runtime.cli.style import BAD, OK, WARN
from runtime.cli.views.words import plain, short

_VERDICTS = {"allow": (OK, "good"), "needs_approval": (WARN, "warn"), "forbid": (BAD, "bad")}
_STATUSES = {"succeeded": (OK, "good"), "reconciled": (OK, "good"), "unknown": (WARN, "warn"), "failed": (BAD, "bad")}


def verdict_lines(events: Sequence[Event]) -> Iterator[Text]:
    """One line for each judgment of policy with the rules it came from; the same again is told by its number.

    Policy is asked before the customer confirms and once more before anything is done, so most judgments come twice.
    """
    for line, group in groupby(_verdict(event) for event in events if event.kind == "action_judged"):
        times = len(list(group))
        yield line.append(f"  x{times}", "quiet") if times > 1 else line


def _verdict(event: Event) -> Text:
    body = event.body
    if rule := body.get("handoff_rule"):
        return Text.assemble((f"{WARN} hand off", "warn"), "  ", _rules([rule]))
    verdict = str(body.get("verdict", ""))
    sign, style = _VERDICTS.get(verdict, (WARN, "warn"))
    rules = body.get("rules")
    line = Text.assemble((f"{sign} {plain(verdict)}", style), f"  {plain(str(body.get('action', '')))}  ")
    return line.append(_rules(rules if isinstance(rules, list) else []))


def deed_lines(events: Sequence[Event], actions: Sequence[Action], *, reads: bool = False) -> Iterator[Text]:
    """One line for each action that was tried: what came of it, and whether its effect was read back.

    Reads change nothing and have no row in the ledger; they are told only with `reads`.
    """
    ledger = {action.action_id: action for action in actions}
    for event in events:
        if event.kind != "action_performed":
            continue
        entry = ledger.get(str(event.body.get("action_id")))
        if entry is not None or reads or event.body.get("status") != "succeeded":
            yield _deed(event.body, entry)


def _deed(body: Mapping[str, JsonValue], entry: Action | None) -> Text:
    status, code = str(body.get("status", "")), str(body.get("code", ""))
    sign, style = _STATUSES.get(status, (WARN, "warn"))
    title = entry.title if entry is not None else plain(str(body.get("action", ""))).capitalize()
    line = Text.assemble((f"{sign} ", style), (title, "title"))
    if amount := body.get("amount"):
        line.append(f"  {Money.model_validate(amount)}", "title")
    line.append(f"  {status}", style)
    if code not in {"", status}:
        line.append(f" ({plain(code)})", style)
    if entry is not None:
        read_back = "effect read back" if body.get("read_back") else "effect not read back"
        line.append(f"  {read_back}", "quiet")
        if entry.idempotency_key:
            line.append(f"  key {short(entry.idempotency_key)}", "quiet")
    return line


def _rules(rules: Sequence[JsonValue]) -> Text:
    return Text(f"rule {', '.join(str(rule) for rule in rules)}" if rules else "", "quiet")
