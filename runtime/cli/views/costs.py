"""What models cost: a table of totals, and one line for a ticket."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from runtime.cli.answers import CostTotal, Spent

_MICRO = 1_000_000


def cost_table(totals: Sequence[CostTotal]) -> Table:
    """One row a day, model and purpose; the share of the input that was read from a cache beside it."""
    table = Table(box=None, header_style="quiet", pad_edge=False)
    for name in ("day", "model", "purpose"):
        table.add_column(name)
    for name in ("calls", "failed", "input", "cached", "output", "cost"):
        table.add_column(name, justify="right")
    for it in totals:
        numbers = (it.calls, it.failed, it.input)
        share = f"{100 * it.cached_read / it.input:.0f} %" if it.input else "-"
        cost = money(it.microdollars, it.unpriced)
        name = f"{it.provider}:{it.model}"
        table.add_row(
            str(it.day), name, it.purpose, *(f"{number:,}" for number in numbers), share, f"{it.output:,}", cost
        )
    return table


def spent_line(spent: Spent) -> Text:
    """A ticket's costs in one line."""
    return Text(f"{spent.calls} calls, {money(spent.microdollars, spent.unpriced)}")


def money(microdollars: int | None, unpriced: int) -> str:
    """An amount in US dollars; what has no known price is said, and never counted as nothing."""
    if microdollars is None:
        return "price unknown"
    return f"${microdollars / _MICRO:.4f}" + (f" and {unpriced} of unknown price" if unpriced else "")
