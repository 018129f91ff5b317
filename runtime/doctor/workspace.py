"""The check of the workspace that the stack starts with."""

from runtime.doctor.finding import Finding, fail, ok
from runtime.doctor.site import Site
from runtime.doctor.workspace_files import read_problems, summary


async def check_workspace(site: Site) -> Finding:
    """Whether the stack can start with its workspace."""
    problems = read_problems(site.settings.workspace)
    if problems:
        todo = f"`setright workspace check {site.settings.workspace}` lists them all."
        return fail("workspace", f"{len(problems)} problem(s), the first: {problems[0]}", todo)
    return ok("workspace", summary(site.settings.workspace))
