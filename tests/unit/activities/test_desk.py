"""A desk takes up what is published, and learns new examples without keeping anybody waiting."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from activities import desk as desks
from activities.desk import CurrentDesks, TenantDesk
from adapters.assistants.scripted import ScriptedAssistant
from adapters.backends.port import Backend
from adapters.workspace.loader import load_workspace
from adapters.workspace.problems import WorkspaceErrors
from adapters.workspace.tenant import TenantConfig
from domain.rulebook import part_of
from store.rows import Connection
from store.versions import Standing, StandingRow
from tests.integration.store.makers import NOW

MERIDIAN = load_workspace(Path("examples/shop/tenants")).tenants["meridian"]
CONN = cast("Connection", None)
LATE = part_of("late_refund")


class Published:
    """Rows that a test publishes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: dict[str, StandingRow] = {}
        monkeypatch.setattr(desks, "newest_change", self.newest)
        monkeypatch.setattr(desks, "read_standing", self.standing)

    def publish(self, part: str, yaml: str) -> None:
        """Make a text current."""
        seq = len(self.rows) + 1
        about: dict[str, Any] = {"part": part, "number": 1, "how": "published", "file_version": None}
        row = StandingRow(**about, changed_by="olga", reason="x", at=NOW, seq=seq, version="a" * 64, yaml=yaml)
        self.rows[part] = row

    async def newest(self, *_: object) -> int:
        """The newest change's place."""
        return max((row.seq for row in self.rows.values()), default=0)

    async def standing(self, *_: object) -> Standing:
        """What is current."""
        return Standing(seq=await self.newest(), parts=self.rows)


def desk() -> TenantDesk:
    """Meridian's, with an assistant that has learnt nothing."""
    return TenantDesk(config=MERIDIAN, assistant=ScriptedAssistant(), backend=cast("Backend", None))


async def test_new_examples_are_learnt_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text counts at once; the reading follows when it is trained, once, on what is current by then."""
    published, trained = Published(monkeypatch), list[TenantConfig]()
    learnt = ScriptedAssistant()

    def retrain(config: TenantConfig) -> tuple[ScriptedAssistant, ScriptedAssistant]:
        trained.append(config)
        return learnt, learnt

    current = CurrentDesks({"meridian": desk()}, retrain)
    text = MERIDIAN.source_of("late_refund").text
    published.publish(LATE, f"autonomy: approve\n{text}")
    assert (await current.look(CONN, "meridian")).config.procedures["late_refund"].autonomy == "approve"
    await asyncio.gather(*current._training.values())
    assert trained == []  # the examples are what they were

    published.publish("procedures/where_is_my_order", _with_example("where_is_my_order"))
    seen = await current.look(CONN, "meridian")
    assert "my parcel is on the moon" in seen.config.procedures["where_is_my_order"].examples
    await asyncio.gather(*current._training.values())
    assert (len(trained), current.held("meridian").assistant) == (1, learnt)
    assert await current.look(CONN, "meridian") == replace(seen, assistant=learnt, quick=learnt)


async def test_a_text_that_does_not_fit_our_files_is_never_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever judges is stopped each time, rather than judging by the text that was replaced."""
    published = Published(monkeypatch)
    current = CurrentDesks({"meridian": desk()}, None)
    published.publish("policy", MERIDIAN.sources["policy"].text.replace("queue: legal", "queue: lawyers"))
    for _ in range(2):
        with pytest.raises(WorkspaceErrors):
            await current.look(CONN, "meridian")


def _with_example(name: str) -> str:
    return MERIDIAN.source_of(name).text.replace("examples:\n", "examples:\n  - my parcel is on the moon\n", 1)
