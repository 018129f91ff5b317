"""`setright workspace …`: working on procedures, policy and articles."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import AsJson, examples

app = typer.Typer(
    name="workspace", help="Check a workspace: procedures, policy, replies, articles.", no_args_is_help=True
)

_TOOLS_EPILOG = examples("setright workspace tools .", "setright workspace tools . --json")
_CHECK_EPILOG = examples("setright workspace check examples/shop", "setright workspace check . --json")


@app.command(epilog=_CHECK_EPILOG)
def check(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="The workspace: a folder of tenants.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Read every file of a workspace and tell all that is wrong, each with file, line and field.

    Where a locale lacks a reply, it is told too, and is nothing wrong: such replies are written in another language.
    """
    from runtime.cli.exit_codes import ExitCode
    from runtime.cli.output import print_json
    from runtime.cli.style import BAD, OK, WARN, out
    from runtime.doctor.workspace_files import read_notes, read_problems, summary

    problems = read_problems(path)
    if as_json:
        print_json([vars(problem) | {"file": str(problem.file)} for problem in problems])
    elif problems:
        for problem in problems:
            out().print(f"[bad]{BAD}[/bad] ", end="")
            out().print(str(problem), markup=False, soft_wrap=True)
    else:
        out().print(f"[good]{OK}[/good] {summary(path)}")
        for note in read_notes(path):
            out().print(f"[warn]{WARN}[/warn] ", end="")
            out().print(note, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(ExitCode.problems_found)


@app.command(epilog=_TOOLS_EPILOG)
def tools(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="The workspace: a folder of tenants.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Ask every MCP server of a workspace what its tools say of themselves, beside what your files say of them.

    A tool's hints are its author's claims. They decide nothing here; where they differ from your file, look closer.
    """
    import asyncio

    from runtime.cli.output import print_json
    from runtime.cli.style import out
    from runtime.settings import Settings
    from runtime.tool_hints import read_tools

    found = asyncio.run(read_tools(path, Settings.load().secrets_folder))
    if as_json:
        print_json([vars(tool) for tool in found])
        return
    for tool in found:
        text = f"{tool.tenant}  {tool.action} → {tool.tool}: {tool.effect}, approval {tool.approval}; says: {tool.says}"
        out().print(text, markup=False, soft_wrap=True)
    if not found:
        out().print("No tenant has an MCP server.")
