"""Reads a folder of tenants into typed, checked configuration; a bad file yields a list of problems, never a traceback.

    <folder>/<tenant>/tenant.yaml, policy.yaml, replies.yaml, procedures/*.yaml, articles/*.md, backends/*.yaml,
    thresholds.yaml (if `setright tune` wrote one)

Nothing here decides anything about tickets, and nothing is read again after the start.
"""

from pathlib import Path

from pydantic import RootModel

from adapters.workspace.article import read_article
from adapters.workspace.backends import load_backends
from adapters.workspace.problems import Problem, WorkspaceErrors
from adapters.workspace.references import check_references
from adapters.workspace.source import Source, read_source
from adapters.workspace.tenant import FALLBACK, Article, Locale, TenantConfig, TenantFile, Workspace
from adapters.workspace.thresholds import THRESHOLDS, ThresholdsFile
from adapters.workspace.typed import T, build
from domain.ids import Label
from domain.policy import Policy
from domain.procedure import Procedure


class _Replies(RootModel[dict[Locale, dict[Label, str]]]):
    """What stands in replies.yaml: locale, then reply, then template."""


def load_workspace(path: Path) -> Workspace:
    """Read every tenant under `path`; raises WorkspaceErrors, which tells all that is wrong with all files."""
    problems: list[Problem] = []
    folders = sorted(folder for folder in path.iterdir() if folder.is_dir()) if path.is_dir() else []
    folders = [folder for folder in folders if not folder.name.startswith(".")]
    if not folders:
        problems.append(Problem(path, 1, "", "holds no tenant; each is a folder with a tenant.yaml"))
    tenants = [tenant for folder in folders if (tenant := _load_tenant(folder, problems)) is not None]
    if problems:
        raise WorkspaceErrors(problems)
    return Workspace(tenants={tenant.tenant: tenant for tenant in tenants})


def _load_tenant(folder: Path, problems: list[Problem]) -> TenantConfig | None:
    before = len(problems)
    sources: dict[str, Source] = {}
    tenant = _load(TenantFile, folder / "tenant.yaml", "tenant", sources, problems)
    policy = _load(Policy, folder / "policy.yaml", "policy", sources, problems, is_versioned=True)
    replies = _load_replies(folder / "replies.yaml", sources, problems)
    thresholds = (
        _load(ThresholdsFile, folder / THRESHOLDS, "thresholds", sources, problems)
        if (folder / THRESHOLDS).exists()
        else None
    )
    procedures = [_load_procedure(file, sources, problems) for file in _files(folder / "procedures", ".yaml", problems)]
    articles = [_load_article(file, problems) for file in _files(folder / "articles", ".md", problems)]
    if tenant is not None and tenant.tenant != folder.name:
        text = f"must be '{folder.name}', as the folder is called"
        problems.append(sources["tenant"].problem(("tenant",), text))
    if tenant is None or policy is None or replies is None or len(problems) > before:
        return None
    declared, wrong = load_backends(folder, tenant.backend_names, sources["tenant"])
    problems += wrong
    if wrong:
        return None
    config = TenantConfig(
        **{name: getattr(tenant, name) for name in TenantFile.model_fields},
        procedures={procedure.name: procedure for procedure in procedures if procedure is not None},
        policy=policy,
        replies=replies,
        articles=tuple(article for article in articles if article is not None),
        thresholds=thresholds,
        declared=declared,
        sources=sources,
    )
    problems += check_references(config)
    return config


def _files(folder: Path, suffix: str, problems: list[Problem]) -> list[Path]:
    """The folder's files in the order of their names; one that would be passed over in silence is a problem."""
    if not folder.is_dir():
        problems.append(Problem(folder, 1, "", "the folder is missing"))
        return []
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    ignored = f"is not read: only *{suffix} files belong here"
    problems += [Problem(file, 1, "", ignored) for file in files if file.suffix != suffix]
    return [file for file in files if file.suffix == suffix]


def _load(
    model: type[T],
    file: Path,
    key: str,
    sources: dict[str, Source],
    problems: list[Problem],
    *,
    is_versioned: bool = False,
) -> T | None:
    source = read_source(file)
    if isinstance(source, Problem):
        problems.append(source)
        return None
    sources[key] = source
    built = build(model, source, **({"version": source.sha256} if is_versioned else {}))
    if isinstance(built, list):
        problems += built
        return None
    return built


def _load_procedure(file: Path, sources: dict[str, Source], problems: list[Problem]) -> Procedure | None:
    key = f"procedures/{file.stem}"
    procedure = _load(Procedure, file, key, sources, problems, is_versioned=True)
    if procedure is not None and procedure.name != file.stem:
        problems.append(sources[key].problem(("name",), f"must be '{file.stem}', as the file is called"))
    return procedure


def _load_replies(
    file: Path, sources: dict[str, Source], problems: list[Problem]
) -> dict[Locale, dict[Label, str]] | None:
    replies = _load(_Replies, file, "replies", sources, problems)
    if replies is not None and FALLBACK not in replies.root:
        missing = f"the locale '{FALLBACK}' is missing; other locales fall back to it"
        problems.append(sources["replies"].problem((), missing))
        return None
    return None if replies is None else replies.root


def _load_article(file: Path, problems: list[Problem]) -> Article | None:
    article = read_article(file)
    if isinstance(article, list):
        problems += article
        return None
    return article
