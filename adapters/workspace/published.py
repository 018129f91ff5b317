"""A tenant's configuration with published texts in the place of its files, under the checks that files go through.

The texts are read together with everything they name and are named by, so nothing half-valid comes out.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adapters.workspace.actions import check_actions
from adapters.workspace.problems import FieldPath, Problem, WorkspaceErrors
from adapters.workspace.references import check_references
from adapters.workspace.source import MAX_BYTES, Source, parse_source
from adapters.workspace.tenant import TenantConfig
from adapters.workspace.typed import T, build
from domain.canonical import canonical
from domain.ids import Label, Sha256
from domain.policy import Policy
from domain.procedure import Procedure
from domain.rulebook import POLICY, Checked, FileText, Part, Rulebook, TextProblem, part_of, procedure_in


def with_texts(config: TenantConfig, texts: Mapping[Part, str]) -> TenantConfig:
    """The configuration with `texts` in the place of its files.

    Raises WorkspaceErrors, which tells all that is wrong.
    """
    problems: list[Problem] = []
    policy, procedures, sources = config.policy, dict(config.procedures), dict(config.sources)
    for part, text in texts.items():
        source = _source(part, text)
        if isinstance(source, Problem):
            problems.append(source)
            continue
        sources[part] = source
        name = procedure_in(part)
        if name is None:
            policy = _built(Policy, source, problems) or policy
        elif (procedure := _built(Procedure, source, problems)) is not None:
            procedures[name] = procedure
            if procedure.name != name:
                problems.append(source.problem(("name",), f"must be '{name}', as the text is called"))
    if problems:
        raise WorkspaceErrors(problems)
    return _checked(config, policy, procedures, sources)


def with_rule(config: TenantConfig, rule: Label, text: str | None) -> TenantConfig:
    """The configuration with one rule of its policy edited, added (if it has none of that id) or, by None, removed.

    Problems in the rule are told with the lines of `text`. Raises WorkspaceErrors.
    """
    before = config.sources[POLICY]
    value: Any = before.value
    rules = list(value["rules"])
    place = next((index for index, known in enumerate(rules) if known["id"] == rule), None)
    lines = {path: line for path, line in before.lines.items() if path[:1] != ("rules",)}
    kept = [index for index in range(len(rules)) if index != place or text is not None]
    for new, old in enumerate(kept):
        lines |= _moved(before.lines, ("rules", old), ("rules", new))
    file = Path(f"{POLICY}.yaml")
    if text is None:
        if place is None:
            raise WorkspaceErrors([Problem(file, 1, "rules", f"there is no rule '{rule}' to leave out")])
        del rules[place]
    else:
        source = parse_source(Path(f"rule {rule}"), text)
        if isinstance(source, Problem):
            raise WorkspaceErrors([source])
        if not isinstance(source.value, dict) or source.value.get("id") != rule:
            raise WorkspaceErrors([source.problem(("id",), f"must be '{rule}', the rule that is edited")])
        place = len(rules) if place is None else place
        rules[place : place + 1] = [source.value]
        file = source.file
        lines |= _moved(source.lines, (), ("rules", place))
    edited = {**value, "rules": rules}
    digest = hashlib.sha256(canonical(edited)).hexdigest()
    spliced = Source(file, edited, digest, lines)
    problems: list[Problem] = []
    policy = _built(Policy, spliced, problems)
    if policy is None:
        raise WorkspaceErrors(problems)
    return _checked(config, policy, config.procedures, {**config.sources, POLICY: spliced})


class PublishedTexts:
    """Reads published texts of one tenant, over the workspace as it was when this process started."""

    def __init__(self, config: TenantConfig) -> None:
        """Take the tenant's files as they were read."""
        self._config = config

    @property
    def files(self) -> Mapping[Part, FileText]:
        """The parts that have a file."""
        parts = (POLICY, *(part_of(name) for name in sorted(self._config.procedures)))
        sources = {part: self._config.sources[part] for part in parts}
        return {part: FileText(text=source.text, version=source.sha256) for part, source in sources.items()}

    def version_of(self, text: str) -> Sha256:
        """The digest of a text, as a file's is made."""
        return hashlib.sha256(text.encode()).hexdigest()

    def check(self, texts: Mapping[Part, str]) -> Checked:
        """Read texts in the place of files, with all that they and the other files say of one another."""
        try:
            return _rulebook(with_texts(self._config, texts))
        except WorkspaceErrors as errors:
            return self._told(errors)

    def check_rule(self, texts: Mapping[Part, str], rule: Label, text: str | None) -> Checked:
        """The same with one rule edited, added or (None) removed in what `texts` make current."""
        try:
            return _rulebook(with_rule(with_texts(self._config, texts), rule, text))
        except WorkspaceErrors as errors:
            return self._told(errors)

    def _told(self, errors: WorkspaceErrors) -> Checked:
        folder = self._config.sources["tenant"].file.parent
        return Checked(
            rulebook=None,
            problems=tuple(
                TextProblem(
                    file=_shown(problem.file, folder), line=problem.line, field=problem.field, text=problem.text
                )
                for problem in errors.problems
            ),
        )


def _source(part: Part, text: str) -> Source | Problem:
    file = Path(f"{part}.yaml")
    if len(text.encode()) > MAX_BYTES:
        return Problem(file, 1, "", f"larger than {MAX_BYTES // 1024} KiB")
    return parse_source(file, text)


def _built(model: type[T], source: Source, problems: list[Problem]) -> T | None:
    built = build(model, source, version=source.sha256)
    if isinstance(built, list):
        problems += built
        return None
    return built


def _checked(
    config: TenantConfig, policy: Policy, procedures: Mapping[Label, Procedure], sources: Mapping[str, Source]
) -> TenantConfig:
    edited = config.model_copy(update={"policy": policy, "procedures": dict(procedures), "sources": dict(sources)})
    problems = list(check_references(edited))
    try:
        check_actions(edited, edited.specs)
    except WorkspaceErrors as errors:
        problems += errors.problems
    if problems:
        raise WorkspaceErrors(problems)
    return edited


def _moved(lines: Mapping[FieldPath, int], old: FieldPath, new: FieldPath) -> dict[FieldPath, int]:
    """The lines of what stands below `old`, as if it stood below `new`."""
    return {new + path[len(old) :]: line for path, line in lines.items() if path[: len(old)] == old}


def _rulebook(config: TenantConfig) -> Checked:
    return Checked(rulebook=Rulebook(policy=config.policy, procedures=dict(config.procedures)))


def _shown(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()
