"""Options that several commands share, so that they read and mean the same everywhere."""

from pathlib import Path
from typing import Annotated, TypeAlias

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


def examples(*lines: str) -> str:
    """Put examples below a command's help."""
    return "\n".join(["[bold]Examples[/bold]", *(f"[dim]$[/dim] {line}" for line in lines)])
