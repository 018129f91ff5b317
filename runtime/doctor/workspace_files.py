"""Reading a workspace's files for what is wrong with them, and for what is in them."""

from pathlib import Path

from adapters.workspace.actions import check_actions
from adapters.workspace.loader import load_workspace
from adapters.workspace.locales import missing_replies
from adapters.workspace.problems import Problem, WorkspaceErrors

_NAMED = 4  # missing replies that a note names


def read_problems(path: Path) -> list[Problem]:
    """Read every file of a workspace and return all that is wrong with it."""
    try:
        tenants = load_workspace(tenants_folder(path)).tenants.values()
    except WorkspaceErrors as error:
        return list(error.problems)
    problems: list[Problem] = []
    for tenant in tenants:
        try:
            check_actions(tenant, tenant.specs)
        except WorkspaceErrors as error:
            problems += error.problems
    return problems


def summary(path: Path) -> str:
    """Say what a sound workspace holds."""
    tenants = load_workspace(tenants_folder(path)).tenants.values()
    procedures = sum(len(tenant.procedures) for tenant in tenants)
    articles = sum(len(tenant.articles) for tenant in tenants)
    names = ", ".join(tenant.name for tenant in tenants)
    return f"{names}: {procedures} procedures, {articles} articles"


def read_notes(path: Path) -> list[str]:
    """Say which locales of a sound workspace lack replies, so that another language is spoken there."""
    notes: list[str] = []
    for tenant in load_workspace(tenants_folder(path)).tenants.values():
        for missing in missing_replies(tenant):
            where = f"procedures/{missing.procedure}.yaml" if missing.procedure else "replies.yaml"
            names, more = ", ".join(missing.replies[:_NAMED]), len(missing.replies) - _NAMED
            names += f" and {more} more" if more > 0 else ""
            lacks = f"'{missing.locale}' lacks {names}"
            notes.append(f"{tenant.tenant}/{where}: {lacks}; a reply that needs one is in another language")
    return notes


def tenants_folder(path: Path) -> Path:
    """Where a workspace keeps its tenants; the folder of the tenants itself will do as well."""
    inner = path / "tenants"
    return inner if inner.is_dir() else path
