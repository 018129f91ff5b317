"""Measure the embedded assistant on the held-out wordings: `python -m tests.support.wordings_table`.

Three tables: the stories played to their end, what nothing handles or answers, and the readings of the second set
(`unseen.yaml`), which nobody tunes on.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from adapters.assistants.port import Assistant, UnderstandBrief
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import TenantConfig
from domain.conversation import take_in
from domain.ids import TenantId
from domain.memory import Memory
from domain.message import AuthorKind, Message
from tests.support.playing import Desks, Played, open_desks
from tests.support.servers import WORKSPACE, Servers, assistants_of, running_servers
from tests.support.wordings import ENDINGS, NOTHING, Ending, Wordings, orders_in, stories, unseen

COLUMNS = ("passed", "after one question", "failed", "wrong action")


def verdict(played: Played, ending: Ending) -> str:
    """Which column a wording belongs in."""
    if played.wrong_writes(ending):
        return "wrong action"
    if played.faults(ending):
        return "failed"
    return "after one question" if played.clarified else "passed"


async def _play_all(desks: Desks, wordings: Wordings) -> None:
    counts: dict[tuple[int, str], Counter[str]] = {}
    for situation in sorted(wordings.stories, key=lambda it: it.story):
        row = counts.setdefault((situation.story, situation.situation), Counter())
        for wording in situation.wordings:
            ending = ENDINGS[situation.situation]
            plays = [await desks.play(situation, text, ending) for text in orders_in(wording)]
            row[max((verdict(played, ending) for played in plays), key=COLUMNS.index)] += 1
    _print("story, situation", {f"{story} {name}": row for (story, name), row in counts.items()}, COLUMNS)
    for name, texts in (("out of scope", wordings.out_of_scope), ("unanswered", wordings.unanswered)):
        plays = [await desks.play(NOTHING, text, Ending()) for text in texts]
        ends = Counter("wrote" if played.written else played.end for played in plays)
        _print(name, {f"{len(texts)} messages": ends}, sorted(ends))


async def _read_all(assistants: Mapping[TenantId, Assistant]) -> None:
    """How the second set is read: rightly, asked about, looked up in the help centre, or taken for another deed."""
    tenants = load_workspace(WORKSPACE / "tenants").tenants
    texts = unseen()
    foreign = texts.pop("out_of_scope")
    rows: dict[str, Counter[str]] = {}
    for tenant, by_intent in texts.items():
        for intent, said in by_intent.items():
            row = rows.setdefault(f"{tenant} {intent}", Counter())
            for text in said:
                row[await _reading(assistants[tenant], tenants[tenant], text, intent)] += 1
    row = rows.setdefault("out of scope", Counter())
    for text in foreign:
        row[await _reading(assistants["meridian"], tenants["meridian"], text, "")] += 1
    rows["all in scope"] = sum((row for name, row in rows.items() if name != "out of scope"), Counter())
    _print("unseen.yaml", rows, ("right", "asks, naming it", "asks", "looked up", "person", "wrong deed"))


async def _reading(assistant: Assistant, config: TenantConfig, text: str, intent: str) -> str:
    message = Message(seq=1, author=AuthorKind.customer, text=text, at=datetime.now(UTC))
    said = await assistant.understand(
        UnderstandBrief(messages=(message,), memory=Memory(), procedures=config.procedures, default_language="en")
    )
    reading = take_in(Memory(), said)
    wishes = [wish.intent for wish in reading.memory.wishes]
    if wishes == [intent] or (said.signals.wants_person and intent == "talk_to_person"):
        return "right"
    if said.signals.angry or said.signals.legal_threat or said.signals.wants_person or said.signals.sensitive:
        return "person"
    if wishes == ["information"]:
        return "looked up"
    if reading.question is not None:
        return "asks, naming it" if intent in reading.question.choices else "asks"
    return "wrong deed"


def _print(name: str, rows: Mapping[str, Counter[str]], columns: Iterable[str]) -> None:
    columns = list(columns)
    lines = [f"| {name} | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    lines += [f"| {row} | {' | '.join(str(counts[it]) for it in columns)} |" for row, counts in rows.items()]
    sys.stdout.write("\n".join(lines) + "\n\n")


async def _measure(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> None:
    await _read_all(assistants)
    async with open_desks(servers, assistants) as desks:
        await _play_all(desks, stories())


def main() -> int:
    """Print the tables; starts and stops its own servers, and takes a minute or two."""
    with running_servers() as servers:
        asyncio.run(_measure(servers, assistants_of(servers)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
