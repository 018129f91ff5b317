"""What `verify` found: one line an invariant, then every place where one does not hold."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.cli.style import BAD, OK
from runtime.verify.check import Verified
from runtime.verify.violation import INVARIANTS, Violation

#: Enough to see a pattern; `--json` has all.
_SHOWN = 30


def verified_view(verified: Verified) -> RenderableType:
    """The invariants, the violations by name, and what was looked at."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for invariant, sentence in INVARIANTS.items():
        broken = verified.by_invariant[invariant]
        sign = Text(BAD, "bad") if broken else Text(OK, "good")
        table.add_row(sign, Text(invariant, "title"), Text(str(broken) if broken else "", "bad"), Text(sentence))
    return Group(table, Text(), *violations_view(verified.violations), _looked_at(verified))


def violations_view(violations: tuple[Violation, ...]) -> list[RenderableType]:
    """The first violations, each by name and ids."""
    lines = [
        Text.assemble(
            (f"{violation.invariant} ", "bad"),
            f"{violation.what}: {', '.join(violation.ids)}",
            (f"  {violation.detail}", "quiet"),
        )
        for violation in violations[:_SHOWN]
    ]
    if len(violations) > _SHOWN:
        lines.append(Text(f"… and {len(violations) - _SHOWN} more", "quiet"))
    return [*lines, Text()] if lines else []


def _looked_at(verified: Verified) -> Text:
    return Text(
        f"{verified.tickets} tickets, {verified.runs} runs ({verified.replayed} replayed), {verified.effects} effects, "
        f"{verified.attempts_over_one} activities tried more than once.",
        "quiet",
    )
