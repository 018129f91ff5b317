"""Which back ends a tenant uses: the built-in shop, or those that `backends/NAME.yaml` declares; read and checked.

Nothing is opened here and no secret is looked up: what is offered is known from the files alone.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from adapters.backends.port import Prepare
from adapters.backends.registry import KINDS, BackendKind
from adapters.backends.shop.actions.registry import SPECS as SHOP_SPECS
from adapters.backends.shop.actions.registry import prepare as shop_prepare
from adapters.workspace.problems import Problem, unknown
from adapters.workspace.source import Source, read_source
from adapters.workspace.typed import build
from domain.action import ActionSpec
from domain.ids import Label
from domain.model import Model

#: The example shop, which needs no file.
SHOP: Label = "shop"


class DeclaredBackendFile(Model):
    """One declared back end: its kind, and what its file says, as a value of that kind's type."""

    name: Label
    kind: str
    declaration: Model
    source: Source = Field(exclude=True, repr=False)

    @property
    def how(self) -> BackendKind:
        """What can be done with it."""
        return KINDS[self.kind]

    @property
    def specs(self) -> Mapping[Label, ActionSpec]:
        """The actions it offers."""
        return self.how.specs(self.declaration)

    @property
    def has_records(self) -> bool:
        """Whether the customers' records can come from it."""
        return self.how.has_records(self.declaration)


def load_backends(
    folder: Path, names: tuple[Label, ...], tenant: Source
) -> tuple[dict[Label, DeclaredBackendFile], list[Problem]]:
    """The declared back ends among `names`, and all that is wrong with them; `folder` is the tenant's."""
    problems: list[Problem] = []
    declared: dict[Label, DeclaredBackendFile] = {}
    for name in names:
        if name == SHOP:
            continue
        file = folder / "backends" / f"{name}.yaml"
        if not file.is_file():
            text = f"there is no back end '{name}': it is declared in {file.parent.name}/{file.name}, which is missing"
            problems.append(tenant.problem(_field(tenant), text))
            continue
        loaded = _load(name, file)
        if isinstance(loaded, DeclaredBackendFile):
            declared[name] = loaded
        else:
            problems += loaded
    for file in sorted((folder / "backends").glob("*")):
        if file.name not in {f"{name}.yaml" for name in names}:
            problems.append(Problem(file, 1, "", "is not read: tenant.yaml names no such back end"))
    if not problems:
        problems += _together(names, declared, tenant)
    return declared, problems


def specs_of(names: tuple[Label, ...], declared: Mapping[Label, DeclaredBackendFile]) -> dict[Label, ActionSpec]:
    """All the actions that a tenant's back ends offer."""
    specs: dict[Label, ActionSpec] = {}
    for name in names:
        specs |= SHOP_SPECS if name == SHOP else declared[name].specs
    return specs


def prepares_of(names: tuple[Label, ...], declared: Mapping[Label, DeclaredBackendFile]) -> dict[Label, Prepare]:
    """How each of the actions that a tenant's back ends offer is prepared, without opening any of them."""
    prepares: dict[Label, Prepare] = {}
    for name in names:
        if name == SHOP:
            prepares |= dict.fromkeys(SHOP_SPECS, shop_prepare)
        else:
            known = declared[name]
            prepares |= dict.fromkeys(known.specs, known.how.prepare(known.declaration))
    return prepares


def _load(name: Label, file: Path) -> DeclaredBackendFile | list[Problem]:
    source = read_source(file)
    if isinstance(source, Problem):
        return [source]
    kind = source.value.get("kind") if isinstance(source.value, dict) else None
    if not isinstance(kind, str):
        return [source.problem(("kind",), f"is missing: one of {', '.join(sorted(KINDS))}")]
    if kind not in KINDS:
        return [source.problem(("kind",), f"{unknown('kind', kind, KINDS)} (there are {', '.join(sorted(KINDS))})")]
    built = build(KINDS[kind].declaration, source)
    if isinstance(built, list):
        return built
    return DeclaredBackendFile(name=name, kind=kind, declaration=built, source=source)


def _together(names: tuple[Label, ...], declared: Mapping[Label, DeclaredBackendFile], tenant: Source) -> list[Problem]:
    """Exactly one has the customers' records, and no two offer the same action."""
    problems = []
    with_records = [name for name in names if name == SHOP or declared[name].has_records]
    if len(with_records) != 1:
        found = f"{' and '.join(with_records)} do" if with_records else "none does"
        problems.append(tenant.problem(_field(tenant), f"exactly one back end must have the records; {found}"))
    if SHOP in names and any(_names_records(spec) for it in declared.values() for spec in it.specs.values()):
        text = "the shop's records have no names that another back end's actions could be told"
        problems.append(tenant.problem(_field(tenant), text))
    offered: dict[Label, Label] = {}
    for name in names:
        for action in specs_of((name,), declared):
            if action in offered:
                text = f"both '{offered[action]}' and '{name}' offer the action '{action}'"
                problems.append(tenant.problem(_field(tenant), text))
            offered.setdefault(action, name)
    return problems


def _names_records(spec: ActionSpec) -> bool:
    return any(kind not in {"choice", "amount", "text"} for kind in spec.arguments.values())


def _field(tenant: Source) -> tuple[str]:
    has_several = isinstance(tenant.value, dict) and "backends" in tenant.value
    return ("backends" if has_several else "backend",)
