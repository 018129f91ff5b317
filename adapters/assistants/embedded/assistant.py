"""The embedded assistant: no key, no network, no model but a small sentence encoder. It abstains where it is not sure.

Reading and writing take milliseconds of a core, so they run in threads, away from the event loop.
"""

import asyncio
from collections.abc import Mapping, Sequence

from adapters.assistants.embedded.drafting import draft
from adapters.assistants.embedded.extract import Extractor
from adapters.assistants.embedded.intent import IntentHead
from adapters.assistants.embedded.planner import walk
from adapters.assistants.embedded.spelling import Spelling
from adapters.assistants.embedded.understanding import Understanding
from adapters.assistants.port import Draft, DraftBrief, PlanBrief, UnderstandBrief
from adapters.embeddings.port import Embedder
from domain.ids import Label
from domain.intent import Classification
from domain.procedure import Procedure
from domain.step import Planned


class EmbeddedAssistant:
    """An `Assistant` for one tenant; safe to share between threads if its embedder is."""

    sends_words_out = False

    def __init__(self, understanding: Understanding, embedder: Embedder) -> None:
        """Take the tenant's trained readers, and the embedder that compares questions with passages."""
        self._understanding = understanding
        self._extractor = Extractor(embedder)

    @classmethod
    def train(
        cls,
        procedures: Mapping[Label, Procedure],
        embedder: Embedder,
        out_of_scope: Sequence[str] = (),
    ) -> "EmbeddedAssistant":
        """Train on the examples of a tenant's procedures: some seconds of a core; `out_of_scope` adds foreign wishes.

        Raises `ValueError` without procedures, and what the embedder raises.
        """
        examples = {name: procedure.examples for name, procedure in procedures.items()}
        head = IntentHead.train(examples, embedder, out_of_scope)
        spelling = Spelling.of(text for texts in examples.values() for text in texts)
        return cls(Understanding(head, spelling), embedder)

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Say what the customer wants, in labels, with calibrated confidence."""
        return await asyncio.to_thread(self._understanding.read, brief)

    async def plan(self, brief: PlanBrief) -> Planned:
        """Say what comes next for one wish, within its procedure; raises ConditionFailed."""
        return await asyncio.to_thread(walk, brief)

    async def draft(self, brief: DraftBrief) -> Draft:
        """Write the reply from templates and quotations; raises ReplyInvalid."""
        return await asyncio.to_thread(draft, brief, self._extractor)
