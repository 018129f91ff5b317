"""Thresholds, advice on examples and lists of procedures, as tables in the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from adapters.assistants.embedded.advice import Advice
from adapters.assistants.embedded.trial import NONE_OF_THEM, Trial
from adapters.assistants.embedded.tuning import Confusion, Tuning, confusions_of
from adapters.workspace.tenant import TenantConfig
from domain.conversation import CLEAR
from runtime.cli.style import OK, WARN


def tuning_view(tenant: str, tuning: Tuning, judged_on: str) -> RenderableType:
    """One tenant's thresholds: what each rests on, and what it does on the data."""
    table = Table(title=f"{tenant}: {tuning.wanted:.0%} of answers right", title_justify="left")
    table.add_column("procedure")
    for column in ("messages", "answers", "threshold", "right", "covered"):
        table.add_column(column, justify="right")
    table.add_column("most like")
    for one in tuning.intents:
        shown = "-" if one.threshold is None else f"{one.threshold / 1000:.2f}{'' if one.basis == 'own' else '*'}"
        right = "-" if one.precision is None else f"{one.precision:.1%}"
        covered = "-" if one.threshold is None else f"{one.coverage:.0%}"
        table.add_row(one.intent, str(one.examples), str(one.answers), shown, right, covered, _most(one.confusions))
    return Group(table, *(Text(line, "quiet") for line in _notes(tuning, judged_on)))


def _notes(tuning: Tuning, judged_on: str) -> Iterable[str]:
    yield f"Judged on {judged_on}, and chosen on the same: expect somewhat less of new messages."
    if any(it.basis == "all" for it in tuning.intents):
        yield (
            f"* Too few answers of its own ({tuning.needed} are needed), or never so precise: the threshold of all "
            "intents together."
        )
    if any(it.basis == "none" for it in tuning.intents):
        yield (
            f"- The data do not show this precision: it takes {tuning.needed} answers that keep it. The built-in "
            f"threshold {CLEAR / 1000:.2f} stays."
        )


def advice_view(name: str, advice: Sequence[Advice], trial: Trial) -> RenderableType:
    """What is worth a look in one tenant's examples, and what each procedure is most easily confused with."""
    table = Table(title=name, title_justify="left")
    table.add_column("procedure")
    table.add_column("read rightly", justify="right")
    table.add_column("most like")
    for place, intent in enumerate(trial.intents):
        rows = trial.expected == place
        right = f"{trial.is_right[rows].mean():.0%}" if rows.any() else "-"
        table.add_row(intent, right, _most(confusions_of(trial, place)))
    known = trial.expected != NONE_OF_THEM
    total = Text(f"Of {known.sum()} examples {trial.is_right[known].mean():.0%} are read rightly unlearnt.", "quiet")
    lines: list[RenderableType] = [Text.assemble((f"{WARN} ", "warn"), *_told(piece)) for piece in advice]
    return Group(table, total, *(lines or [Text.assemble((f"{OK} ", "good"), "Nothing to look at.")]))


def _told(piece: Advice) -> Iterable[str | tuple[str, str]]:
    yield (piece.procedure, "title")
    yield f" {piece.text}"
    if piece.example is not None:
        yield (f": “{piece.example}”", "quiet")
    if piece.other_example is not None:
        yield (f" and “{piece.other_example}”", "quiet")


def procedures_view(tenant: TenantConfig) -> RenderableType:
    """A tenant's procedures."""
    table = Table(title=tenant.name, title_justify="left")
    table.add_column("procedure")
    table.add_column("examples", justify="right")
    table.add_column("slots")
    table.add_column("autonomy")
    table.add_column("threshold", justify="right")
    table.add_column("version", style="quiet")
    for name, procedure in sorted(tenant.procedures.items()):
        threshold = f"{tenant.clear_from.get(name, CLEAR) / 1000:.2f}"
        slots = ", ".join(procedure.slots)
        table.add_row(name, str(len(procedure.examples)), slots, procedure.autonomy, threshold, procedure.version[:12])
    return table


def _most(confusions: Iterable[Confusion]) -> str:
    return ", ".join(f"{it.intent} {it.share:.0%}" for it in confusions)
