"""Options that several commands share, so that they read and mean the same everywhere."""

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

DataDir: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", metavar="FOLDER", help="The stack's data folder. Default: SETRIGHT_DATA_DIR, or your own."
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Tenant: TypeAlias = Annotated[
    str | None, typer.Option("--tenant", metavar="NAME", help="Whose tickets, if the stack serves several tenants.")
]
TicketArgument: TypeAlias = Annotated[str, typer.Argument(metavar="TICKET", help="A ticket's id: T-…")]
TextFile: TypeAlias = Annotated[Path, typer.Argument(metavar="FILE", help="The edited text; - reads standard input.")]
Number: TypeAlias = Annotated[int, typer.Argument(metavar="NUMBER", min=0, help="As `versions` lists it; 0: the file.")]
Newest: TypeAlias = Annotated[
    int, typer.Option("--newest", metavar="N", min=1, max=10_000, help="How many of the newest judgments to look at.")
]
Replaces: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--replaces",
        metavar="DIGEST",
        help="The version you edited, as `show` names it: refused if another one is current by now. "
        "Default: whatever is current at this moment.",
    ),
]
#: Where the public data sets are looked for, seen from the checkout.
DATA_SETS = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def data_option(holds: str) -> Any:  # noqa: ANN401 - what typer.Option returns
    """The option for the folder of public data sets; `holds` names those that a command wants."""
    return typer.Option(
        "--data",
        metavar="FOLDER",
        envvar="SETRIGHT_DATA",
        help=f"The folder that holds {holds}.",
        show_default=False,
    )


def examples(*lines: str) -> str:
    """Put examples below a command's help."""
    return "\n".join(["[bold]Examples[/bold]", *(f"[dim]$[/dim] {line}" for line in lines)])
