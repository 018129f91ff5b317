"""What the API needs for trusting and teaching procedures, put together of each tenant's workspace."""

from collections.abc import Mapping

from adapters.assistants.embedded.effect import Bench
from adapters.assistants.redaction.marks import marked
from adapters.assistants.wordings import Shelf
from adapters.embeddings.port import Embedder
from adapters.workspace.tenant import Workspace
from api.deps import Trust
from domain.ids import TenantId


def trust_of(workspace: Workspace, embedder: Embedder) -> Mapping[TenantId, Trust]:
    """Levels, rules and rates of all tenants; the embedder's weights are read when a correction is first tried."""
    return {
        tenant: Trust(
            levels={name: procedure.autonomy for name, procedure in config.procedures.items()},
            rules=config.autonomy,
            hourly=config.hourly,
            mask=marked,
            effect=Bench({name: it.examples for name, it in config.procedures.items()}, embedder).effect,
            wordings=Shelf(embedder),
        )
        for tenant, config in workspace.tenants.items()
    }
