"""`setright graph`: the turn graph as it draws itself."""

import typer

from runtime.cli.options import examples

EPILOG = examples("setright graph", "setright graph > docs/turn-graph.mmd")


def graph() -> None:
    """Print the turn graph as a mermaid drawing."""
    from graphs.turn import build_turn_graph

    typer.echo(build_turn_graph().get_graph().draw_mermaid(), nl=False)
