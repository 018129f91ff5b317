"""Actions that a tenant's procedures and policy name, held against what its back end offers."""

from collections.abc import Iterator, Mapping

from adapters.workspace.problems import FieldPath, Problem, WorkspaceErrors, unknown
from adapters.workspace.source import Source
from adapters.workspace.tenant import TenantConfig
from domain.action import ActionSpec, Effect
from domain.ids import Label
from domain.procedure import Procedure, ProposeStep, ReadStep


def check_actions(tenant: TenantConfig, specs: Mapping[Label, ActionSpec]) -> None:
    """Raise WorkspaceErrors unless every action named exists, is used as what it is, and gets its arguments."""
    problems = list(_policy_problems(tenant, specs))
    for name, procedure in tenant.procedures.items():
        problems += _procedure_problems(procedure, tenant.source_of(name), specs)
    if problems:
        raise WorkspaceErrors(problems)


def _policy_problems(tenant: TenantConfig, specs: Mapping[Label, ActionSpec]) -> Iterator[Problem]:
    for index, rule in enumerate(tenant.policy.rules):
        for position, action in enumerate(rule.actions):
            if action not in specs:
                path: FieldPath = ("rules", index, "actions", position)
                yield tenant.sources["policy"].problem(path, unknown("action", action, specs))


def _procedure_problems(procedure: Procedure, source: Source, specs: Mapping[Label, ActionSpec]) -> Iterator[Problem]:
    for index, action in enumerate(procedure.allowed_actions):
        if action not in specs:
            yield source.problem(("allowed_actions", index), unknown("action", action, specs))
    for index, step in enumerate(procedure.steps):
        if step.propose is not None:
            yield from _use_problems(step.propose, ("steps", index, "propose"), Effect.write, source, specs)
        if step.read is not None:
            yield from _use_problems(step.read, ("steps", index, "read"), Effect.read, source, specs)


def _use_problems(
    use: ProposeStep | ReadStep,
    path: FieldPath,
    effect: Effect,
    source: Source,
    specs: Mapping[Label, ActionSpec],
) -> Iterator[Problem]:
    spec = specs.get(use.action)
    if spec is None:
        yield source.problem((*path, "action"), unknown("action", use.action, specs))
        return
    if spec.effect is not effect:
        right = "read" if spec.effect is Effect.read else "propose"
        yield source.problem((*path, "action"), f"'{use.action}' is a {spec.effect}: use `{right}`")
    for argument in use.args:
        if argument not in spec.arguments:
            yield source.problem((*path, "args", argument), unknown("argument", argument, spec.arguments))
