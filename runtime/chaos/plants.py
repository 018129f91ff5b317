"""Faults to plant in a sound stack (`plants.sql`), each of which `verify` must find and name: the check of the checker.

Each is planted inside a transaction that is never committed, with triggers and foreign keys off, as whoever tampers
with a database, or a bug below all checks, would leave it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, cast

from runtime.verify.evidence import Canary, Database
from runtime.verify.expected import Expected, SentDecision, SentMessage
from runtime.verify.violation import InvariantId

FILE = Path(__file__).with_suffix(".sql")
_FIELD = re.compile(r"^-- (plant|found|told|canary): (.+)$", re.MULTILINE)

_DECISION = "select tenant, approval_id, decided_by, verdict from setright.approval_decisions order by id limit 1"
_MESSAGE = """
select tenant, 'planted' as key, encode(sha256(convert_to(text, 'UTF8')), 'hex') as sha256, ticket_id, seq
from setright.messages where author = 'customer' order by ticket_id, seq limit 1
"""


@dataclass(frozen=True)
class Plant:
    """One fault: what is changed, and under which invariant and name it must be found."""

    name: str
    invariant: InvariantId
    what: str
    changes: LiteralString  # from the file beside this module and from nowhere else
    told: str | None = None
    canary: str | None = None

    @property
    def canaries(self) -> tuple[Canary, ...]:
        """Whose string is planted with somebody else."""
        if self.canary is None:
            return ()
        customer, _, text = self.canary.partition(" ")
        return (Canary(customer, text),)

    async def expected(self, database: Database) -> Expected | None:
        """What a driver would have been told, read before the change."""
        match self.told:
            case "decision":
                rows = await database.rows(_DECISION)
                return Expected(decisions=tuple(SentDecision(**row, outcome="answered") for row in rows))
            case "message" | "refusal" as told:
                outcome = "answered" if told == "message" else "refused"
                rows = await database.rows(_MESSAGE)
                return Expected(messages=tuple(SentMessage.model_validate({**row, "outcome": outcome}) for row in rows))
            case _:
                return None


def load_plants() -> tuple[LiteralString, tuple[Plant, ...]]:
    """Read the file: what to do before every plant, and the plants."""
    _, _, text = FILE.read_text().partition("-- always\n")
    always, *sections = re.split(r"^(?=-- plant: )", text, flags=re.MULTILINE)
    return always, tuple(_plants(sections))


def _plants(sections: list[str]) -> Iterator[Plant]:
    for section in sections:
        fields = dict(_FIELD.findall(section))
        invariant, _, what = fields["found"].partition(" ")
        yield Plant(
            name=fields["plant"],
            invariant=cast("InvariantId", invariant),
            what=what,
            changes=_FIELD.sub("", section),
            told=fields.get("told"),
            canary=fields.get("canary"),
        )
