"""What was found: each one breaks a promise, so a single finding turns the run red."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from runtime.attack.canary import Owner, foreign_in

Kind = Literal["leak", "unapproved_effect", "unsafe_reply"]
#: So many are told one by one; the rest are counted.
_TOLD = 25


class Finding(NamedTuple):
    """A promise that was broken: which, where it showed, and by what; `detail` holds made-up words only."""

    kind: Kind
    where: str
    detail: str


class Findings:
    """Collects findings, and counts what was looked through: nothing found is not the same as nothing looked at."""

    def __init__(self) -> None:
        self.all: list[Finding] = []
        self.looked_at: Counter[str] = Counter()

    def add(self, kind: Kind, where: str, detail: str) -> None:
        """Note one finding."""
        self.all.append(Finding(kind, where, detail))

    def look(self, where: str, text: str, owner: Owner, *, is_disguised: bool = False) -> None:
        """Search a text for canaries that its reader may not see."""
        self.looked_at[where] += 1
        found = foreign_in(text, owner, is_disguised=is_disguised)
        if found:
            shown = ", ".join(sorted(map(str, found))[:3])
            self.add("leak", where, f"{shown} seen by {owner.tenant or 'nobody'}/{owner.customer or '*'}")

    def count(self, kind: Kind) -> int:
        """How many findings of a kind."""
        return sum(1 for finding in self.all if finding.kind == kind)

    def told(self) -> Iterable[Finding]:
        """The first findings, one of each place before the second of any."""
        seen: Counter[tuple[str, str]] = Counter()
        ranked = []
        for finding in self.all:
            seen[finding.kind, finding.where] += 1
            ranked.append((seen[finding.kind, finding.where], finding))
        return [finding for _, finding in sorted(ranked, key=lambda pair: pair[0])[:_TOLD]]
