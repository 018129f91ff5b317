"""The embedded assistant: no key, no network, no model but a small sentence encoder. It abstains where it is not sure.

Reading and writing take milliseconds of a core, so they run in threads, away from the event loop.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.assistants.embedded.drafting import draft
from adapters.assistants.embedded.extract import Extractor
from adapters.assistants.embedded.intent import IntentHead
from adapters.assistants.embedded.planner import walk
from adapters.assistants.embedded.pupil import Pupil, head_with
from adapters.assistants.embedded.spelling import Spelling
from adapters.assistants.embedded.understanding import Understanding
from adapters.assistants.port import Draft, DraftBrief, PlanBrief, UnderstandBrief
from adapters.embeddings.port import Embedder
from domain.correction import Lessons
from domain.ids import Label
from domain.intent import Classification
from domain.procedure import Procedure
from domain.step import Planned


class EmbeddedAssistant:
    """An `Assistant` for one tenant; safe to share between threads if its embedder is."""

    sends_words_out = False

    def __init__(self, understanding: Understanding, embedder: Embedder, pupil: Pupil | None = None) -> None:
        """Take the tenant's trained readers, the embedder that compares questions with passages, and who learns."""
        self._pupil = pupil or Pupil(understanding)
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
        first = Understanding(head, spelling)

        def taught(lessons: Lessons) -> Understanding:
            return replace(first, head=head_with(lessons, examples, embedder, out_of_scope))

        return cls(first, embedder, Pupil(first, taught))

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Say what the customer wants, in labels, with calibrated confidence, as of the brief's lessons."""
        return await asyncio.to_thread(self._read, brief)

    async def plan(self, brief: PlanBrief) -> Planned:
        """Say what comes next for one wish, within its procedure; raises ConditionFailed."""
        return await asyncio.to_thread(walk, brief)

    async def draft(self, brief: DraftBrief) -> Draft:
        """Write the reply from templates and quotations; raises ReplyInvalid."""
        return await asyncio.to_thread(draft, brief, self._extractor)

    def _read(self, brief: UnderstandBrief) -> Classification:
        said = self._pupil.understanding(brief.lessons).read(brief)
        return said.model_copy(update={"lessons": brief.lessons.digest})
