"""What to type next, told to whoever has just seen the stack come up or the demo end."""

from rich.table import Table
from rich.text import Text

_COMMANDS = (
    ('setright ask "Where is my refund?" --customer cus_ada', "be a customer"),
    ("setright tickets", "what there is"),
    ("setright show T-…", "the whole story of one ticket"),
    ("setright approvals", "what waits for you"),
    ("setright watch", "events as they happen"),
    ("setright doctor", "whether all is well"),
)


def next_steps(*first: tuple[str, str]) -> Table:
    """The commands worth knowing, each with what it shows, after those that come first."""
    table = Table.grid(padding=(0, 2))
    for command, what in (*first, *_COMMANDS):
        table.add_row(Text(command, "accent"), Text(what, "quiet"))
    return table
