"""What a run of `setright chaos` came to: one table, then whatever did not hold."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from runtime.chaos.report import ChaosReport
from runtime.chaos.self_test import SelfTest
from runtime.cli.style import BAD, OK
from runtime.cli.views.proof import violations_view
from runtime.verify.violation import INVARIANTS

_NOTES = 10


def chaos_view(report: ChaosReport) -> RenderableType:
    """The figures, the invariants, and the violations by name."""
    return Group(
        _figures(report),
        Text(),
        _invariants(report),
        Text(),
        *violations_view(report.violations),
        *(Text(f"not as played: {note}", "quiet") for note in report.notes[:_NOTES]),
        _verdict(report),
    )


def names_view(names: Mapping[str, Sequence[str]]) -> RenderableType:
    """What a run knows by name."""
    table = Table.grid(padding=(0, 2, 1, 0))
    for sort, known in names.items():
        table.add_row(Text(sort.replace("_", " "), "title"), Text(", ".join(known)))
    return table


def self_test_view(tested: SelfTest) -> RenderableType:
    """Each planted fault, under which name it was found, and the sum."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for result in tested.results:
        sign = Text(OK, "good") if result.is_found else Text(BAD, "bad")
        found = f"{result.invariant} {result.what}" if result.is_found else "not found"
        table.add_row(sign, Text(result.name), Text(found, "quiet" if result.is_found else "bad"))
    style = "good" if tested.is_passed else "bad"
    total = Text(f"{tested.planted_faults_found} of {tested.planted_faults} planted faults were found by name.", style)
    return Group(table, Text(), total)


def _figures(report: ChaosReport) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    rows: dict[str, object] = {
        "seed": report.seed,
        "tickets": report.tickets,
        "lost": report.lost,
        "duplicated": report.duplicated,
        "stuck": report.stuck,
        "tried more than once": report.attempts_over_one,
        "resolved": report.resolved,
        "effects": report.effects,
        "crash points hit": f"{report.crash_points_hit} of {report.crash_points_total}",
        "faults": f"{sum(report.faults.values())}: " + ", ".join(f"{k} {v}" for k, v in report.faults.items()),
        "requests": ", ".join(f"{k} {v}" for k, v in report.requests.items()),
        "continued as new": report.continued_as_new,
        "histories replayed": report.replayed,
        "seconds": f"{report.seconds:g}, of which {report.seconds_to_rest:g} to come to rest",
    }
    rows |= {name.replace("_", " "): f"{value:g}" for name, value in report.figures.items()}
    if report.not_done:
        rows["not possible here"] = ", ".join(report.not_done)
    for name, value in rows.items():
        table.add_row(Text(name, "quiet"), Text(str(value)))
    return table


def _invariants(report: ChaosReport) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for invariant, sentence in INVARIANTS.items():
        broken = report.by_invariant[invariant]
        sign = Text(BAD, "bad") if broken else Text(OK, "good")
        table.add_row(sign, Text(invariant, "title"), Text(str(broken)), Text(sentence))
    return table


def _verdict(report: ChaosReport) -> Text:
    again = f"Repeat it with --seed {report.seed} --tickets {report.tickets}."
    if report.violations:
        return Text(f"{len(report.violations)} places where an invariant does not hold. {again}", "bad")
    if report.void is not None:
        return Text(f"Every invariant held, but the run is void: {report.void}.", "warn")
    return Text(f"Every invariant held. {again}", "good")
