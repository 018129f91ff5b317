"""Checking knowledge: a running stack's by its API, or a folder's files before they are published."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.contradictions.folder import examine_folder
from adapters.embeddings.minilm import MiniLmEmbedder
from runtime.cli.connect import connected, run


@dataclass(frozen=True)
class Findings:
    """What is wrong, in the form in which it is printed: each finding is an object of labels, names and statements."""

    problems: tuple[dict[str, Any], ...]  # files that could not be read; a stack has none
    conflicts: tuple[dict[str, Any], ...]
    stale: tuple[dict[str, Any], ...]
    unfindable: tuple[dict[str, Any], ...]
    overlapping: tuple[dict[str, Any], ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not any(self.as_json().values())

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """All of it as one object."""
        return {name: list(found) for name, found in vars(self).items()}


def check_folder(folder: Path) -> Findings:
    """Examine the articles below a folder; raises NotFound where there are none."""
    found = examine_folder(folder, MiniLmEmbedder(), datetime.now(UTC).date())
    return Findings(
        problems=tuple({"article": it.item, "line": it.line, "text": it.text} for it in found.problems),
        conflicts=tuple(
            {
                "kind": it.contradiction.kind.value,
                "passages": [
                    {"article": it.file_a, "said": it.contradiction.said_a},
                    {"article": it.file_b, "said": it.contradiction.said_b},
                ],
            }
            for it in found.conflicts
        ),
        stale=tuple({"article": name} for name in found.stale),
        unfindable=tuple({"article": name, "reason": "not_found_by_title"} for name in found.unfindable),
        overlapping=tuple(
            {"article": one, "other": other, "similarity": similarity} for one, other, similarity in found.overlapping
        ),
    )


def check_stack(data_dir: Path | None, tenant: str | None) -> Findings:
    """Ask the running stack; raises NoStack."""

    async def read() -> dict[str, Any]:
        async with connected(data_dir, tenant) as client:
            return dict(await client.check_knowledge())

    answer = run(read())
    found = {name: tuple(answer[name]) for name in ("conflicts", "stale", "unfindable", "overlapping")}
    return Findings(problems=(), **found)
