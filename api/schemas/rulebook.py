"""Policy and procedures as they are shown, checked, tried on past tickets, published and rolled back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from api.schemas.base import Body, WholeNumber, example
from domain.dry_run import DryRun
from domain.errors import BadText
from domain.ids import Label, Sha256
from domain.model import Model
from domain.rulebook import Part, TextProblem
from domain.text import ReasonText

#: As much as a file of the workspace may hold, in characters.
MAX_TEXT_CHARS = 200_000
MAX_NEWEST = 10_000


def _yaml(text: str) -> str:
    """Take a text as it is, for its digest names it: only what no database takes is refused, and Windows' line ends."""
    if not text.strip():
        raise BadText("The text is empty.")
    return text.replace("\r\n", "\n")


YamlText = Annotated[str, Field(max_length=MAX_TEXT_CHARS), AfterValidator(_yaml)]


class CheckBody(Body):
    """A text to be checked; nothing is kept of it."""

    model_config = example(text="rules:\n  - id: small_refunds\n    …")

    text: YamlText


class PolicyDryRunBody(Body):
    """An edited policy, or one edited rule of the current one, to be tried on past judgments."""

    model_config = example(rule="refund_up_to_100", text="id: refund_up_to_100\n…", newest=1000)

    text: YamlText | None = Field(
        default=None, description="The whole policy; with `rule`, that rule alone. Left out with `rule`: it is removed."
    )
    rule: Label | None = Field(default=None, description="The id of the one rule that is edited, added or removed.")
    newest: Annotated[WholeNumber, Field(ge=1, le=MAX_NEWEST)] = 1_000

    @model_validator(mode="after")
    def _edits_something(self) -> "PolicyDryRunBody":
        if self.text is None and self.rule is None:
            raise ValueError("Send the edited text, or the id of a rule to leave out.")
        return self


class ProcedureDryRunBody(Body):
    """An edited procedure, whose actions and autonomy are tried on past judgments."""

    model_config = example(text="name: late_refund\nautonomy: approve\n…", newest=1000)

    text: YamlText
    newest: Annotated[WholeNumber, Field(ge=1, le=MAX_NEWEST)] = 1_000


class PublishBody(Body):
    """A text that becomes current, and why."""

    model_config = example(text="rules:\n  …", replaces="0" * 64, note="Refunds above 50 euro are refused.")

    text: YamlText
    replaces: Sha256 | None = Field(
        description="The `version` that was edited; 409 if it is not the current one any more. null: there was none."
    )
    note: ReasonText


class RollBackBody(Body):
    """An earlier version that becomes current again, and why."""

    model_config = example(number=0, replaces="0" * 64, reason="The rule refuses too much.")

    number: Annotated[WholeNumber, Field(ge=0, le=2**31 - 1, description="0 is the workspace's file.")]
    replaces: Sha256 = Field(description="The `version` that is current now; 409 if it is not any more.")
    reason: ReasonText


class PartView(Model):
    """A policy or a procedure as it is now."""

    part: Part
    title: str
    number: int = Field(description="Of the current version; 0 is the workspace's file.")
    version: Sha256 = Field(description="The digest of the current text.")
    how: Literal["file", "published", "rolled_back"]
    changed_by: str | None = Field(description="Who made it current; null if it has always been the file.")
    at: datetime | None
    reason: str | None
    file_version: Sha256 | None = Field(description="The digest of the workspace's file; null if there is none.")
    file_changed: bool = Field(
        description="The file has changed since this version was published over it, and its changes do not count."
    )


class PartTextView(PartView):
    """The same with the text."""

    text: str


class ProcedureListView(Model):
    """Every procedure."""

    procedures: tuple[PartView, ...]


class VersionView(Model):
    """A version that can be current: the workspace's file (number 0), or one that was published."""

    number: int
    version: Sha256
    is_current: bool
    note: str | None
    published_by: str | None
    at: datetime | None


class ChangeView(Model):
    """That a version became current."""

    number: int
    how: Literal["published", "rolled_back"]
    changed_by: str
    reason: str
    at: datetime


class VersionListView(Model):
    """A part's versions, and when which of them was current; the newest first."""

    versions: tuple[VersionView, ...]
    changes: tuple[ChangeView, ...]


class VersionTextView(Model):
    """The text of a version."""

    number: int
    version: Sha256
    text: str


class CheckView(Model):
    """Whether a text could be published, and all that is wrong with it."""

    is_valid: bool
    version: Sha256 = Field(description="The digest of the text.")
    problems: tuple[TextProblem, ...]


class DryRunView(DryRun):
    """What an edited text would have said of past actions; nothing is done to any of them."""

    compared_with: Sha256 = Field(description="The current version, whose verdicts are `was`.")
    is_bounded: bool = Field(description="There are older judgments that were not looked at.")
    unlooked: tuple[str, ...] = Field(description="Parts of the text that differ and that a dry run does not judge.")
