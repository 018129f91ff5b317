"""What `setright tune` and `setright procedures` do with a workspace folder: no stack, no database."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from adapters.assistants.embedded.advice import Advice, advise
from adapters.assistants.embedded.scope import FOLDS
from adapters.assistants.embedded.trial import Trial, cross_validate, judge
from adapters.assistants.embedded.tuning import Tuning, confusions_of
from adapters.embeddings.cached import CachedEmbedder
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.embeddings.remembering import RememberingEmbedder
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import TenantConfig
from adapters.workspace.thresholds import THRESHOLDS, ThresholdsFile
from domain.errors import InvalidInput, NotFound
from evals.intents import read_utterances
from runtime.doctor.workspace_files import tenants_folder
from runtime.settings import default_cache_dir

#: Tells how many of how many trainings are done, for which tenant.
Told = Callable[[str, int, int], None]


def tenants_of(path: Path, only: str | None = None) -> list[TenantConfig]:
    """The tenants of a workspace folder; raises WorkspaceErrors, and NotFound for a tenant that is not there."""
    tenants = load_workspace(tenants_folder(path)).tenants
    if only is not None and only not in tenants:
        raise NotFound(f"There is no tenant '{only}' in {path}; there are: {', '.join(sorted(tenants))}.")
    return [tenants[only]] if only is not None else [tenants[name] for name in sorted(tenants)]


def embedder() -> Embedder:
    """The sentence embedder with the same cache on disk as the worker's, and each text embedded once."""
    folder = os.environ.get("SETRIGHT_VECTOR_CACHE")
    cache = Path(folder) if folder else default_cache_dir(os.environ) / "vectors"
    return RememberingEmbedder(CachedEmbedder(MiniLmEmbedder(), cache))


def trial_of(tenant: TenantConfig, model: Embedder, data: Path | None = None, told: Told = lambda *_: None) -> Trial:
    """Judge on labelled messages of `data`, or on the procedures' own examples by cross-validation.

    Raises InvalidInput for data of another form, and where the examples do not allow it.
    """
    examples = examples_of(tenant)

    def report(done: int) -> None:
        told(tenant.tenant, done, FOLDS)

    try:
        if data is not None:
            return judge(examples, read_utterances(data), model)
        return cross_validate(examples, model, report)
    except ValueError as error:
        raise InvalidInput(f"{tenant.tenant}: {error}.") from error


def examples_of(tenant: TenantConfig) -> dict[str, tuple[str, ...]]:
    """The examples of each procedure."""
    return {name: procedure.examples for name, procedure in tenant.procedures.items()}


def advice_for(tenant: TenantConfig, model: Embedder, told: Told = lambda *_: None) -> tuple[Trial, list[Advice]]:
    """What is worth a look in a tenant's examples, and the cross-validation it rests on; raises InvalidInput."""
    trial = trial_of(tenant, model, told=told)
    return trial, advise(examples_of(tenant), trial, model)


def write_thresholds(folder: Path, tuning: Tuning, judged_on: str) -> Path:
    """Write the thresholds that the data gave into the tenant's folder, and return the file."""
    found = {it.intent: it.threshold for it in tuning.intents if it.threshold is not None}
    file = folder / THRESHOLDS
    file.write_text(
        ThresholdsFile(precision=tuning.wanted, judged_on=judged_on, clear_from=found).as_yaml(), encoding="utf-8"
    )
    return file


def tuning_json(tenant: str, tuning: Tuning, judged_on: str) -> dict[str, object]:
    """A tenant's tuning as one object; shares between 0 and 1, thresholds in thousandths."""
    return {"tenant": tenant, "judged_on": judged_on, **asdict(tuning)}


def confusions_json(trial: Trial) -> Mapping[str, Sequence[dict[str, object]]]:
    """Each intent's nearest confusions, with the share of its confidence that goes to them."""
    return {
        intent: [{"intent": it.intent, "share": round(it.share, 4)} for it in confusions_of(trial, place)]
        for place, intent in enumerate(trial.intents)
    }
