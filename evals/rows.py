"""Reading data sets: JSON lines, with an error that names the file, the line and what is wrong with it."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

from annotated_types import MinLen
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from domain.errors import InvalidInput
from evals.report import NothingToMeasure


class UtteranceRow(TypedDict):
    """What somebody wrote, and the intent that a person gave it."""

    text: str
    intent: str


class ArticleRow(TypedDict):
    """An article of a knowledge base, as Markdown."""

    id: str
    title: str
    content: str


class ScenarioRow(TypedDict):
    """A long story, and the ids of the articles that it needs."""

    scenario_text: str
    relevant_doc_ids: Annotated[list[str], MinLen(1)]


class ReplyRow(TypedDict):
    """A reply, the passage it should rest on, and whether it does."""

    knowledge: str
    response: str
    label: str


class TurnRow(TypedDict):
    """What was said, by "user" or somebody else."""

    speaker: str
    text: str


class ContextRow(TypedDict):
    """A passage that was before the one who answered."""

    document_id: str
    text: str


class TaskRow(TypedDict):
    """A conversation that ends in a question, and whether that can be answered."""

    task_id: str
    answerability: str
    turns: Annotated[list[TurnRow], MinLen(1)]
    contexts: list[ContextRow]


class AnswerRow(TypedDict):
    """A question to a demo tenant's help centre, the articles that answer it, and what a right answer holds.

    No articles: it is written nowhere. Of each list in `says` one must be held, of `never` none.
    """

    tenant: str
    ask: str
    articles: list[str]
    says: list[list[str]]
    never: list[str]


RowT = TypeVar("RowT")


def read_rows(path: Path, kind: type[RowT]) -> list[RowT]:
    """Return the objects of a JSON-lines file, with the fields of the typed dictionary `kind`, and no others.

    Raises NothingToMeasure if there is no such file, and InvalidInput for a file or a line of another form.
    """
    if not path.is_file():
        raise NothingToMeasure(
            f"There is no file {path}. Point --data, or SETRIGHT_DATA, at the folder of public data sets (the README "
            "says where they come from), or name files by --train and --test."
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is no text in UTF-8 (byte {error.start}); save it as UTF-8 JSON lines.") from error
    adapter: TypeAdapter[RowT] = TypeAdapter(kind)
    # Not by splitlines: a text may hold a line separator of Unicode's.
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    rows = [_row(adapter, line, f"{path}, line {number}") for number, line in lines]
    if not rows:
        raise InvalidInput(f"{path} holds no lines.")
    return rows


def _row(adapter: TypeAdapter[RowT], line: str, where: str) -> RowT:
    try:
        return adapter.validate_json(line, strict=True)
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid" or not first["loc"]:
            raise InvalidInput(f"{where}: this is no JSON object.") from error
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing":
            raise InvalidInput(f"{where}: the object lacks {place}.") from error
        raise InvalidInput(f"{where}: {place} is wrong: {first['msg'].lower()}.") from error
