"""Printing: JSON for programs on standard output alone, problems for people on standard error."""

import json
import sys


def print_json(value: object) -> None:
    """Print one JSON value and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_problem(what: str, todo: str) -> None:
    """Say what happened and what to do, in words, on standard error."""
    from rich.text import Text

    from runtime.cli.style import BAD, err

    console = err()
    console.print(Text.assemble((f"{BAD} ", "bad"), what), soft_wrap=True)
    if todo:
        console.print(Text.assemble("  ", todo), soft_wrap=True)
