"""A rulebook: a tenant's policy and procedures, as texts that people publish and as what is read from them."""

from typing import Annotated

from pydantic import StringConstraints

from domain.ids import Label, Sha256
from domain.model import Model
from domain.policy import Policy
from domain.procedure import Procedure

#: One text of a rulebook: `policy`, or `procedures/late_refund`. Its file in the workspace is called so, with `.yaml`.
Part = Annotated[str, StringConstraints(pattern=r"^(policy|procedures/[a-z][a-z0-9_]{0,62})$")]
POLICY: Part = "policy"
_PROCEDURES = "procedures/"
#: The number of the workspace's file among a part's versions; published ones count from 1.
FILE = 0


def part_of(procedure: Label) -> Part:
    """The part that a procedure is."""
    return f"{_PROCEDURES}{procedure}"


def procedure_in(part: Part) -> Label | None:
    """The procedure that a part is; None for the policy."""
    return part.removeprefix(_PROCEDURES) if part.startswith(_PROCEDURES) else None


class FileText(Model):
    """A part as it stood in the workspace's file when this process started; `version` is the text's digest."""

    text: str
    version: Sha256


class TextProblem(Model):
    """One thing wrong with one place of one text; `line` counts from 1, `field` is empty for the text as a whole."""

    file: str
    line: int
    field: str
    text: str


class Rulebook(Model):
    """What a tenant's tickets are handled by."""

    policy: Policy
    procedures: dict[Label, Procedure]


class Checked(Model):
    """Texts that were read together: the rulebook, or else everything that is wrong with them."""

    rulebook: Rulebook | None
    problems: tuple[TextProblem, ...] = ()
