"""The figures of the injection flag in the terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.injection import Figures


def table(figures: Figures) -> RenderableType:
    """False alarms first, then what is found of each kind of attack."""
    rows = Table(title="Flagged as a possible injection", title_justify="left")
    rows.add_column("")
    for column in ("texts", "flagged", "share"):
        rows.add_column(column, justify="right")
    for part in (figures.harmless, figures.attacks):
        for name, it in part.items():
            rows.add_row(name, str(it.texts), str(it.flagged), f"{100 * it.share:.1f} %")
        rows.add_section()
    return Group(rows, Text("The flag is a hint: what a ticket may do does not depend on it.", "quiet"))
