"""A ticket's life line by line: in words, as Temporal keeps it, or as it happens."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.money import Money
from runtime.cli.answers import Event, History, RawHistory
from runtime.cli.http import Answer
from runtime.cli.views.words import clock, plain

#: What of an event's body is worth a word while watching; the rest is ids that nobody reads aloud.
_TOLD = ("action", "verdict", "status", "code", "reason", "queue", "kind", "how", "to", "waiting_for", "score", "asks")
_STYLES = {
    "handed_off": "warn",
    "approval_requested": "warn",
    "reply_dropped": "warn",
    "reply_suggested": "quiet",
    "reply_shadowed": "quiet",
    "resolved": "good",
    "action_performed": "title",
    "reply_sent": "assistant",
    "message_received": "customer",
    "operator_replied": "operator",
}


def history_view(answer: Answer) -> RenderableType:
    """The life of a ticket in words."""
    table = Table.grid(padding=(0, 2))
    for line in History.model_validate(answer).lines:
        table.add_row(Text(clock(line.at), "quiet"), Text(line.text))
    return table


def raw_history_view(answer: Answer) -> RenderableType:
    """The workflow's events, run by run, as Temporal names them."""
    history = RawHistory.model_validate(answer)
    parts: list[RenderableType] = [Text(history.workflow_id, "title")]
    for run in history.runs:
        table = Table.grid(padding=(0, 2))
        for event in run.events:
            about = " ".join(part for part in (event.name, event.summary) if part)
            table.add_row(
                Text(f"{event.id:>5}", "quiet"), Text(clock(event.at), "quiet"), event.type, Text(about, "quiet")
            )
        parts += [Text(f"run {run.run_id}", "quiet"), table]
    return Group(*parts)


def event_line(event: Event) -> Text:
    """One event as it happens."""
    named = (event.body.get(name) for name in _TOLD)
    told = list(dict.fromkeys(plain(value) for value in map(str, filter(None, named))))
    if amount := event.body.get("amount"):
        told.append(str(Money.model_validate(amount)))
    line = Text.assemble((f"{clock(event.at)}  ", "quiet"), (f"{event.ticket_id or ''}  ", "title"))
    return line.append(plain(event.kind), _STYLES.get(event.kind, "")).append(f"  {', '.join(told)}", "quiet")
