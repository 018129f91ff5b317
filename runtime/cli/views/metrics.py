"""Figures in the terminal: one line each, with bounds, what is not yet known, and how it went."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from domain.unit import UNIT_OF, UnitName, say
from runtime.cli.answers import Figure, Metrics, Tally

_BARS = "▁▂▃▄▅▆▇█"
_MOST_PARTS = 4


def metric_table(report: Metrics) -> RenderableType:
    """All figures, the labels of each below it."""
    head = Text.assemble(
        (f"{report.first} to {report.last}", "title"), (f"  by {report.step}, days of {report.time_zone}", "quiet")
    )
    table = Table(box=None, header_style="quiet", pad_edge=False)
    table.add_column("figure")
    table.add_column("", justify="right")
    table.add_column("of what")
    table.add_column("course")
    for figure in report.figures:
        table.add_row(figure.definition.title, _value(figure), Text(_basis(figure), "quiet"), bars(_course(figure)))
        for told in _parts(figure):
            table.add_row("", "", Text(told, "quiet"), "")
    return Group(head, table)


def definition_list(report: Metrics) -> RenderableType:
    """What each figure counts, of what, and when."""
    lines: list[Text] = []
    for it in (figure.definition for figure in report.figures):
        lines += [Text(it.title, "title"), Text.assemble(("  counted  ", "quiet"), it.numerator)]
        if it.denominator:
            lines.append(Text.assemble(("  of       ", "quiet"), it.denominator))
        lines.append(Text.assemble(("  window   ", "quiet"), it.window))
    return Group(*lines)


def bars(values: Sequence[float | None]) -> str:
    """Values as small bars; a dot where nothing is known, the lowest bar for little, a blank for none."""
    most = max((value for value in values if value is not None), default=0.0) or 1.0
    return "".join(_bar(value, most) for value in values)


def _bar(value: float | None, most: float) -> str:
    if value is None:
        return "·"
    return _BARS[min(int(value / most * len(_BARS)), len(_BARS) - 1)] if value else " "


def _course(figure: Figure) -> list[float | None]:
    return [bar.tally.value for bar in figure.bars]


def _value(figure: Figure) -> Text:
    value = figure.total.value
    if value is None:
        return Text("no tickets yet", "quiet")
    return Text(say(value, UNIT_OF[figure.definition.kind]))


def _basis(figure: Figure) -> str:
    total, kind = figure.total, figure.definition.kind
    told: list[str] = []
    if total.denominator and kind == "rate":
        told.append(f"{total.numerator:,} of {total.denominator:,}")
    if total.denominator and kind == "duration":
        told.append(f"half of {total.denominator:,}")
    if total.p90 is not None:
        told.append(f"nine in ten {say(total.p90, 'seconds')}")
    if kind == "cost" and total.numerator:
        told.append(f"each of {total.numerator:,}")
    if total.interval is not None:
        low, high = (say(end, "share") for end in total.interval)
        told.append(f"truly {low} to {high}")
    if total.not_yet_known:
        told.append(f"{total.not_yet_known:,} not yet known")
    return ", ".join(told)


def _parts(figure: Figure) -> Iterator[str]:
    unit = UNIT_OF["count" if figure.definition.parts_are_counts else figure.definition.kind]
    shown = figure.parts[:_MOST_PARTS]
    if shown:
        told = [f"{part.label.replace('_', ' ')}: {_of_part(figure, part.tally, unit)}" for part in shown]
        more = len(figure.parts) - len(shown)
        yield ", ".join(told) + (f", and {more} more" if more else "")


def _of_part(figure: Figure, tally: Tally, unit: UnitName) -> str:
    value = tally.denominator if figure.definition.parts_are_counts else tally.value
    return "none" if value is None else say(value, unit)
