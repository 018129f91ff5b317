"""Levels with their evidence, corrections with their effect, and operators' time, as tables."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.agreement import edit_share
from domain.wording import differences
from runtime.cli.trust_answers import (
    Correction,
    HandlingTotal,
    Level,
    Share,
    Standing,
    TriedCorrections,
    WordingsEffect,
)
from runtime.cli.views.words import plain

_STYLES = {"promote": "good", "demote": "warn", "keep": "title", "too_few": "quiet"}
_MINUTE_MS = 60_000
UNFOUNDED = (
    "Figures, links or claims of deeds in what was sent that neither the draft nor its passages hold: {}. None is"
    " learnt; what is true for everybody belongs into an article."
)


def standings_table(found: Sequence[Standing]) -> RenderableType:
    """One row a procedure: its level, its record at that level, and what the rule makes of it; why, below."""
    table = _table("procedure", "level", "cases", "agreement", "replies", "approvals", "reopened", "advice")
    for it in found:
        tally = it.tally
        table.add_row(
            it.procedure,
            it.level,
            str(tally.cases),
            share_text(it.agreement),
            _counts(("as is", tally.sent_as_is), ("edited", tally.edited), ("thrown away", tally.thrown_away)),
            _counts(("approved", tally.approved), ("amended", tally.amended), ("declined", tally.declined)),
            share_text(it.reopens),
            Text(plain(it.advice), _STYLES.get(it.advice, "quiet")),
        )
    advised = [it for it in found if it.advice in {"promote", "demote"}]
    return Group(table, *(Text(f"{it.procedure}: {it.advice}, for {it.why}.", _STYLES[it.advice]) for it in advised))


def share_text(share: Share) -> str:
    """A share with its bounds: "57 of 60, 95 % (86 to 98)"."""
    if share.share is None or share.low is None or share.high is None:
        return "-"
    return f"{share.count} of {share.of}, {share.share:.0%} ({100 * share.low:.0f} to {100 * share.high:.0f})"


def levels_table(levels: Sequence[Level]) -> RenderableType:
    """What was set, the newest first."""
    table = _table("when", "from", "to", "by", "because")
    for line in levels:
        table.add_row(f"{line.at:%Y-%m-%d %H:%M}", line.before, line.level, line.set_by, line.reason)
    return table


def corrections_table(found: Sequence[Correction]) -> RenderableType:
    """Corrections in the order given; words are masked."""
    table = _table("id", "ticket", "what", "read as", "is", "words", "by", "review")
    for it in found:
        review = f"{it.verdict} by {it.reviewed_by}" if it.verdict else "open"
        what = "reading" if it.kind == "intent" else "reply"
        words = Text(plain(it.words[:60]))
        table.add_row(str(it.id), it.ticket_id, what, it.was or "-", it.intent, words, it.corrected_by, review)
    return table


def correction_view(it: Correction) -> RenderableType:
    """One correction; of an edited reply what was taken out, struck through in brackets, and what was put in."""
    lines = [Text(f"Correction {it.id}, {it.ticket_id}, by {it.corrected_by}: {it.verdict or 'open'}", "title")]
    lines += [Text("The customer: ").append(plain(it.words))]
    if it.kind == "intent":
        lines += [Text(f"Read as {it.was or 'nothing'}; it is {it.intent}.")]
    elif it.sent is not None:
        lines += [_edit(it.suggested or "", it.sent)]
        if it.suggested:
            lines += [Text(f"{edit_share(it.suggested, it.sent):.0%} of the words changed.", "quiet")]
    if it.unfounded:
        lines += [Text(UNFOUNDED.format(it.unfounded), "warn")]
    if it.note:
        lines += [Text("Note: ").append(plain(it.note))]
    return Group(*lines)


def _edit(suggested: str, sent: str) -> Text:
    """Readable without colours: [-taken out-] and {+put in+}, as `git diff --word-diff` has it."""
    text = Text("The reply: ")
    for stretch in differences(suggested, sent):
        words = plain(stretch.text)
        if stretch.kind == "same":
            text.append(words)
        else:
            text.append(
                f"[-{words.strip()}-] " if stretch.kind == "gone" else f"{{+{words.strip()}+}} ",
                "warn" if stretch.kind == "gone" else "good",
            )
    return text


def effect_view(tried: TriedCorrections) -> RenderableType:
    """What corrections would change, with the counts that the shares rest on."""
    effect = tried.effect
    table = _table("on held-out messages", "before", "after")
    rows = (
        (f"read rightly, of {effect.held_out} examples", effect.accuracy),
        ("… and surely enough to act on", effect.in_scope_right),
        (f"told apart, of {effect.foreign} that nothing handles", effect.out_of_scope_told),
    )
    for name, (before, after) in rows:
        table.add_row(name, f"{before:.1%}", f"{after:.1%}")
    changes = [
        Text(f"{it.intent}: {it.before} → {it.after} of {it.held_out}", "good" if it.after > it.before else "warn")
        for it in effect.changes
    ]
    ids = ", ".join(str(number) for number in tried.corrections)
    foot = f"Corrections {ids} beside {tried.taught} accepted ones; {effect.seconds:.1f} s."
    about = [*(changes or [Text("No intent's count changes.", "quiet")]), *_wordings(tried.wordings)]
    return Group(table, *about, Text(foot, "quiet"))


def _wordings(effect: WordingsEffect | None) -> list[Text]:
    """What the tried ones would do as wordings, or that it cannot be measured."""
    if effect is None:
        return []
    if effect.to_change is None:
        told = "nothing" if effect.held_out == 0 else f"too few edited replies of other tickets ({effect.held_out})"
        return [Text(f"As wordings: cannot be measured, {told} held out.", "quiet")]
    was, now = effect.to_change
    return [
        Text(
            f"As wordings, of {effect.held_out} edited replies of other tickets: offered for {effect.offered[0]} → "
            f"{effect.offered[1]}; words left to change {was:.1%} → {now:.1%}; {effect.nearer} nearer to what "
            f"was sent, {effect.farther} farther."
        )
    ]


def handling_table(totals: Sequence[HandlingTotal]) -> RenderableType:
    """Operators' minutes by day and procedure, and what they cost."""
    table = _table("day", "procedure", "tickets", "approvals", "open", "active", "on approvals", "cost")
    for it in totals:
        table.add_row(
            str(it.day),
            it.procedure or "-",
            str(it.tickets),
            str(it.approvals),
            *(f"{ms / _MINUTE_MS:.1f} min" for ms in (it.open_ms, it.active_ms, it.approval_ms)),
            str(it.cost) if it.cost is not None else "rate unknown",
        )
    return table


def _counts(*counts: tuple[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts if number) or "-"


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for title in titles:
        table.add_column(title, no_wrap=title in {"procedure", "level", "ticket"})
    return table
