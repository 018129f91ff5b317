"""Composition: settings become a Temporal client and a desk; the only place that knows every implementation."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.desk import Desk, TenantDesk
from adapters.assistants.chat_model.opening import ModelChoice, open_chat_model
from adapters.assistants.embedded.assistant import EmbeddedAssistant
from adapters.assistants.port import Assistant
from adapters.assistants.redaction.redacted import attachable
from adapters.embeddings.cached import CachedEmbedder
from adapters.embeddings.minilm import MiniLmEmbedder
from adapters.embeddings.port import Embedder
from adapters.knowledge.sources.reader import SourceReader
from adapters.reranking.by_sentences import SentenceReranker
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import TenantConfig, Workspace
from domain.errors import Unavailable
from domain.ids import TenantId
from runtime.backends import open_backends
from runtime.database import database_of, open_pools
from runtime.keys import derived_key
from runtime.settings import Settings
from runtime.temporal_config import configured_temporal

#: LangSmith comes with langchain-core and would trace workflow code from a thread of its own (measured).
_NO_TRACING = {"LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false"}


def forbid_tracing() -> None:
    """Switch LangSmith off before anything imports LangGraph's callbacks."""
    os.environ.update(_NO_TRACING)


def source_reader(settings: Settings) -> SourceReader:
    """What reads sources of knowledge, within the settings' limits."""
    folders = tuple(folder.expanduser().resolve() for folder in settings.knowledge_folders)
    return SourceReader(settings.data_dir / "checkouts", folders=folders, may_call_private=settings.knowledge_private)


async def connect_temporal(address: str | None = None) -> Client:
    """Connect to Temporal at `address`, or as TEMPORAL_* and temporal.toml say.

    Raises:
        Unavailable: there is no Temporal there.
        SettingsError: Temporal's configuration is broken.
    """
    config = configured_temporal() or {}
    if address is not None:
        config["target_host"] = address
    target = config.setdefault("target_host", "localhost:7233")
    try:
        return await Client.connect(**config, data_converter=pydantic_data_converter)
    except RuntimeError as error:
        raise Unavailable(
            f"No Temporal server answers at {target}. Start one with `setright up`, or set TEMPORAL_ADDRESS."
        ) from error


def embedder_of(settings: Settings) -> Embedder:
    """The sentence embedder, with a cache for whole workspaces' examples under the data folder."""
    return CachedEmbedder(MiniLmEmbedder(), settings.vector_cache)


def train_assistants(workspace: Workspace, embedder: Embedder) -> dict[TenantId, Assistant]:
    """An embedded assistant per tenant, trained on its examples: seconds of CPU, so not for the event loop."""
    return {
        tenant: EmbeddedAssistant.train(config.procedures, embedder) for tenant, config in workspace.tenants.items()
    }


def with_model(settings: Settings, assistants: Mapping[TenantId, Assistant]) -> Mapping[TenantId, Assistant]:
    """The assistants, each with the chat model of the settings before it, where there is one.

    Raises:
        ExtraMissing: the model's client is not installed.
        InvalidInput: the model has no such name, or there is no key.
    """
    if settings.model is None:
        return assistants
    choice = ModelChoice(
        name=settings.model,
        base_url=settings.model_base_url,
        key=settings.model_key.get_secret_value() if settings.model_key else None,
        seconds=settings.model_seconds,
        prices=settings.model_prices,
    )
    model = open_chat_model(choice)
    # Imported here, for it needs langchain-core's messages, which a worker without a model never loads.
    from adapters.assistants.chat_model.assistant import ChatModelAssistant  # noqa: PLC0415
    from adapters.assistants.chat_model.calling import Caller  # noqa: PLC0415

    caller = Caller(
        model,
        provider=choice.provider,
        name=choice.model,
        seconds=choice.seconds,
        prices=choice.prices,
        is_elsewhere=choice.base_url is not None,
    )
    return {tenant: ChatModelAssistant(caller, embedded) for tenant, embedded in assistants.items()}


def mask_key(settings: Settings) -> bytes:
    """What placeholders for personal data are made with; raises SettingsError."""
    return derived_key(database_of(settings)[1], "setright mask")


@asynccontextmanager
async def open_desk(settings: Settings, assistants: Mapping[TenantId, Assistant] | None = None) -> AsyncIterator[Desk]:
    """Open everything that activities work with, and close it again; `assistants` replaces the embedded ones.

    Raises:
        WorkspaceErrors: a procedure, policy or article file is wrong.
        Unavailable: the database does not answer.
        EmbedderUnavailable: the embedding weights are not installed.
    """
    workspace = load_workspace(settings.workspace / "tenants")
    embedder = embedder_of(settings)
    learns = assistants is None
    if assistants is None:
        assistants = await asyncio.to_thread(train_assistants, workspace, embedder)
    async with AsyncExitStack() as stack:
        pools = await open_pools(settings)
        stack.push_async_callback(pools.close)
        backends = await stack.enter_async_context(open_backends(settings, workspace))
        key = mask_key(settings)
        asked = await asyncio.to_thread(with_model, settings, assistants)
        tenants = {
            tenant: TenantDesk(
                config=config,
                assistant=attachable(asked[tenant], key),
                backend=backends[tenant],
                quick=attachable(assistants[tenant], key),
                model_budget=config.model_budget,
                uses_model=settings.model is not None,
            )
            for tenant, config in workspace.tenants.items()
        }

        def retrain(config: TenantConfig) -> tuple[Assistant, Assistant]:
            trained = train_assistants(Workspace(tenants={config.tenant: config}), embedder)
            model = with_model(settings, trained)
            return attachable(model[config.tenant], key), attachable(trained[config.tenant], key)

        reranker = SentenceReranker(embedder) if settings.reranker == "sentences" else None
        yield Desk(
            pools=pools, embedder=embedder, tenants=tenants, reranker=reranker, retrain=retrain if learns else None
        )
