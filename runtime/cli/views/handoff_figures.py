"""Handoffs in numbers, as a few lines."""

from rich.console import Group, RenderableType
from rich.text import Text

from domain.handoff import why
from runtime.cli.answers import HandoffFigures
from runtime.cli.views.words import plain


def figures_table(figures: HandoffFigures) -> RenderableType:
    """Why people took over, whether they answered in time, and what was asked twice."""
    lines = [Text(f"{figures.handed_off} handoffs", "title")]
    lines += [Text(f"  {it.times:>4} {why(it.reason)} → {it.queue}", "quiet") for it in figures.reasons]
    late = f"{figures.late_answers} answered late, {figures.late_solutions} solved late"
    lines.append(Text.assemble(("  promises   ", "quiet"), f"{figures.promised} made, {late}"))
    lines.append(Text.assemble(("  suggested  ", "quiet"), f"{figures.suggested} replies"))
    rate = "none yet" if figures.repeat_ask_rate is None else f"{100 * figures.repeat_ask_rate:.1f} %"
    asked = (
        f"operators {figures.operator_repeated} of {figures.operator_questions} questions,"
        f" the assistant {figures.assistant_repeated} of {figures.assistant_questions}"
    )
    lines.append(Text.assemble(("  repeated   ", "quiet"), f"{rate}: {asked}"))
    lines += [Text(f"             {it.times:>4} about: {plain(it.subject)}", "quiet") for it in figures.subjects]
    return Group(*lines)
